"""The hosts of signed requests, their credentials, and fetching secrets."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError

from reconciler.aws.account import (
    Account,
    BadEndpoint,
    Connection,
    check_endpoint,
    check_region,
    open_account,
)
from reconciler.aws.pacing import Pacer
from reconciler.errors import CallError, Refused, Unreachable
from reconciler.model import Secret
from reconciler.runtime.clock import VirtualClock
from tests.unit.aws_toys import SENTINEL, account

GOOD = [
    "https://connect.eu-west-2.amazonaws.com",
    "https://vpce-1.connect.eu-west-2.vpce.amazonaws.com:8443/path",
    "https://localhost:4566",
    "http://localhost:4566",
    "http://127.0.0.1:4566/",
    "http://[::1]:4566",
    "HTTP://LOCALHOST",
]
BAD = {
    "plain http to the internet": "http://connect.eu-west-2.amazonaws.com",
    "the metadata service": "http://169.254.169.254/latest/meta-data/",
    "a private network": "http://10.0.0.1:4566",
    "every interface": "http://0.0.0.0:4566",
    "a name that begins like this machine": "http://localhost.evil.com",
    "an address that begins like this machine": "http://127.0.0.1.evil.com",
    "this machine as a user name": "http://localhost@evil.com",
    "this machine as user name and password": "http://127.0.0.1:80@evil.com/",
    "this machine as a query": "http://evil.com?localhost",
    "a file": "file:///etc/passwd",
    "another scheme": "ftp://localhost",
    "no scheme": "localhost:4566",
    "no host": "https://",
    "no host, but a path": "https:///connect",
    "a broken address": "http://[::1",
    "nothing": "",
}


@pytest.mark.parametrize("url", GOOD)
def test_an_endpoint_that_may_be_used(url: str) -> None:
    assert check_endpoint(url) == url


@pytest.mark.parametrize("url", BAD.values(), ids=BAD.keys())
def test_an_endpoint_that_may_not_be_used(url: str) -> None:
    with pytest.raises(BadEndpoint, match="only https, or plain http to this machine"):
        check_endpoint(url)


@pytest.mark.parametrize(
    "region", ["eu-west-2", "us-east-1", "ap-northeast-1", "us-gov-west-1", "cn-north-1"]
)
def test_a_region_that_there_is(region: str) -> None:
    assert check_region(region) == region


# botocore would turn most of these into a host name.
@pytest.mark.parametrize(
    "region",
    [
        "",
        "evil",
        "EU-WEST-2",
        "eu-west-2 ",
        "eu-west-2.evil.com",
        "evil.com/",
        "a@evil.com",
        "aws-global",
        "eu-west-99",
        "#",
    ],
)
def test_a_region_that_there_is_not(region: str) -> None:
    with pytest.raises(BadEndpoint, match="is not an AWS Region"):
        check_region(region)


def test_nothing_is_opened_at_a_bad_endpoint() -> None:
    with pytest.raises(BadEndpoint):
        open_account("111111111111", "eu-west-2", VirtualClock(), Connection("http://169.254.169.254"))
    with pytest.raises(BadEndpoint):
        open_account("111111111111", "evil", VirtualClock())


def test_an_endpoint_from_the_environment_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile or a variable in the environment must not send signed requests elsewhere."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://169.254.169.254")
    monkeypatch.setenv("AWS_ENDPOINT_URL_CONNECT", "http://10.0.0.1")
    client = account(lambda request: (200, {})).api("connect").client
    assert client.meta.endpoint_url == "https://connect.eu-west-2.amazonaws.com"


def test_each_service_has_one_client() -> None:
    opened = account(lambda request: (200, {}))
    assert opened.api("connect") is opened.api("connect")
    assert opened.api("connect").tally is opened.api("sts").tally


def test_who_the_credentials_belong_to() -> None:
    body = b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>222222222222</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    opened = account(lambda request: (200, body))
    assert opened.identity() == "222222222222"
    assert opened.tally.calls == {"sts:GetCallerIdentity": 1}


# -- secrets ---------------------------------------------------------------------------------------------------------------

KEPT = json.dumps({"password": SENTINEL, "port": 5432})
SECRETS = {
    "a parameter": (Secret("ssm", "/pw"), {"Parameter": {"Value": SENTINEL}}, SENTINEL),
    "a member of a parameter": (Secret("ssm", "/pw", "port"), {"Parameter": {"Value": KEPT}}, "5432"),
    "a secret": (Secret("secretsmanager", "pw"), {"SecretString": SENTINEL}, SENTINEL),
    "a member of a secret": (Secret("secretsmanager", "pw", "password"), {"SecretString": KEPT}, SENTINEL),
}


@pytest.mark.parametrize(("secret", "reply", "expected"), SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_is_fetched(secret: Any, reply: Any, expected: Any) -> None:
    requests: list[Any] = []

    def answer(request: Any) -> tuple[int, Any]:
        requests.append(json.loads(request.body))
        return 200, reply

    assert account(answer).reveal(secret) == expected
    asked = (
        {"Name": secret.name, "WithDecryption": True} if secret.store == "ssm" else {"SecretId": secret.name}
    )
    assert requests == [asked]


NO_MEMBER = {
    "it has no such member": KEPT,
    "it is no JSON": SENTINEL,
    "it is JSON, but no object": json.dumps([SENTINEL]),
    "it is empty": "",
}


@pytest.mark.parametrize("held", NO_MEMBER.values(), ids=NO_MEMBER.keys())
@pytest.mark.parametrize("store", ["ssm", "secretsmanager"])
def test_a_secret_without_the_member_says_so_and_no_more(store: Any, held: str) -> None:
    reply = {"Parameter": {"Value": held}} if store == "ssm" else {"SecretString": held}
    with pytest.raises(Refused, match='"pw" is not a JSON object with a member "token"') as raised:
        account(lambda request: (200, reply)).reveal(Secret(store, "pw", "token"))
    assert SENTINEL not in f"{raised.value!s}{raised.value!r}"
    assert raised.value.__suppress_context__


def test_a_secret_that_is_kept_as_bytes_is_never_sent_as_nothing() -> None:
    """An empty password would be worse than no password."""
    with pytest.raises(CallError, match="pw"):
        account(lambda request: (200, {"SecretBinary": "AAAA"})).reveal(Secret("secretsmanager", "pw"))


MISSING = {
    "a parameter": (Secret("ssm", "/pw"), "ParameterNotFound", 'there is no parameter "/pw"'),
    "a secret": (Secret("secretsmanager", "pw"), "ResourceNotFoundException", 'there is no secret "pw"'),
}


@pytest.mark.parametrize(("secret", "code", "said"), MISSING.values(), ids=MISSING.keys())
def test_a_secret_that_is_not_there_is_refused_by_its_name(secret: Secret, code: str, said: str) -> None:
    """Waiting does not help."""
    with pytest.raises(Refused, match=said):
        account(lambda request: (400, {"__type": code})).reveal(secret)


# -- other services ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:4566", "http://localhost:4566", "https://aws.example.com"]
)
def test_an_account_id_before_the_host_is_left_out_at_an_endpoint(endpoint: str) -> None:
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
    clock = VirtualClock()
    control = Account(session, "123456789012", "eu-west-2", clock, Random(1), Pacer(clock), endpoint)
    api = control.api("s3").beside("s3control")
    signed: list[str] = []
    api.client.meta.events.register("before-sign", lambda request, **_: signed.append(request.url))
    api.client.meta.events.register_first("before-send", lambda request, **_: _no_content(request.url))
    api.call("tag_resource", AccountId="123456789012", ResourceArn="arn:aws:s3:::b", Tags=[])
    assert signed == [f"{endpoint}/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Ab"]


def _no_content(url: str) -> AWSResponse:
    return AWSResponse(url, 204, {}, Raw())


class Raw:
    """The body of a reply without content."""

    def stream(self, **_: object) -> Iterator[bytes]:
        return iter(())


def test_an_address_that_cannot_be_reached_is_given_up_after_three_tries_of_the_first_call() -> None:
    def nobody(request: Any) -> Any:
        raise EndpointConnectionError(endpoint_url=request.url)

    where = account(nobody)
    with pytest.raises(Unreachable):
        where.identity()
    assert where.tally.calls == {"sts:GetCallerIdentity": 3}
    assert where.clock.now() <= 3, "pauses of up to one and two seconds"
    with pytest.raises(Unreachable):
        where.api("sts").call("get_caller_identity")
    assert where.tally.calls == {"sts:GetCallerIdentity": 9}, "a pass under way has all its patience"


def test_the_models_of_services_are_read_once_for_all_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    def loader_of(found: Account) -> Any:
        return found.session._session.get_component("data_loader")

    one = loader_of(open_account("111111111111", "eu-west-2", VirtualClock()))
    folders = [*one.search_paths]
    assert loader_of(open_account("222222222222", "eu-west-1", VirtualClock())) is one
    assert one.search_paths == folders
    monkeypatch.setenv("AWS_DATA_PATH", "/models")
    other = loader_of(open_account("111111111111", "eu-west-2", VirtualClock()))
    assert (other is one, "/models" in other.search_paths, "/models" in folders) == (False, True, False)
