"""Redaction in all encodings, the output of a crash, and a check that the search for leaks works."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import structlog
from botocore.exceptions import ParamValidationError
from botocore.parsers import ResponseParserError

from reconciler.applying import Result
from reconciler.aws import log_filter
from reconciler.aws.redaction import SECRETS, Redactor, sensitive_values
from reconciler.errors import CallError, Refused, Unsure
from reconciler.logs import configure, crash_lines
from reconciler.model import Part, Resource, Secret
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.diff import Difference
from reconciler.planning.plan import Action, Plan
from reconciler.reports.formats import FORMATS
from reconciler.reports.text_report import closing_lines, plan_lines
from reconciler.stack import Feed, FeedRow, Key
from tests.faults import leak_calls, leak_typed, secret_leaks
from tests.unit.aws_toys import MODEL, SENTINEL, FakeClient, Listening, account, api_of, refusal
from tests.unit.plan_toys import kind, stack

ROOT = Path(__file__).parents[2]
ODD = 'pa"ss<&>\\w\u00f6rd /+%\ttail'


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Forget the secrets of a test."""
    SECRETS.forget()
    yield
    SECRETS.forget()


# -- redacted texts ----------------------------------------------------------------------------------------------------------

SPELLED = {
    "as it is": ODD,
    "as JSON": json.dumps(ODD),
    "as JSON with its letters": json.dumps(ODD, ensure_ascii=False),
    "as JSON in JSON": json.dumps(json.dumps({"Password": ODD})),
    "as Python": repr(ODD),
    "as bytes": repr(ODD.encode()),
    "in a path": "pa%22ss%3C%26%3E%5Cw%C3%B6rd%20/%2B%25%09tail",
    "in a query": "pa%22ss%3C%26%3E%5Cw%C3%B6rd+%2F%2B%25%09tail",
    "in XML": "pa&quot;ss&lt;&amp;&gt;\\w\u00f6rd /+%\ttail",
    "in the text of XML": 'pa"ss&lt;&amp;&gt;\\w\u00f6rd /+%\ttail',
    "as base64": "cGEic3M8Jj5cd8O2cmQgLyslCXRhaWw=",
}


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED.keys())
def test_a_secret_is_hidden_however_it_is_spelled(spelled: str) -> None:
    redactor = Redactor()
    redactor.keep(ODD)
    safe = redactor.text(f"Value {spelled} at 'password' failed")
    assert "***" in safe
    assert "tail" not in safe
    assert spelled not in safe
    assert safe.startswith("Value ")
    assert safe.endswith(" at 'password' failed")


HIDDEN = {
    "nothing to hide": ((), "Already there", "Already there"),
    "a short value is no part of a word": (
        ("Al", "7"),
        "Already used by Al, 7 of 17",
        "Already used by ***, *** of 17",
    ),
    "one within another": (("secret-1", "secret-12345"), "x secret-12345.", "x ***."),
    "two that overlap": (("abcdefgh", "efghijkl"), "abcdefghijkl", "***"),
    "two side by side": (("abcdefgh", "ijklmnop"), "abcdefghijklmnop", "******"),
    "again and again": (("abcdefgh",), "abcdefgh abcdefgh", "*** ***"),
    "an empty value": (("", " "), "a b", "a b"),
    "a session token": (
        (),
        "x-amz-security-token:IQoJb3JpZ2lu//==\nhost:x",
        "x-amz-security-token:***\nhost:x",
    ),
    "a session token in JSON": ((), '"X-Amz-Security-Token": "IQoJ"', '"X-Amz-Security-Token": "***"'),
    "a session token in Python": (
        (),
        "{'X-Amz-Security-Token': b'IQoJ'}",
        "{'X-Amz-Security-Token': b'***'}",
    ),
    "a session token in a query": ((), "?X-Amz-Security-Token=IQoJ%2F&b=1", "?X-Amz-Security-Token=***&b=1"),
}


@pytest.mark.parametrize(("values", "text", "expected"), HIDDEN.values(), ids=HIDDEN.keys())
def test_what_a_text_hides(values: Any, text: str, expected: str) -> None:
    kept = Redactor()
    kept.keep(*values)
    assert kept.text(text) == expected
    assert Redactor().text(text, values) == expected


def test_a_value_of_the_call_does_not_cut_a_secret_in_two() -> None:
    redactor = Redactor()
    redactor.keep("abcdef123456")
    assert redactor.text("xx abcdef123456", ["xx abcdef"]) == "***"


def test_thousands_of_secrets_are_found_and_forgotten() -> None:
    redactor = Redactor()
    redactor.keep(*(f"secret-number-{number}" for number in range(5_000)))
    assert redactor.text("a secret-number-4999 b secret-number-5000") == "a *** b ***0"
    redactor.forget()
    assert redactor.text("a secret-number-4999") == "a secret-number-4999"


def test_plain_data_is_hidden_within() -> None:
    redactor, day = Redactor(), object()
    before = {
        "a": [1, None, True, "my hunter22", ("hunter22",)],
        "hunter22": {"b": ValueError("hunter22")},
        "c": day,
    }
    assert redactor.data(before) is before
    redactor.keep("hunter22")
    assert redactor.data(before) == {"a": [1, None, True, "my ***", ["***"]], "***": {"b": "***"}, "c": day}


# -- which members are sensitive ---------------------------------------------------------------------------------------------

CREATE_USER = MODEL.operation_model("CreateUser").input_shape
CARRIES = {
    "what bears the trait": (
        {"Password": "p", "IdentityInfo": {"FirstName": "f"}, "Username": "u"},
        ["p", "f"],
    ),
    "within a list": ({"PhoneNumberConfigs": [{"Channel": "VOICE", "PhoneNumber": "1"}]}, ["1"]),
    "a wrong type": ({"Password": ["p", {"k": 5}]}, ["p", "k", "5"]),
    "a structure that is none": ({"IdentityInfo": "text"}, ["text"]),
    "a list that is none": ({"SecurityProfileIds": "text"}, ["text"]),
    "a map that is none": ({"Tags": ["text"]}, ["text"]),
    "a text that is none": ({"Username": {"k": "v"}}, ["k", "v"]),
    "a member that nobody knows": ({"Pasword": "p"}, ["p"]),
    "bytes": ({"Password": b"p"}, ["p", "cA=="]),
    "nothing": ({"Password": None, "Username": "u", "Tags": {"k": "v"}}, []),
}


@pytest.mark.parametrize(("request_", "expected"), CARRIES.values(), ids=CARRIES.keys())
def test_which_values_of_a_request_are_sensitive(request_: Any, expected: Any) -> None:
    assert list(sensitive_values(CREATE_USER, request_)) == expected


def test_an_operation_without_parameters_carries_nothing() -> None:
    assert list(sensitive_values(None, {})) == []


# -- errors of AWS and botocore ------------------------------------------------------------------------------------------------

GOOD = {"Username": "ada", "SecurityProfileIds": ["s"], "RoutingProfileId": "r", "InstanceId": "i"}
PERSON = {"IdentityInfo": {"FirstName": "Ada", "Email": "ada@example.com"}}


def test_what_aws_repeats_is_hidden() -> None:
    said = f"Value '{SENTINEL}' at 'password' of Ada <ada@example.com>, user ada"
    client = FakeClient(refusal("InvalidParameterException", message=said, problems=[{"message": said}]))
    with pytest.raises(Refused) as raised:
        api_of(client, Listening()).call("create_user", Password=SENTINEL, **PERSON, **GOOD)
    expected = "Value '***' at 'password' of *** <***>, user ada"
    assert raised.value.message == expected
    assert raised.value.details == (expected,)


@pytest.mark.parametrize(
    "value", [[SENTINEL], f"x\nInvalid {SENTINEL}", {"Invalid ": SENTINEL}, f"\nUnknown parameter {SENTINEL}"]
)
def test_botocores_report_is_hidden_over_several_lines(value: Any) -> None:
    api = account(lambda request: pytest.fail("nothing is sent")).api("connect")
    with pytest.raises(Refused) as raised:
        api.call("create_user", **{**GOOD, "Password": value, "PhoneConfig": value})
    assert SENTINEL not in f"{raised.value!s} {raised.value!r}"
    assert "PhoneConfig" in str(raised.value)


FAILURES = {
    "an error reply": (refusal("AccessDenied", message=SENTINEL), Refused),
    "a report": (ParamValidationError(report=f"Invalid x, value: {SENTINEL}"), Refused),
    "a reply that cannot be read": (ResponseParserError(f"Unable to parse response: b'{SENTINEL}'"), Unsure),
}


@pytest.mark.parametrize(("failure", "reason"), FAILURES.values(), ids=FAILURES.keys())
def test_no_error_leads_back_to_the_request(failure: Any, reason: type[CallError]) -> None:
    with pytest.raises(reason) as raised:
        api_of(FakeClient(failure), Listening()).call("create_user", Password=SENTINEL, **GOOD)
    assert SENTINEL not in f"{raised.value!s} {vars(raised.value)}"
    assert (raised.value.__context__, raised.value.__cause__) == (None, None)


def test_a_reply_that_cannot_be_read_is_told_with_the_name_of_its_error() -> None:
    with pytest.raises(Unsure) as raised:
        api_of(FakeClient(ResponseParserError("half a reply")), Listening()).call("create_user", **GOOD)
    assert str(raised.value) == "create_user: ResponseParserError: the reply could not be read"


def test_a_read_whose_reply_cannot_be_read_is_tried_again() -> None:
    client = FakeClient(ResponseParserError("half a reply"), {"done": True})
    assert api_of(client, Listening()).call("list_queues") == {"done": True}


# -- secrets, once they are fetched ---------------------------------------------------------------------------------------------

KEPT = {
    "a parameter": (Secret("ssm", "/pw"), {"Parameter": {"Value": SENTINEL}}),
    "a member": (Secret("secretsmanager", "pw", "a"), {"SecretString": json.dumps({"a": SENTINEL})}),
}


@pytest.mark.parametrize(("secret", "reply"), KEPT.values(), ids=KEPT.keys())
def test_a_fetched_secret_is_in_no_log_and_no_report(
    secret: Secret, reply: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert account(lambda request: (200, reply)).reveal(secret) == SENTINEL
    configure(2)
    structlog.get_logger().error("read failed", error=f"no {SENTINEL}", settings={"a": [SENTINEL]})
    structlog.get_logger().error(f"{SENTINEL} in an event")
    key = Key("toy.queue", "Sales")
    action = Action(key, "update", (Difference("note", SENTINEL, f"{'x' * 100}{SENTINEL}"),))
    refused = Action(Key("toy.queue", "B"), "update", refusal=f"no {SENTINEL}")
    results = {key: Result("refused", f"no {SENTINEL}"), refused.key: Result("refused", f"no {SENTINEL}")}
    rows = (FeedRow(2, "Sales"), FeedRow(3, "B"))
    report = PassReport(
        replace(stack(), feeds=(Feed("lines", "toy.queue", "lines.csv", rows),)),
        Options(),
        "failed",
        Plan({key: action, refused.key: refused}),
        results,
        (SENTINEL,),
        (SENTINEL,),
        (SENTINEL,),
    )
    lines = [*plan_lines(report.plan), *closing_lines(report)]
    files = [render(report, ()) for render in FORMATS.values()]
    told = [capsys.readouterr().err, "\n".join(map(str, lines)), *files]
    assert [text for text in told if SENTINEL in text] == []
    assert [text.count("***") >= 3 for text in told] == [True] * (2 + len(FORMATS))


# -- the output of a crash ---------------------------------------------------------------------------------------------------


class Strict(Part):
    note: int


def a_validation_error() -> None:
    Strict.model_validate({"note": SENTINEL, SENTINEL: 1})


def a_report_of_botocores() -> None:
    raise ParamValidationError(report=f"value: {SENTINEL}")


def a_missing_key() -> None:
    local = {"password": SENTINEL}
    local[f"no {SENTINEL}"]


def one_behind_another() -> None:
    try:
        a_missing_key()
    except KeyError as error:
        raise ValueError(SENTINEL) from error


def one_during_another() -> None:
    try:
        a_missing_key()
    finally:
        a_report_of_botocores()


BREAKDOWNS = {
    a_validation_error: ["pydantic_core._pydantic_core.ValidationError"],
    a_report_of_botocores: ["botocore.exceptions.ParamValidationError"],
    a_missing_key: ["KeyError"],
    one_behind_another: ["ValueError", "KeyError"],
    one_during_another: ["botocore.exceptions.ParamValidationError", "KeyError"],
}


@pytest.mark.parametrize("breaks", BREAKDOWNS, ids=lambda breaks: breaks.__name__)
def test_a_breakdown_names_types_and_places_and_no_value(breaks: Any) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011 -- each has its own
        breaks()
    first, *lines, last = crash_lines(raised.value)
    assert SENTINEL not in "\n".join((first, *lines, last))
    assert [line for line in lines if not line.startswith("  at ")] == BREAKDOWNS[breaks]
    assert any(line.endswith(f" in {breaks.__name__}") for line in lines)
    assert not any(str(ROOT) in line or "site-packages" in line for line in lines)


def test_a_breakdown_tells_our_own_words_and_the_systems() -> None:
    SECRETS.keep(SENTINEL)
    ours = Refused("create_user", "Code", f"no {SENTINEL}")
    assert "reconciler.errors.Refused: create_user: Code: no ***" in list(crash_lines(ours))
    assert "FileNotFoundError: No such file or directory" in list(
        crash_lines(FileNotFoundError(2, "No such file or directory", f"/{SENTINEL}"))
    )


def test_an_error_that_leads_to_itself_ends() -> None:
    error = ValueError("x")
    error.__cause__ = error
    assert len(list(crash_lines(error))) == 3


# -- the search for leaks can find one ------------------------------------------------------------------------------------------

CALLS = [name for name in secret_leaks.cases() if name.startswith("connect:CreateEmailAddress.DisplayName ")]
ONE_TYPED = "connect:CreateUser ssm access-denied"


@pytest.fixture
def afresh() -> Iterator[None]:
    """Clear cached results before and after a test."""
    memories = (leak_calls.called, leak_typed.typed, leak_typed._typed_wrong)
    for each in memories:
        each.cache_clear()
    yield
    for each in memories:
        each.cache_clear()


def found(names: list[str]) -> dict[str, set[str]]:
    """By failure: the sinks with a sentinel."""
    return {
        name.split()[-1]: {
            each.split(":")[0].removeprefix("sentinel in ") for each in secret_leaks.check(name)
        }
        for name in names
    }


def test_nothing_leaks(afresh: None) -> None:
    assert [found([*CALLS, ONE_TYPED])[failure] for failure in leak_calls.FAILURES] == [set()] * 7
    assert secret_leaks.check(secret_leaks.FIELDS) == ()


def test_without_the_redactor_the_hunt_finds_what_aws_repeats(afresh: None) -> None:
    with patch.object(Redactor, "text", lambda self, text, also=(): text):
        leaks = found(CALLS)
        typed = found([ONE_TYPED])
    repeated = {"stdout", "stderr", "report", "error"}
    assert {failure for failure, sinks in leaks.items() if sinks == repeated} == {
        "access-denied",
        "throttle",
        "500-after",
    }
    assert typed["access-denied"] == {"stdout", "report", "error", "cache"}


def test_without_the_hush_the_hunt_finds_requests_in_the_log(afresh: None) -> None:
    for name in ("botocore", "botocore.endpoint", "botocore.parsers", "botocore.hooks", "botocore.auth"):
        logging.getLogger(name).filters.clear()
    with patch.object(log_filter._Records, "__call__", lambda self, *rest, **more: self._make(*rest, **more)):
        leaks = found(CALLS)
    assert {failure for failure, sinks in leaks.items() if sinks == {"log", "stderr"}} >= {"none", "timeout"}


def test_with_mistakes_that_repeat_a_value_the_hunt_finds_it(afresh: None) -> None:
    first = [next(leak_typed.mistakes())]
    with patch.object(leak_typed, "mistakes", lambda: first):
        assert secret_leaks.check("connect:CreateUser email invalid") == ()
        leak_typed._typed_wrong.cache_clear()
        leak_typed.typed.cache_clear()
        with patch("reconciler.desired.validation.a_value", repr):
            (leak,) = secret_leaks.check("connect:CreateUser email invalid")
    assert leak.startswith("sentinel in stderr: ")
    assert "<SENTINEL>@example.com" in leak


def test_a_secret_field_that_no_case_tries_is_named() -> None:
    class Keyed(Resource):
        keys: list[Secret] | None = None

    keyed = {"toy.keyed": kind("toy.keyed", Keyed)}
    with patch("tests.faults.leak_paths.known_kinds", lambda: keyed):
        assert (
            secret_leaks.check(secret_leaks.FIELDS)[0]
            == "toy.keyed.keys takes a secret, and no case tries it"
        )
