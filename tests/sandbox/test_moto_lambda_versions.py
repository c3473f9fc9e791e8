"""Versions and aliases of functions, with a plain client: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html."""

from typing import Any

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import refusal, refused
from tests.sandbox.test_moto_lambda import ARN, INVALID, MISSING, NAME, PLAIN, with_role, zipped

LIVE = {**NAME, "Name": "live"}
GONE = "ProvisionedConcurrencyConfigNotFoundException"


@pytest.fixture
def made(sandbox: Sandbox) -> Any:
    """A client of Lambda; the function `f` has the versions 1, 2 and 3."""
    client = with_role(sandbox)
    client.create_function(**PLAIN)
    for number in (1, 2, 3):
        client.update_function_code(**NAME, ZipFile=zipped(f"handler = {number}"))
        assert client.publish_version(**NAME)["Version"] == str(number)
    return client


def versions(client: Any, size: int = 50) -> list[str]:
    pages = client.get_paginator("list_versions_by_function").paginate(
        **NAME, PaginationConfig={"PageSize": size}
    )
    return [each["Version"] for page in pages for each in page["Versions"]]


def test_versions_come_in_pages_with_the_latest_first(made: Any) -> None:
    assert versions(made) == versions(made, 2) == ["$LATEST", "1", "2", "3"]
    page = made.list_versions_by_function(**NAME, MaxItems=1)
    assert page["Versions"][0]["FunctionArn"] == f"{ARN}:$LATEST"
    assert refused(made, "list_versions_by_function", **NAME, Marker="x") == INVALID
    assert refused(made, "list_versions_by_function", FunctionName="g") == MISSING


def test_a_number_of_a_version_is_never_used_again(made: Any) -> None:
    made.delete_function(**NAME, Qualifier="3")
    made.delete_function(**NAME, Qualifier="1")
    assert made.publish_version(**NAME)["Version"] == "4"
    assert versions(made) == ["$LATEST", "2", "4"]
    made.delete_function(**NAME)
    made.create_function(**PLAIN)
    assert made.publish_version(**NAME)["Version"] == "1"


def test_the_same_code_and_settings_make_no_version(made: Any) -> None:
    made.update_function_code(**NAME, ZipFile=zipped("handler = 3"))
    assert made.publish_version(**NAME, Description="other")["Version"] == "3"
    made.update_function_configuration(**NAME, Timeout=9)
    fourth = made.publish_version(**NAME, Description="slow")
    assert (fourth["Version"], fourth["Description"], fourth["Timeout"]) == ("4", "slow", 9)
    made.update_function_configuration(**NAME, Timeout=8)
    assert made.get_function_configuration(**NAME, Qualifier="4")["Timeout"] == 9


def test_a_version_is_published_of_the_revision_that_is_meant(made: Any) -> None:
    latest = made.get_function_configuration(**NAME)
    made.update_function_configuration(**NAME, Timeout=9)
    stale = {"RevisionId": latest["RevisionId"]}
    assert refused(made, "publish_version", **NAME, **stale) == "PreconditionFailedException"
    assert refused(made, "publish_version", **NAME, CodeSha256="x") == INVALID
    assert made.publish_version(**NAME, CodeSha256=latest["CodeSha256"])["Version"] == "4"


def test_an_alias_moves_and_keeps_what_is_not_sent(made: Any) -> None:
    first = made.create_alias(**LIVE, FunctionVersion="1", Description="for callers")
    assert first["AliasArn"] == f"{ARN}:live"
    moved = made.update_alias(**LIVE, FunctionVersion="2")
    assert (moved["FunctionVersion"], moved["Description"]) == ("2", "for callers")
    assert moved["RevisionId"] != first["RevisionId"]
    stale = {"RevisionId": first["RevisionId"]}
    assert refused(made, "update_alias", **LIVE, **stale) == "PreconditionFailedException"
    assert made.get_function_configuration(**NAME, Qualifier="live")["Version"] == "2"
    weights = {"AdditionalVersionWeights": {"3": 0.25}}
    made.update_alias(**LIVE, RoutingConfig=weights)
    assert made.get_alias(**LIVE)["RoutingConfig"] == weights
    made.update_alias(**LIVE, RoutingConfig={})
    assert "RoutingConfig" not in made.get_alias(**LIVE)


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ({"1": 0.5}, INVALID),
        ({"2": 0.5, "3": 0.1}, INVALID),
        ({"$LATEST": 0.5}, INVALID),
        ({"9": 0.5}, MISSING),
        ({"2": 1.5}, INVALID),
    ],
)
def test_a_wrong_routing_is_refused(made: Any, weights: dict[str, float], code: str) -> None:
    made.create_alias(**LIVE, FunctionVersion="1")
    routing = {"AdditionalVersionWeights": weights}
    assert refused(made, "update_alias", **LIVE, RoutingConfig=routing) == code
    assert "RoutingConfig" not in made.get_alias(**LIVE)


def test_a_wrong_alias_is_refused(made: Any) -> None:
    made.create_alias(**LIVE, FunctionVersion="1")
    code, text = refusal(made, "create_alias", **LIVE, FunctionVersion="1")
    assert (code, text) == ("ResourceConflictException", f"Alias already exists: {ARN}:live")
    assert refused(made, "create_alias", **NAME, Name="next", FunctionVersion="9") == MISSING
    assert refused(made, "create_alias", FunctionName="g", Name="live", FunctionVersion="1") == MISSING
    assert refused(made, "update_alias", **NAME, Name="next", FunctionVersion="1") == MISSING
    assert refused(made, "get_alias", **NAME, Name="next") == MISSING
    made.delete_alias(**NAME, Name="next")


def test_a_version_that_an_alias_has_stays(made: Any) -> None:
    made.create_alias(**LIVE, FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}})
    for number in ("1", "2"):
        assert refused(made, "delete_function", **NAME, Qualifier=number) == "ResourceConflictException"
    assert refused(made, "delete_function", **NAME, Qualifier="live") == INVALID
    made.delete_function(**NAME, Qualifier="3")
    made.delete_alias(**LIVE)
    made.delete_function(**NAME, Qualifier="1")
    assert versions(made) == ["$LATEST", "2"]


def test_aliases_come_in_pages_and_by_their_version(made: Any) -> None:
    for name, version in (("c", "1"), ("a", "2"), ("b", "1")):
        made.create_alias(**NAME, Name=name, FunctionVersion=version)
    pages = made.get_paginator("list_aliases").paginate(**NAME, PaginationConfig={"PageSize": 2})
    assert [[each["Name"] for each in page["Aliases"]] for page in pages] == [["a", "b"], ["c"]]
    of_first = made.list_aliases(**NAME, FunctionVersion="1")["Aliases"]
    assert [each["Name"] for each in of_first] == ["b", "c"]


def test_an_alias_with_provisioned_concurrency(made: Any) -> None:
    made.create_alias(**LIVE, FunctionVersion="1")
    at = {**NAME, "Qualifier": "live"}
    assert refused(made, "get_provisioned_concurrency_config", **at) == GONE
    made.put_provisioned_concurrency_config(**at, ProvisionedConcurrentExecutions=2)
    shown = made.get_provisioned_concurrency_config(**at)
    assert (shown["RequestedProvisionedConcurrentExecutions"], shown["Status"]) == (2, "READY")
    (row,) = made.list_provisioned_concurrency_configs(**NAME)["ProvisionedConcurrencyConfigs"]
    assert row["FunctionArn"] == f"{ARN}:live"
    latest = {**NAME, "Qualifier": "$LATEST"}
    put = "put_provisioned_concurrency_config"
    assert refused(made, put, **latest, ProvisionedConcurrentExecutions=2) == INVALID
    made.put_function_concurrency(**NAME, ReservedConcurrentExecutions=1)
    assert refused(made, put, **at, ProvisionedConcurrentExecutions=2) == INVALID
    made.delete_provisioned_concurrency_config(**at)
    assert refused(made, "get_provisioned_concurrency_config", **at) == GONE


def test_provisioned_concurrency_takes_its_time() -> None:
    clock = VirtualClock(1_800_000_000.0)
    with Sandbox(clock=clock.now, settling_seconds=5.0, sleep=clock.sleep) as sandbox:
        client = with_role(sandbox)
        client.create_function(**PLAIN)
        clock.sleep(5)
        client.publish_version(**NAME)
        client.create_alias(**LIVE, FunctionVersion="1")
        at = {**NAME, "Qualifier": "live"}
        client.put_provisioned_concurrency_config(**at, ProvisionedConcurrentExecutions=2)
        assert client.get_provisioned_concurrency_config(**at)["Status"] == "IN_PROGRESS"
        clock.sleep(5)
        assert client.get_provisioned_concurrency_config(**at)["Status"] == "READY"
