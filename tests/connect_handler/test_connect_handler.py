"""The function for flows: it answers every event with a flat map of strings, and never raises."""

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError
from connect_handler import app, clients
from connect_handler.contact import Contact
from connect_handler.customers import as_text
from connect_handler.reply import LARGEST, fitted, size
from connect_handler.secret_cache import FRESH, RETRY, SecretCache
from connect_handler.settings import ATTRIBUTES, MissingSettingError, Settings

from reconciler.sandbox import Sandbox

EVENTS = Path(__file__).parent / "events"
CALLER = "+1234567890"
NOBODY = dict.fromkeys(ATTRIBUTES, "")
REGION = "ap-northeast-1"
KEY = "the secret of the pseudonyms"


def recorded(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def called(number: object = CALLER, **details: Any) -> Any:
    """A recorded call from a number, with parameters and attributes."""
    event = recorded("call")
    event["Details"]["ContactData"]["CustomerEndpoint"]["Address"] = number
    event["Details"]["Parameters"] = details.get("parameters", {})
    event["Details"]["ContactData"]["Attributes"] = details.get("attributes", {})
    return event


class Context:
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def __init__(self, milliseconds: int = 8000) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@pytest.fixture(scope="module")
def aws() -> Iterator[Any]:
    """A sandbox with a table of customers and a secret."""
    with Sandbox() as box:
        session = box.session(REGION)
        dynamodb, secrets = session.client("dynamodb"), session.client("secretsmanager")
        dynamodb.create_table(
            TableName="customers",
            KeySchema=[{"AttributeName": "phone_number", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "phone_number", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        item = {"customer_id": {"N": "7"}, "customer_name": {"S": "Ada Lovelace"}, "language": {"S": "en-GB"}}
        dynamodb.put_item(TableName="customers", Item={"phone_number": {"S": CALLER}, **item})
        secrets.create_secret(Name="pseudonyms", SecretString=KEY)
        yield SimpleNamespace(dynamodb=dynamodb, secrets=secrets, journal=box.journal)


@pytest.fixture
def configured(aws: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("TABLE_NAME", "customers")
    monkeypatch.setenv("SECRET_ID", "pseudonyms")
    monkeypatch.setattr(clients, "dynamodb", lambda: aws.dynamodb)
    monkeypatch.setattr(
        clients, "read_secret", lambda name: aws.secrets.get_secret_value(SecretId=name)["SecretString"]
    )
    app.lookup.cache_clear()
    yield aws
    app.lookup.cache_clear()


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What the function logs, as documents."""
    stream = _Lines()
    monkeypatch.setattr(app.logger.registered_handler, "stream", stream)
    return stream


class _Lines(list[dict[str, Any]]):
    def write(self, text: str) -> None:
        if text.strip():
            self.append(json.loads(text))

    def flush(self) -> None: ...


def test_a_known_caller_is_named(configured: Any, lines: Any, capsys: Any) -> None:
    reply = app.handler(recorded("call"), Context())
    assert reply == {
        "result": "found",
        "customer_id": "7",
        "customer_name": "Ada Lovelace",
        "customer_tier": "",
        "language": "en-GB",
    }
    (line,) = lines
    assert line["message"] == "caller_looked_up"
    assert line["result"] == "found"
    assert line["contact_id"] == "4a573372-1f28-4e26-b97b-XXXXXXXXXXX"
    assert line["instance_id"] == "c8c0e68d-2200-4265-82c0-XXXXXXXXXX"
    assert line["request_id"] == Context.aws_request_id
    assert len(line["caller"]) == app.PSEUDONYM
    for secret in (CALLER, "Ada", KEY):
        assert secret not in json.dumps(line)
    measured = json.loads(capsys.readouterr().out)
    assert measured["CallerFound"] == [1.0]
    assert measured["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "ConnectHandler"
    assert [each["Name"] for each in measured["_aws"]["CloudWatchMetrics"][0]["Metrics"]] == [
        "CallerFound",
        "LookupTime",
    ]


@pytest.mark.parametrize(
    ("event", "result", "language"),
    [
        (recorded("chat"), "anonymous", "ja-JP"),
        (called("+442071838750"), "unknown", "en-US"),
        (called("anonymous"), "anonymous", "en-US"),
        (called(None), "anonymous", "en-US"),
        (called(CALLER, parameters={"phone_number": "+15550100"}), "unknown", "en-US"),
        ({}, "anonymous", "en-US"),
        (None, "anonymous", "en-US"),
        ([1], "anonymous", "en-US"),
        ({"Details": {"ContactData": "?", "Parameters": [1]}}, "anonymous", "en-US"),
    ],
)
def test_every_caller_is_served(configured: Any, event: object, result: str, language: str) -> None:
    assert app.handler(event, Context()) == {**NOBODY, "language": language, "result": result}


def test_what_the_caller_has_chosen_goes_before_what_is_stored(configured: Any) -> None:
    for details in ({"attributes": {"language": "fr-FR"}}, {"parameters": {"language": "fr-FR"}}):
        assert app.handler(called(**details), Context())["language"] == "fr-FR"


def test_the_number_may_be_a_parameter_of_the_flow(configured: Any) -> None:
    event = called("anonymous", parameters={"phone_number": f" {CALLER} "})
    assert app.handler(event, Context())["customer_name"] == "Ada Lovelace"


def test_a_lookup_that_fails_is_answered_and_logged(
    configured: Any, lines: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="https://dynamodb")

    monkeypatch.setattr(app.lookup().customers, "_client", SimpleNamespace(get_item=fail))
    assert app.handler(recorded("call"), Context())["result"] == "failed"
    assert lines[0]["message"] == "lookup_failed"
    assert lines[0]["exception_name"] == "ConnectTimeoutError"
    assert json.loads(capsys.readouterr().out)["LookupFailed"] == [1.0]


def test_a_missing_setting_is_answered_and_logged(
    configured: Any, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TABLE_NAME")
    monkeypatch.setenv("DEFAULT_LANGUAGE", "de-DE")
    reply = app.handler(recorded("call"), Context())
    assert reply == {**NOBODY, "language": "de-DE", "result": "failed"}
    assert lines[0]["exception_name"] == MissingSettingError.__name__
    monkeypatch.setenv("TABLE_NAME", "customers")
    assert app.handler(recorded("call"), Context())["result"] == "found"  # the failure is not kept


def test_a_context_that_is_no_context_and_a_log_that_fails_are_no_error(
    configured: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert app.handler(recorded("call"), None)["result"] == "failed"
    monkeypatch.setattr(app.metrics, "add_metric", None)
    assert app.handler(recorded("call"), Context())["result"] == "found"
    assert "not logged: TypeError" in capsys.readouterr().out


def test_a_secret_that_cannot_be_read_costs_only_the_pseudonym(
    configured: Any, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_ID", "no-such-secret")
    assert app.handler(recorded("call"), Context())["result"] == "found"
    warning, line = lines
    assert (warning["message"], warning["error"]) == ("secret_not_read", "ResourceNotFoundException")
    assert "caller" not in line


def test_a_secret_is_read_once_and_not_when_time_is_short(configured: Any) -> None:
    def reads() -> int:
        return len(configured.journal.of("secretsmanager", "GetSecretValue"))

    before = reads()
    app.handler(recorded("call"), Context(milliseconds=2400))
    assert reads() == before
    for _ in range(2):
        app.handler(recorded("call"), Context())
    assert reads() == before + 1


def test_the_time_limits_of_the_clients_fit_into_what_amazon_connect_waits() -> None:
    spent = clients.longest(clients.LOOKUP) + clients.longest(clients.SECRET) + app.MARGIN
    assert spent < clients.CONNECT_WAITS


def test_the_attributes_of_replies_can_be_chosen() -> None:
    asked = {"TABLE_NAME": "t", "REPLY_ATTRIBUTES": "plan, language,agent,,plan", "KEY_ATTRIBUTE": "number"}
    settings = Settings.read(asked)
    assert settings.attributes == ("plan", "agent")
    assert settings.key == "number"
    assert settings.secret is None
    with pytest.raises(MissingSettingError):
        Settings.read({"TABLE_NAME": " "})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"S": "a"}, "a"),
        ({"N": "1.50"}, "1.50"),
        ({"BOOL": True}, "true"),
        ({"BOOL": False}, "false"),
        ({"NULL": True}, ""),
        ({"L": [{"S": "a"}]}, None),
        ({"M": {}}, None),
        ({"B": b"a"}, None),
    ],
)
def test_values_of_dynamodb_are_text(value: Mapping[str, Any], text: str | None) -> None:
    assert as_text(value) == text


def test_a_reply_is_less_than_32_kb() -> None:
    reply = {
        "result": "found",
        "language": "ja-JP",
        "short": "x",
        "long": "日" * 6000,
        "longer": "y" * 40_000,
    }
    made, emptied = fitted(reply)
    assert size(made) <= LARGEST < 32 * 1024
    assert emptied == ("longer", "long")
    assert made == {**reply, "long": "", "longer": ""}
    assert fitted({"result": "found", "a": "x" * 31_000}) == ({"result": "found", "a": "x" * 31_000}, ())


def test_secrets_are_kept_and_outlive_an_outage() -> None:
    now = 0.0
    values: Iterator[str | Exception] = iter(["one", KeyError("down"), "two"])

    def fetch(name: str) -> str:
        value = next(values)
        if isinstance(value, Exception):
            raise value
        return value

    cache = SecretCache(fetch, lambda: now)
    assert [cache.get("s"), cache.get("s")] == ["one", "one"]
    now = FRESH
    assert cache.get("s") == "one"
    assert isinstance(cache.last_error, KeyError)
    now = FRESH + RETRY - 1
    assert cache.get("s") == "one"  # not asked again yet
    now = FRESH + RETRY
    assert cache.get("s") == "two"
    assert cache.last_error is None


def test_no_event_makes_it_raise(configured: Any) -> None:
    """Parts of a recorded event are replaced by other values at random."""
    chance = random.Random(7)
    others: list[Any] = [None, "", "x", 7, [], {}, [None], {"S": {}}, "+1", True]

    def damaged(value: Any) -> Any:
        if chance.random() < 0.15:
            return chance.choice(others)
        return {key: damaged(item) for key, item in value.items()} if isinstance(value, dict) else value

    for _ in range(100):
        reply = app.handler(damaged(recorded("call")), Context())
        assert {type(value) for value in reply.values()} == {str}
        assert {"result", "language", *ATTRIBUTES} == set(reply)
    assert Contact.read(recorded("call")).phone_number == CALLER
