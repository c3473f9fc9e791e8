"""If AWS refuses a delete, references in texts are reported, such as a role with an attached policy."""

from typing import Any

from tests.end_to_end.test_meanings import ALLOW, TRUST
from tests.end_to_end.test_references_of_kinds import Harness, harness

assert harness
POLICY = {"replace": True, "protect": False}


def stack(path: str, role_path: str) -> dict[str, Any]:
    role = {
        "assume_role_policy_document": TRUST,
        "managed_policy_arns": ["${iam.policy:read}"],
        "policy": POLICY,
    }
    return {
        "iam__policy": {"read": {"policy_document": ALLOW, "path": path, "policy": POLICY}},
        "iam__role": {"run": {**role, "path": role_path}},
    }


def test_the_role_that_has_a_policy_is_named(harness: Harness) -> None:
    harness.settle(**stack("/", "/"))
    report = harness.once(**stack("/shop/", "/"))
    said = " ".join(result.message for result in report.results.values())
    assert "no resource of this stack is known to use it" not in said
    assert "it is used by iam.role/run" in said
    both = harness.once(**stack("/shop/", "/shop/"))
    assert "no resource of this stack is known to use it" not in " ".join(
        each.message for each in both.results.values()
    )
