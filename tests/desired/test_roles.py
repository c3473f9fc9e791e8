"""The role of an environment."""

from pathlib import Path

import jsonschema
import pytest
from yaml import safe_load

from reconciler.desired import json_schema
from reconciler.stack import Role
from tests.desired.desired_toys import KINDS, mistakes, stack

CHECK = jsonschema.Draft202012Validator(json_schema(KINDS))
ROLE_ARN = "arn:aws:iam::111111111111:role/reconciler"
ROLES = {
    "the ARN alone": (f"role: {ROLE_ARN}", Role(ROLE_ARN, "reconciler-x-dev")),
    "with a path": (
        f"role: {{arn: {ROLE_ARN}/a+b}}",
        Role(f"{ROLE_ARN}/a+b", "reconciler-x-dev"),
    ),
    "everything": (
        f"role: {{arn: {ROLE_ARN}, session_name: nightly, external_id: a/b}}",
        Role(ROLE_ARN, "nightly", "a/b"),
    ),
    "none": ("role: null", None),
}
A_ROLE = "stack.yaml:6:5: environments.dev.role: expected the ARN of a role, or a mapping with `arn` and `external_id`"
AN_ARN = "expected the ARN of a role, such as arn:aws:iam::111111111111:role/reconciler"
WRONG_ROLES = {
    "text": ("role: reconciler", [f"stack.yaml:6:11: environments.dev.role: {AN_ARN}"]),
    "a user": (
        "role: arn:aws:iam::111111111111:user/x",
        [f"stack.yaml:6:11: environments.dev.role: {AN_ARN}"],
    ),
    "a session": (
        "role: arn:aws:sts::111111111111:assumed-role/x/y",
        [f"stack.yaml:6:11: environments.dev.role: {AN_ARN}"],
    ),
    "a variable": ("role: ${account}", [f"stack.yaml:6:11: environments.dev.role: {AN_ARN}"]),
    "a number": ("role: 3", [A_ROLE.replace(":5:", ":11:")]),
    "a list": (f"role: [{ROLE_ARN}]", [A_ROLE.replace(":5:", ":11:")]),
    "no ARN": (
        "role: {external_id: abc}",
        ["stack.yaml:6:11: environments.dev.role.arn: this field is required"],
    ),
    "an unknown member": (
        f"role: {{arn: {ROLE_ARN}, external: x}}",
        [
            'stack.yaml:6:60: environments.dev.role.external: there is no such field; did you mean "external_id"?'
        ],
    ),
    "a session name with a space": (
        f"role: {{arn: {ROLE_ARN}, session_name: a b}}",
        [
            (
                "stack.yaml:6:74: environments.dev.role.session_name: "
                "expected 2 to 64 of letters, digits and _+=,.@-"
            )
        ],
    ),
    "a short external id": (
        f"role: {{arn: {ROLE_ARN}, external_id: x}}",
        [
            (
                "stack.yaml:6:73: environments.dev.role.external_id: "
                "expected 2 to 1,224 of letters, digits and _+=,.@:/-"
            )
        ],
    ),
    "another account": (
        "role: arn:aws:iam::222222222222:role/reconciler",
        [
            (
                "stack.yaml:6:11: environments.dev.role: this role is in another account than the environment, "
                "which is account 111111111111; name a role of that account"
            )
        ],
    ),
}


def role_header(line: str) -> str:
    """A header whose line 6 is this one."""
    return (
        f"stack: x\nenvironments:\n  dev:\n    account: '111111111111'\n    region: eu-west-2\n    {line}\n"
    )


@pytest.mark.parametrize(("line", "expected"), ROLES.values(), ids=ROLES.keys())
def test_a_role(line: str, expected: Role | None, tmp_path: Path) -> None:
    text = role_header(line)
    assert stack(tmp_path, {"stack.yaml": text}).role == expected
    assert CHECK.is_valid(safe_load(text))


@pytest.mark.parametrize(("line", "expected"), WRONG_ROLES.values(), ids=WRONG_ROLES.keys())
def test_a_wrong_role(line: str, expected: list[str], tmp_path: Path) -> None:
    assert mistakes(tmp_path, {"stack.yaml": role_header(line)}) == expected
    if "another account" not in expected[0]:
        assert not CHECK.is_valid(safe_load(role_header(line)))


@pytest.mark.parametrize("account", ["account: [1]", "account: '12'", "{}"])
def test_the_account_of_a_role_is_not_judged_by_a_wrong_account(account: str, tmp_path: Path) -> None:
    text = role_header(f"role: {ROLE_ARN}").replace(
        "account: '111111111111'", account.replace("{}", "tags: {}")
    )
    (told,) = mistakes(tmp_path, {"stack.yaml": text})
    assert "environments.dev.account: " in told


def test_the_name_of_a_session_is_cut_to_its_limit(tmp_path: Path) -> None:
    text = role_header(f"role: {ROLE_ARN}").replace("stack: x", f"stack: {'x' * 64}")
    found = stack(tmp_path, {"stack.yaml": text}).role
    assert found is not None
    assert found.session_name == f"reconciler-{'x' * 53}"
