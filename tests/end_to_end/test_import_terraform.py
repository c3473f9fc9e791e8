"""`reconciler import-terraform` as a user types it: an account that Terraform has made, and its state."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from reconciler.cli import app
from reconciler.cli.exits import FAILED, INVALID
from reconciler.desired import load
from reconciler.exporting.files import Place, export_of
from reconciler.importing.terraform_state import resources_in
from reconciler.importing.terraform_survey import NoParent, SeveralParents, survey_of
from reconciler.kinds import known_kinds
from reconciler.sandbox.account import sandboxed
from tests.end_to_end.live_centre import REGION, LiveCentre
from tests.end_to_end.terraform_account import FUNCTION, TerraformAccount


@dataclass
class Made:
    """The account, and what Terraform keeps of it."""

    centre: LiveCentre
    terraform: TerraformAccount


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    with sandboxed("123456789012") as (box, clock):
        account = TerraformAccount(box.session(REGION).client)
        account.make_bucket()
        account.make_table()
        account.make_centre()
        account.keep("aws_iam_role", "connect", id="connect", name="connect")
        yield Made(LiveCentre(box, clock), account)


def typed(state: Any, directory: Path, *words: str) -> Result:
    """Type the command with a state in a file."""
    file = directory / "state.json"
    file.write_text(state if isinstance(state, str) else json.dumps(state), encoding="utf-8")
    return CliRunner().invoke(
        app, ["import-terraform", str(file), "--out", str(directory / "centre"), *words]
    )


def body_of(directory: Path, kind: str) -> dict[str, Any]:
    """The resources of a kind in the files."""
    found = yaml.safe_load((directory / "centre" / f"{kind.rpartition('.')[2]}.yaml").read_text())
    body: dict[str, Any] = found[kind]
    return body


def test_a_pass_only_adopts_what_is_imported(made: Made, tmp_path: Path) -> None:
    result = typed(made.terraform.state, tmp_path)
    assert (result.exit_code, result.stderr) == (0, "")
    stack = load(tmp_path / "centre", None, known_kinds())
    assert (stack.name, stack.environment, stack.account, stack.region) == (
        "centre", "live", "123456789012", REGION,
    )  # fmt: skip
    managed = [each for each in stack.resources.values() if not each.existing]
    report = made.centre.run(stack, dry_run=True)
    changed = {
        str(key): [str(each.field) for each in action.differences if each.top != "tags"]
        for key, action in report.plan.actions.items()
    }
    assert {key: fields for key, fields in changed.items() if fields} == {}
    assert {action.verb for action in report.plan.actions.values()} == {"adopt"}
    assert {action.refusal for action in report.plan.actions.values()} == {None}
    assert len(report.plan.actions) == len(managed) == 12


def test_the_files_have_names_instead_of_ids_and_no_secret(made: Made, tmp_path: Path) -> None:
    result = typed(made.terraform.state, tmp_path)
    text = "".join(file.read_text() for file in sorted((tmp_path / "centre").rglob("*")) if file.is_file())
    assert not re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)
    assert "Secret-Of-Ada" not in text + result.output
    assert body_of(tmp_path, "connect.user")["ada"]["routing_profile"] == "Sellers"
    assert body_of(tmp_path, "connect.user")["ada"]["password"] == {
        "secret": {"ssm": "/acme/connect.user/ada/password"}
    }
    assert body_of(tmp_path, "connect.phone_number")["lines-main"] == {
        "phone_number": made.terraform.number, "country_code": "GB", "type": "DID", "contact_flow": "Main",
    }  # fmt: skip
    assert body_of(tmp_path, "connect.queue")["Sales $${team}"] == {
        "description": "Sells", "hours_of_operation": "Office",
    }  # fmt: skip
    instance = body_of(tmp_path, "connect.instance")["acme"]
    assert instance["lambda_functions"] == [FUNCTION.replace("123456789012", "${account}")]
    assert instance["hierarchy_structure"] == {"level_one": "Country"}
    assert instance["attributes"]["contactflow_logs"] is True
    assert "Not imported:\n  aws_iam_role.connect: import-terraform does not read this type" in result.output


def test_an_instance_of_another_state_is_only_referred_to(made: Made, tmp_path: Path) -> None:
    state = made.terraform.state
    inner = [
        each
        for each in made.terraform.resources
        if each["type"] in ("aws_connect_hours_of_operation", "aws_connect_queue")
    ]
    state["values"]["root_module"] = {"resources": inner}
    refused = typed(state, tmp_path)
    assert (refused.exit_code, refused.stderr.count("\n")) == (INVALID, 1)
    assert "name the one of its resources with --instance" in refused.stderr
    assert typed(state, tmp_path, "--instance", "acme").exit_code == 0
    assert body_of(tmp_path, "connect.instance") == {"acme": {"existing": True}}
    report = made.centre.run(load(tmp_path / "centre", None, known_kinds()), dry_run=True)
    assert {each.verb for each in report.plan.actions.values()} == {"adopt"}


def test_one_of_several_instances_is_chosen(made: Made, tmp_path: Path) -> None:
    state = made.terraform.state
    other = {"instance_alias": "other", "id": "o", "arn": "arn:aws:connect:eu-west-2:123456789012:instance/o"}
    two = [
        {
            "address": "aws_connect_instance.other",
            "type": "aws_connect_instance",
            "name": "other",
            "values": other,
        },
        {
            "address": "aws_connect_queue.other",
            "type": "aws_connect_queue",
            "name": "other",
            "values": {"instance_id": "o", "name": "Other", "queue_id": "q", "arn": "q"},
        },
    ]
    state["values"]["root_module"]["child_modules"].append({"resources": two})
    refused = typed(state, tmp_path)
    assert (refused.exit_code, refused.stderr.count("\n")) == (INVALID, 1)
    assert "acme, other: choose" in refused.stderr
    chosen = typed(state, tmp_path, "--instance", "acme")
    assert chosen.exit_code == 0
    assert "aws_connect_queue.other: it belongs to another instance" in chosen.output
    assert list(body_of(tmp_path, "connect.instance")) == ["acme"]


def _state(**members: Any) -> dict[str, Any]:
    return {"format_version": "1.0", "values": {"root_module": {"resources": []}}, **members}


QUEUE = {
    "type": "aws_connect_queue",
    "name": "q",
    "address": "q",
    "values": {"name": "Q", "instance_id": "i"},
}
WRONG = {
    "no JSON": ("{", (), "this is not JSON"),
    "a list": ("[]", (), "expected an object"),
    "too deep": ("[" * 100_000, (), "too deep"),
    "a plan": (_state(planned_values={}), (), "this is a plan, not a state"),
    "the stored state": ({"version": 4, "lineage": "x"}, (), "the state as Terraform stores it"),
    "another format": (_state(format_version="9.0"), (), "format_version 9.0 is not known"),
    "no format": ({"a": 1}, (), "it has no format_version"),
    "no values": ({"format_version": "1.0"}, (), "the state is empty"),
    "a stack without a name": (_state(), ("--stack", "a b"), "--stack a b: expected 1 to 64 of a-z, 0-9 and -"),
    "a stack with a capital": (_state(), ("--stack", "Acme"), "--stack Acme: expected 1 to 64 of a-z"),
    "an environment without a name": (_state(), ("--env", "a/b"), "--env a/b: expected 1 to 64 of a-z, A-Z, 0-9, _ and -"),
    "an account that is none": (_state(), ("--account", "12"), "--account 12: expected the 12 digits of an account id"),
    "a Region that is none": (_state(), ("--region", "London"), "--region London: expected a Region such as"),
    "another alias": (
        _state(values={"root_module": {"resources": [{**QUEUE, "type": "aws_connect_instance", "values": {"id": "i", "instance_alias": "acme", "arn": "a"}}]}}),
        ("--instance", "acm"),
        'the state has no instance with the alias "acm"; did you mean "acme"?',
    ),
    "no place": (
        _state(values={"root_module": {"resources": [{**QUEUE, "type": "aws_s3_bucket", "values": {"id": "b", "bucket": "b"}}]}}),
        (),
        "write --account and --region",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("state", "words", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_one_line(state: Any, words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    result = typed(state, tmp_path, *words)
    assert (result.exit_code, result.stderr.count("\n")) == (INVALID, 1), result.output
    assert told in result.stderr
    assert not (tmp_path / "centre").exists()


def test_a_state_without_anything_known_is_said(tmp_path: Path) -> None:
    state = _state(values={"root_module": {"resources": [{**QUEUE, "type": "aws_vpc"}]}})
    result = typed(state, tmp_path)
    assert result.exit_code == FAILED
    assert "the state has nothing that import-terraform reads" in result.stderr


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    words = ["import-terraform", str(tmp_path / "none.json"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code != 0
    assert "no such file" in result.stderr


STRANGE: tuple[Any, ...] = (None, 5, True, "x", "{", [], [None], [[1]], [{"x": 1}], {}, {"x": [1]})


def test_attributes_of_another_form_are_left_out(made: Made) -> None:
    """Each attribute in turn has a value of another form; what cannot be read is listed, and the rest is written."""
    ends = 0
    for number, resource in enumerate(made.terraform.resources):
        for name, strange in product(resource["values"], STRANGE):
            wrong = {**resource, "values": {**resource["values"], name: strange}}
            text = json.dumps(
                _state(values={"root_module": {"resources": [made.terraform.resources[number - 1], wrong]}})
            )
            try:
                found = survey_of(resources_in(text), known_kinds(), "shop/live", None)
            except (NoParent, SeveralParents):
                continue  # one clear line
            ends += len(export_of(found, known_kinds(), Place("1", REGION)).files)
    assert ends > len(made.terraform.resources) * len(STRANGE)
