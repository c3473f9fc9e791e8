"""`reconciler export` as a user types it, against the example centre in a sandbox."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconciler.cache_store import NoCache
from reconciler.cli.exits import FAILED, INVALID
from reconciler.desired import load
from reconciler.editing.rendering import yaml_text
from reconciler.errors import Refused
from reconciler.exporting.survey import Wanted, survey
from reconciler.kinds import known_kinds
from reconciler.observing.observer import ReadContext
from reconciler.stack import Key, Stack
from tests.end_to_end.live_centre import LiveCentre, live

ALIAS = "full-contact-center-dev"
AT = ("--instance", ALIAS, "--region", "eu-west-2")


@pytest.fixture(scope="module")
def centre() -> Iterator[LiveCentre]:
    with live() as centre:
        yield centre


def exported(centre: LiveCentre, out: Path, *more: str, instance: str = ALIAS) -> dict[str, str]:
    """The files of an export, by path."""
    typed = centre.type("export", "--instance", instance, "--region", "eu-west-2", "--out", out, *more)
    assert typed.exit_code == 0, typed.stderr
    return {str(file.relative_to(out)): file.read_text() for file in sorted(out.rglob("*")) if file.is_file()}


def loaded(out: Path) -> Stack:
    return load(out, None, known_kinds())


def test_what_a_stack_owns_is_as_the_export_says(centre: LiveCentre, tmp_path: Path) -> None:
    files = exported(centre, tmp_path / "out")
    stack = loaded(tmp_path / "out")
    assert (stack.name, stack.environment, stack.warnings) == ("contact-center", "dev", ())
    report = centre.run(stack, dry_run=True)
    assert (report.outcome, report.plan.actions) == ("settled", {})
    text = "".join(files.values())
    assert not re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)
    assert set(re.findall('arn:aws:[^"]*', text)) == {
        "arn:aws:lambda:eu-west-2:${account}:function:connect-customer-lookup"
    }


def test_the_files_are_read_easily(centre: LiveCentre, tmp_path: Path) -> None:
    files = exported(centre, tmp_path / "out")
    assert "contact_flow_content/MainFlow.json" in files
    assert '"QueueId": "${queue:CustomerService}"' in files["contact_flow_content/MainFlow.json"]
    queues = yaml.safe_load(files["queue.yaml"])["connect.queue"]
    assert list(queues) == sorted(queues)
    assert queues["CustomerService"]["outbound_caller_config"]["outbound_caller_id_number"] == "main_line"
    assert "status" not in queues["CustomerService"]
    flows = yaml.safe_load(files["contact_flow.yaml"])["connect.contact_flow"]
    assert flows["Default queue transfer"] == {"existing": True}
    assert "Sample inbound flow (first contact experience)" not in flows
    user = yaml.safe_load(files["user.yaml"])["connect.user"]["john.smith"]
    assert user["password"] == {"secret": {"ssm": f"/{ALIAS}/connect.user/john.smith/password"}}


def test_only_one_kind_is_written_and_others_are_referred_to(centre: LiveCentre, tmp_path: Path) -> None:
    files = exported(centre, tmp_path / "out", "--kind", "connect.queue")
    assert yaml.safe_load(files["instance.yaml"]) == {"connect.instance": {ALIAS: {"existing": True}}}
    assert yaml.safe_load(files["hours_of_operation.yaml"])["connect.hours_of_operation"] == {
        "Extended Hours": {"existing": True}, "UK Business Hours": {"existing": True},
    }  # fmt: skip
    assert "user.yaml" not in files


def test_defaults_are_kept_if_asked(centre: LiveCentre, tmp_path: Path) -> None:
    files = exported(centre, tmp_path / "out", "--defaults")
    assert yaml.safe_load(files["queue.yaml"])["connect.queue"]["CustomerService"]["status"] == "ENABLED"
    assert centre.run(loaded(tmp_path / "out"), dry_run=True).outcome == "settled"


def test_only_what_a_stack_owns_is_written(centre: LiveCentre, tmp_path: Path) -> None:
    files = exported(centre, tmp_path / "out", "--owned-by", "contact-center/dev")
    assert "queue.yaml" in files


def test_without_an_instance_the_mark_gives_the_same_files(centre: LiveCentre, tmp_path: Path) -> None:
    words = ("--out", tmp_path / "mark", "--owned-by", "contact-center/dev")
    assert centre.type("export", *AT[2:], *words).exit_code == 0
    by_name = exported(centre, tmp_path / "name")
    assert {path: (tmp_path / "mark" / path).read_text() for path in by_name} == by_name


def test_only_what_has_a_tag_is_written(centre: LiveCentre, tmp_path: Path) -> None:
    project = "Project=customer-service"
    tagged = exported(centre, tmp_path / "out", "--tag", project, "--tag", "Environment=dev")
    assert tagged == exported(centre, tmp_path / "all")
    typed = centre.type("export", *AT, "--out", tmp_path / "none", "--tag", project, "--tag", "Project=x")
    assert typed.exit_code == INVALID


def calls_of(centre: LiveCentre, *, details: bool | None) -> set[str]:
    """The operations with which an export reads the instance."""
    account = centre.account()
    context = ReadContext(known_kinds(), account.api, centre.clock, NoCache(), account.width)
    survey(Key("connect.instance", ALIAS), Wanted(details=details), context)
    return {*account.tally.calls}


def test_without_details_no_user_is_read_alone(centre: LiveCentre) -> None:
    of_details = {"connect:DescribeUser", "connect:ListUserProficiencies", "connect:DescribeRoutingProfile"}
    assert of_details <= calls_of(centre, details=None)
    in_bulk = calls_of(centre, details=False)
    assert in_bulk.isdisjoint(of_details)
    assert {"connect:SearchUsers", "connect:ListRoutingProfileQueues"} <= in_bulk


def test_what_was_not_read_is_told_and_not_managed(centre: LiveCentre, tmp_path: Path) -> None:
    typed = centre.type("export", *AT, "--out", tmp_path / "out", "--no-details")
    assert typed.exit_code == 0
    assert re.search(r"^Not read; --details reads this with \d+ more calls:$", typed.stdout, re.MULTILINE)
    assert "  connect.hours_of_operation: overrides, parents\n" in typed.stdout
    user = yaml.safe_load((tmp_path / "out" / "user.yaml").read_text())["connect.user"]["john.smith"]
    assert user["identity_info"] == {"first_name": "John", "last_name": "Smith"}
    assert centre.run(loaded(tmp_path / "out"), dry_run=True).outcome == "settled"


def test_many_details_are_read_only_on_demand(
    centre: LiveCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.exporting.survey.AT_MOST", 1)
    assert "Not read" in centre.type("export", *AT, "--out", tmp_path / "bulk").stdout
    assert "Not read" not in centre.type("export", *AT, "--out", tmp_path / "all", "--details").stdout


def test_what_could_not_be_read_is_told_and_a_failure(
    centre: LiveCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refused("search_queues", "AccessDeniedException", "no")

    monkeypatch.setattr(type(known_kinds()["connect.queue"]), "list", refuse)
    typed = centre.type("export", *AT, "--out", tmp_path / "out")
    assert typed.exit_code == FAILED
    assert "connect.queue: could not be listed" in typed.stdout
    assert "connect.routing_profile/AgentProfile.default_outbound_queue: refers to" in typed.stdout
    assert not (tmp_path / "out" / "queue.yaml").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--instance", "full-contact-center-de"), 'did you mean "full-contact-center-dev"?'),
        (("--instance", "zzz"), "no instance has the alias"),
        ((*AT, "--kind", "connect.que"), 'did you mean "connect.queue"?'),
        ((*AT, "--kind", "dynamodb.tables"), 'did you mean "dynamodb.table"?'),
        ((*AT, "--owned-by", "contact-center"), "write the mark as STACK/ENVIRONMENT"),
        ((*AT, "--owned-by", "a/b/c"), "write the mark as STACK/ENVIRONMENT"),
        ((*AT, "--tag", "Project"), "write a tag as KEY=VALUE"),
        ((*AT, "--tag", "Project=x"), "nothing in the instance has all of these tags"),
        ((*AT, "--owned-by", "other/dev"), "nothing in the instance has this mark"),
    ],
)
def test_a_wrong_input_is_one_clear_line(
    centre: LiveCentre, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    typed = centre.type("export", "--region", "eu-west-2", "--out", tmp_path / "out", *words)
    assert (typed.exit_code, typed.stdout) == (INVALID, "")
    assert said in typed.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("out", "said"),
    [("full", "is not empty"), ("file", "this is a file"), ("no/where", "there is no directory")],
)
def test_nothing_is_overwritten(centre: LiveCentre, tmp_path: Path, out: str, said: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    typed = centre.type("export", *AT, "--out", tmp_path / out)
    assert typed.exit_code == INVALID
    assert said in typed.stderr
    assert (tmp_path / "full" / "a.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "value",
    [
        "yes",
        "null",
        "1",
        "0x1f",
        "+44",
        "a: b",
        "a #b",
        "",
        " a",
        "a ",
        "- a",
        "é",
        "a\nb",
        "{a}",
        "*x",
        "12:30",
        "a'b",
    ],
)
def test_a_text_is_read_as_it_was(value: str) -> None:
    written: dict[str, Any] = {"k.x": {value or "n": {"text": value, "list": [value, {"deep": [value]}]}}}
    assert yaml.safe_load(yaml_text(written)) == written
