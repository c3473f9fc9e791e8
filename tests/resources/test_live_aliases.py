"""Passes over functions that publish versions, and over aliases of these versions."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
CURRENT = "${lambda.function:lookup#version}"
LIVE: dict[str, Any] = {"function": "lookup", "function_version": CURRENT}
NAME = {"FunctionName": "lookup"}


class Lookup:
    """A stack with a function that publishes versions, and its aliases."""

    def __init__(self, harness: LiveHarness) -> None:
        self.harness = harness
        self.client = harness.client("lambda")
        self.code("1")

    def code(self, text: str) -> None:
        folder = self.harness.directory / "code"
        folder.mkdir(exist_ok=True)
        (folder / "app.py").write_text(f"TEXT = {text!r}\n", encoding="utf-8")

    def resources(self, aliases: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
        function = {
            "role": "${iam.role:lookup}",
            "runtime": "python3.13",
            "handler": "app.handler",
            "code": {"folder": "code"},
            "publish": True,
            **settings,
        }
        return {
            "iam.role": {"lookup": {"assume_role_policy_document": TRUST}},
            "lambda.function": {"lookup": function},
            "lambda.alias": {"live": LIVE} if aliases is None else aliases,
        }

    def versions(self) -> list[str]:
        rows = self.client.list_versions_by_function(**NAME)["Versions"]
        return [each["Version"] for each in rows if each["Version"] != "$LATEST"]

    def alias(self, name: str = "live") -> Any:
        return self.client.get_alias(**NAME, Name=name)

    @property
    def sent(self) -> list[str]:
        """The operations on Lambda that the last pass has called."""
        return [operation for operation, _ in self.harness.calls]


@pytest.fixture
def lookup(harness: LiveHarness) -> Lookup:
    return Lookup(harness)


def test_a_change_of_the_code_publishes_a_version_and_moves_the_alias(lookup: Lookup) -> None:
    lookup.harness.settle(lookup.resources())
    assert (lookup.versions(), lookup.alias()["FunctionVersion"]) == (["1"], "1")
    lookup.code("2")
    lookup.harness.run(lookup.resources())
    assert lookup.sent == ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"]
    assert (lookup.versions(), lookup.alias()["FunctionVersion"]) == (["1", "2"], "2")
    lookup.harness.require_quiet(lookup.resources())


def test_settings_that_versions_have_publish_one_and_others_do_not(lookup: Lookup) -> None:
    lookup.harness.settle(lookup.resources())
    lookup.harness.settle(lookup.resources(timeout=9, reserved_concurrent_executions=2))
    assert lookup.versions() == ["1", "2"]
    lookup.harness.settle(lookup.resources(timeout=9, reserved_concurrent_executions=3))
    assert (lookup.versions(), lookup.alias()["FunctionVersion"]) == (["1", "2"], "2")


def test_a_pass_that_ends_before_the_alias_moves_publishes_nothing_twice(lookup: Lookup) -> None:
    lookup.harness.settle(lookup.resources())
    lookup.code("2")
    lookup.harness.run(lookup.resources(aliases={}))  # the alias stays where it is
    assert (lookup.versions(), lookup.alias()["FunctionVersion"]) == (["1", "2"], "1")
    lookup.harness.run(lookup.resources())
    assert lookup.sent == ["UpdateAlias"]
    lookup.harness.require_quiet(lookup.resources())
    assert lookup.alias()["FunctionVersion"] == "2"


def test_a_pass_that_ends_before_the_version_is_published_continues(lookup: Lookup) -> None:
    lookup.harness.settle(lookup.resources())
    lookup.client.update_function_configuration(**NAME, Timeout=9)
    lookup.harness.run(lookup.resources(timeout=9))
    assert lookup.sent == ["PublishVersion", "UpdateAlias"]
    lookup.harness.require_quiet(lookup.resources(timeout=9))


def test_old_versions_are_deleted_but_none_that_an_alias_has(lookup: Lookup) -> None:
    canary = {**LIVE, "routing_config": {"additional_version_weights": {"1": 0.1}}}
    both = {"live": LIVE, "canary": canary}
    for number in range(2, 6):
        lookup.harness.settle(lookup.resources({"live": LIVE} if number == 2 else both, kept_versions=2))
        lookup.code(str(number))
    planned = lookup.harness.run(lookup.resources(both, kept_versions=2), dry_run=True)
    (action,) = (each for key, each in planned.plan.actions.items() if key.kind == "lambda.function")
    assert action.deletes == ("version 3",)
    lookup.harness.settle(lookup.resources(both, kept_versions=2))
    assert lookup.versions() == ["1", "4", "5"]
    assert lookup.alias("canary")["RoutingConfig"] == {"AdditionalVersionWeights": {"1": 0.1}}


def test_an_alias_that_the_files_no_longer_have_is_deleted_and_no_other(lookup: Lookup) -> None:
    both = {"live": LIVE, "next": {**LIVE, "description": "For tests"}}
    lookup.harness.settle(lookup.resources(both))
    lookup.client.create_alias(**NAME, Name="by-hand", FunctionVersion="1")
    lookup.harness.run(lookup.resources(), prune=True)
    names = [each["Name"] for each in lookup.client.list_aliases(**NAME)["Aliases"]]
    assert names == ["by-hand", "live"], lookup.sent


def test_the_description_keeps_our_marks(lookup: Lookup) -> None:
    lookup.harness.settle(lookup.resources())
    told = {**LIVE, "description": "For callers"}
    lookup.harness.settle(lookup.resources({"live": told}))
    written = lookup.alias()["Description"]
    longest = "x" * 201
    lookup.harness.settle(lookup.resources({"live": {**told, "description": longest}}))
    assert len(lookup.alias()["Description"]) == 256
    lookup.harness.settle(lookup.resources({"live": told}))
    assert written == "For callers [tags: reconciler:key=live&reconciler:stack=desk/test]"
    lookup.client.update_alias(**NAME, Name="live", Description=written.replace("For callers", "Mine"))
    report = lookup.harness.run(lookup.resources({"live": told}), dry_run=True)
    assert fields(report) == ["description"], messages(report)


def test_two_functions_may_have_aliases_of_one_name(lookup: Lookup) -> None:
    resources = lookup.resources({})
    resources["lambda.function"]["other"] = resources["lambda.function"]["lookup"]
    resources["lambda.alias"] = {
        f"{name}:live": {"function": name, "function_version": f"${{lambda.function:{name}#version}}"}
        for name in ("lookup", "other")
    }
    lookup.harness.settle(resources)
    assert lookup.alias()["AliasArn"].endswith(":function:lookup:live")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"function": "lokup"}, 'no function named "lokup"; did you mean "lookup"?'),
        ({"routing_config": {"additional_version_weights": {"1": 1.5}}}, "expected 1 or less"),
        ({"routing_config": {"additional_version_weights": {"1": -0.1}}}, "expected 0 or more"),
        ({"routing_config": {"additional_version_weights": {"1": 0.1, "2": 0.1}}}, "only one here"),
        (
            {"function_version": "1", "routing_config": {"additional_version_weights": {"1": 0.1}}},
            "this is the version of the alias itself; write another one",
        ),
        (
            {"function_version": "$LATEST", "routing_config": {"additional_version_weights": {"1": 0.1}}},
            "AWS routes requests only between published versions; write a number",
        ),
        ({"function_version": "newest"}, "expected the number of a version in quotes, or $LATEST"),
        ({"function_version": None}, "AWS cannot clear this"),
        (
            {"description": "x" * 202},
            "its tags are kept here, and AWS accepts 201 characters besides them; shorten the text",
        ),
        (
            {"tags": {"Team": "x" * 256}},
            "its tags are kept here, and they alone are longer than 256 characters; shorten or remove some",
        ),
    ],
)
def test_a_wrong_alias_is_one_line_before_any_call(
    lookup: Lookup, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidStack) as refused:
        lookup.harness.run(lookup.resources({"live": {**LIVE, **settings}}))
    (mistake,) = refused.value.mistakes
    assert said in str(mistake)
    assert str(mistake).startswith("resources.yaml:1:")


def test_a_function_that_publishes_nothing_has_no_version(lookup: Lookup) -> None:
    with pytest.raises(InvalidStack, match="the files publish none; write publish: true"):
        lookup.harness.run(lookup.resources(publish=False))
