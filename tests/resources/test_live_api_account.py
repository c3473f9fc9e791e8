"""Passes over the role that writes the logs of API Gateway, which all stacks of an account share."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, messages

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
KIND, ROLE = "apigateway.account", "cloudwatchRoleArn"


def written(role: str = "logs", **policy: Any) -> dict[str, Any]:
    roles = {
        name: {"assume_role_policy_document": TRUST, "policy": {"protect": False}}
        for name in ("logs", "logs-2")
    }
    return {"iam.role": roles, KIND: {"logs": {"cloudwatch_role_arn": f"${{iam.role:{role}}}", **policy}}}


class Account:
    """The settings of the account, and the tags of its roles."""

    def __init__(self, harness: LiveHarness) -> None:
        self.harness = harness
        self.gateway, self.iam = harness.client("apigateway"), harness.client("iam")

    def has(self, role: str) -> bool:
        """Whether the account has this role; empty: no role."""
        found: str = self.gateway.get_account().get(ROLE, "")
        return found.rpartition("/")[2] == role

    def name(self, role: str) -> None:
        """Name another role, as somebody else does."""
        arn = self.iam.get_role(RoleName=role)["Role"]["Arn"]
        patch = {"op": "replace", "path": f"/{ROLE}", "value": arn}
        self.gateway.update_account(patchOperations=[patch])

    def is_marked(self, role: str) -> bool:
        keys = [each["Key"] for each in self.iam.list_role_tags(RoleName=role)["Tags"]]
        return "reconciler:apigateway/eu-west-2" in keys


@pytest.fixture
def account(harness: LiveHarness) -> Account:
    harness.run(written())
    found = Account(harness)
    assert found.has("logs")
    assert found.is_marked("logs")
    harness.require_quiet(written())
    return found


def test_the_mark_goes_with_the_role(account: Account) -> None:
    account.harness.run(written("logs-2"))
    assert account.has("logs-2")
    assert (account.is_marked("logs-2"), account.is_marked("logs")) == (True, False)
    account.harness.require_quiet(written("logs-2"))


def test_the_role_of_somebody_else_is_replaced_only_on_request(account: Account) -> None:
    account.name("logs-2")
    report = account.harness.run(written())
    assert report.outcome == "failed"
    assert account.has("logs-2")
    assert "`adopt: true` takes it over" in messages(report)[0]
    assert account.harness.run(written(adopt=True)).outcome == "settled"
    assert account.has("logs")
    assert not account.is_marked("logs-2")
    account.harness.require_quiet(written(adopt=True))


def test_a_role_that_is_gone_counts_as_none(account: Account) -> None:
    account.iam.delete_role(RoleName="logs")
    assert account.harness.run(written()).outcome == "settled"
    assert account.has("logs")
    assert account.is_marked("logs")


def test_only_our_own_role_is_taken_away(account: Account) -> None:
    free = written(policy={"protect": False})
    roles = {"iam.role": free["iam.role"]}
    account.harness.run(free)
    account.name("logs-2")
    assert account.harness.run(roles, prune=True, guard={"max_percent": 100}).outcome == "settled"
    assert account.has("logs-2")
    account.name("logs")
    account.harness.run(roles, prune=True, guard={"max_percent": 100})
    assert account.has("")
    assert not account.is_marked("logs")


def test_two_in_one_stack_are_a_mistake(harness: LiveHarness) -> None:
    both = {KIND: {name: {"cloudwatch_role_arn": "${iam.role:logs}"} for name in ("a", "b")}}
    with pytest.raises(InvalidStack, match="there is one in each Region, and b is it as well"):
        harness.run({**written(), **both})
