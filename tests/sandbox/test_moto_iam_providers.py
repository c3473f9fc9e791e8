"""OIDC providers: client ids that change, thumbprints, and the refusals of AWS.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html and the operations beside it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from moto.iam.models import iam_backends

from reconciler.sandbox import Sandbox
from tests.sandbox.test_moto_iam_roles import ACCOUNT, refusal

GITHUB = "https://token.actions.githubusercontent.com"
ARN = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
PRINT, OTHER = "a" * 40, "B" * 40


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with Sandbox() as box:
        yield box.session("eu-west-2").client("iam")


@pytest.fixture
def iam(client: Any) -> Any:
    """An empty IAM."""
    iam_backends[ACCOUNT]["aws"].reset()
    return client


def shown(iam: Any) -> Any:
    return iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)


def test_every_setting_comes_back(iam: Any) -> None:
    made = iam.create_open_id_connect_provider(
        Url=GITHUB,
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=[PRINT],
        Tags=[{"Key": "Team", "Value": "a"}],
    )
    assert made["OpenIDConnectProviderArn"] == ARN
    found = shown(iam)
    assert found["Url"] == "token.actions.githubusercontent.com"
    assert (found["ClientIDList"], found["ThumbprintList"]) == (["sts.amazonaws.com"], [PRINT])
    assert found["Tags"] == [{"Key": "Team", "Value": "a"}]
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == [{"Arn": ARN}]


def test_iam_gets_a_thumbprint_itself(iam: Any) -> None:
    iam.create_open_id_connect_provider(Url=GITHUB)
    (thumbprint,) = shown(iam)["ThumbprintList"]
    assert len(thumbprint) == 40
    assert not shown(iam).get("ClientIDList")


def test_client_ids_are_added_and_removed_and_twice_does_no_harm(iam: Any) -> None:
    iam.create_open_id_connect_provider(Url=GITHUB, ClientIDList=["one"])
    for _ in range(2):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=ARN, ClientID="two")
    assert shown(iam)["ClientIDList"] == ["one", "two"]
    for _ in range(2):
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=ARN, ClientID="one")
    assert shown(iam)["ClientIDList"] == ["two"]


def test_thumbprints_are_replaced_as_a_whole(iam: Any) -> None:
    iam.create_open_id_connect_provider(Url=GITHUB, ThumbprintList=[PRINT])
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=ARN, ThumbprintList=[OTHER])
    assert shown(iam)["ThumbprintList"] == [OTHER]


@pytest.mark.parametrize(
    "url", ["http://idp.example.com", "idp.example.com", "https://idp.example.com:8443", f"{GITHUB}?a=b"]
)
def test_urls_that_aws_refuses(iam: Any, url: str) -> None:
    told = refusal(iam.create_open_id_connect_provider, Url=url)
    assert told == (400, "ValidationError", "Invalid Open ID Connect Provider URL")


def test_what_aws_refuses(iam: Any) -> None:
    iam.create_open_id_connect_provider(Url=GITHUB, ClientIDList=[f"c{n}" for n in range(100)])
    text = f"Provider with url {GITHUB} already exists."
    assert refusal(iam.create_open_id_connect_provider, Url=GITHUB) == (409, "EntityAlreadyExists", text)
    add, update = (
        iam.add_client_id_to_open_id_connect_provider,
        iam.update_open_id_connect_provider_thumbprint,
    )
    one_more = refusal(add, OpenIDConnectProviderArn=ARN, ClientID="more")
    assert one_more[1:] == (
        "LimitExceeded",
        "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100",
    )
    for wrong in ([], [PRINT] * 6, ["z" * 40]):
        assert refusal(update, OpenIDConnectProviderArn=ARN, ThumbprintList=wrong)[1] == "InvalidInput"
    thirty, others = ([{"Key": f"{name}{n}", "Value": ""} for n in range(30)] for name in "ab")
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=ARN, Tags=thirty)
    tagged = refusal(iam.tag_open_id_connect_provider, OpenIDConnectProviderArn=ARN, Tags=others)
    assert tagged[1] == "LimitExceeded"


@pytest.mark.parametrize("operation", ["add_client_id_to", "remove_client_id_from"])
def test_a_missing_provider_has_no_client_ids(iam: Any, operation: str) -> None:
    call = getattr(iam, f"{operation}_open_id_connect_provider")
    assert refusal(call, OpenIDConnectProviderArn=ARN, ClientID="x")[1] == "NoSuchEntity"


def test_deleting_twice_does_no_harm(iam: Any) -> None:
    iam.create_open_id_connect_provider(Url=GITHUB)
    for _ in range(2):
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=ARN)
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
