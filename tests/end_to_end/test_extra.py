"""`plan --extra`: what lives beside a small stack, after plain calls by other hands."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reconciler.applying import Quiet
from reconciler.cli import app
from reconciler.cli.exits import INVALID
from reconciler.desired import load
from reconciler.errors import Refused
from reconciler.kinds import known_kinds
from reconciler.observing.observer import ExtraReads
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.reports.data import as_data
from reconciler.reports.extra_sections import sections_of
from reconciler.reports.text_report import as_text, beside_lines
from reconciler.stack import IgnoredExtra, Place, Stack
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.small_stack import write_small_stack
from tests.end_to_end.typed import CENTRE

LISTS = ExtraReads()
PLACE = Place("stack.yaml", 9, 5)
GROUPS = """\
stack: data
environments:
  dev: {account: "123456789012", region: eu-west-2}
logs.log_group:
  /app: {}
"""
SALES = {"reconciler:stack": "sales/prod", "reconciler:key": "Sales"}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_stack(tmp_path_factory.mktemp("small") / "stack")


@pytest.fixture(scope="module")
def centre(directory: Path) -> Iterator[LiveCentre]:
    """The small stack with four resources of others, and a tag and a member that no file has."""
    with live(directory, "dev") as centre:
        api = centre.account().api("connect")
        (instance,) = api.pages("list_instances")
        home = {"InstanceId": instance["Id"]}
        hours = next(iter(api.pages("list_hours_of_operations", **home)))["Id"]
        for name in ("Legacy 1", "Legacy 2"):
            api.call("create_queue", **home, Name=name, HoursOfOperationId=hours)
        api.call("create_queue", **home, Name="Sales", HoursOfOperationId=hours, Tags=SALES)
        api.call("create_agent_status", **home, Name="Coffee", State="ENABLED")
        own = next(each for each in api.pages("list_queues", **home) if each.get("Name") == "Main")
        api.call("update_instance_attribute", **home, AttributeType="CONTACTFLOW_LOGS", Value="true")
        api.call("tag_resource", resourceArn=own["Arn"], tags={"cost": "42"})
        yield centre


@pytest.fixture(scope="module")
def stack(directory: Path) -> Stack:
    return replace(load(directory, "dev", known_kinds()), ignore=())


@pytest.fixture(scope="module")
def report(centre: LiveCentre, stack: Stack) -> PassReport:
    return looked(centre, stack)


def looked(centre: LiveCentre, stack: Stack, extra: ExtraReads | None = LISTS) -> PassReport:
    """A dry run that finds what lives beside the stack."""
    options = Options(dry_run=True, extra=extra)
    return Pass(stack, known_kinds(), centre.account(), centre.clock, options, Quiet()).run()


def told(report: PassReport, *, full: bool = False) -> list[str]:
    return [line.plain for line in beside_lines(report, full=full)]


def test_a_line_for_each_kind_says_whose_the_resources_are(report: PassReport) -> None:
    assert told(report)[:6] == [
        "Beside the stack:",
        "  connect.agent_status: 1 has no owner",
        "  connect.queue: 2 have no owner, 1 belongs to sales/prod",
        "Fields that no file manages:",
        "  connect.instance: attributes.contactflow_logs of 1",
        "  connect.queue: tags.cost of 1",
    ]
    assert "Beside the stack:\n  connect.agent_status: 1" in as_text(report)
    assert report.outcome == "settled"


def test_full_names_each(report: PassReport) -> None:
    lines = told(report, full=True)
    assert lines[1:5] == [
        "  connect.agent_status/Coffee: no owner",
        "  connect.queue/Legacy 1: no owner",
        "  connect.queue/Legacy 2: no owner",
        "  connect.queue/Sales: belongs to sales/prod",
    ]
    assert '  connect.queue/Main.tags.cost: "42"' in lines
    assert "  connect.hours_of_operation: overrides, parents" in lines


def test_it_lists_only_the_kinds_of_the_instance_that_the_pass_did_not_list(
    centre: LiveCentre, stack: Stack, report: PassReport
) -> None:
    plain = looked(centre, stack, None)
    more = {
        name: n - plain.calls.get(name, 0) for name, n in report.calls.items() if n != plain.calls.get(name)
    }
    listed = {each.partition(":")[2] for each in more}
    assert set(more.values()) == {1}
    assert {"SearchAgentStatuses", "SearchContactFlows", "SearchUsers", "ListPhoneNumbersV2"} <= listed
    assert listed.isdisjoint(
        {"SearchQueues", "SearchHoursOfOperations", "ListTagsForResource", "DescribeQueue"}
    )
    assert "extra" not in as_data(plain)


def test_every_field_is_read_if_the_user_asks(centre: LiveCentre, stack: Stack) -> None:
    report = looked(centre, stack, ExtraReads(fields=True))
    assert report.calls["connect:ListQueueQuickConnects"] == 1
    assert report.extra is not None
    assert report.extra.unread == {}


def test_ignored_resources_and_fields_are_only_counted(centre: LiveCentre, stack: Stack) -> None:
    entries = (
        IgnoredExtra("connect.queue/Legacy*", "old", PLACE, until="9999-12-31"),
        IgnoredExtra("connect.queue/Main", "billing", PLACE, "tags.*"),
        IgnoredExtra("connect.agent_status/*", "ended", PLACE, until="2000-01-01"),
        IgnoredExtra("connect.queue/Sales", "no field of ours", PLACE, "description"),
        IgnoredExtra("connect.quick_connect/*", "nothing", PLACE),
        IgnoredExtra("connect.queue/*", "not read", PLACE, "quick_connects"),
    )
    lines = told(looked(centre, replace(stack, ignore=entries)))
    assert "  connect.agent_status: 1 has no owner" in lines
    assert "  connect.queue: 1 belongs to sales/prod" in lines
    assert "Left out, because stack.yaml ignores them: 3" in lines
    ended = "Note: stack.yaml:9:5: this entry of `ignore` ended on 2000-01-01 and has no effect"
    idle = "Note: stack.yaml:9:5: nothing in dev matches this entry of `ignore`"
    unless = "remove it if it is not for another environment"
    notes = [line for line in lines if line.startswith("Note: ")]
    assert notes == [
        f"{ended}: connect.agent_status/*; remove it, or give it a later `until`",
        f"{idle}: connect.queue/Sales description; {unless}",
        f"{idle}: connect.quick_connect/*; {unless}",
    ]


def test_reports_have_it(report: PassReport) -> None:
    data: Any = as_data(report)["extra"]
    assert {(each["name"], each["owner"]) for each in data["resources"]} == {
        ("Coffee", None),
        ("Legacy 1", None),
        ("Legacy 2", None),
        ("Sales", "sales/prod"),
    }
    section, *_ = sections_of(report, known_kinds())
    assert section.id == "extra"
    assert "<summary>connect.agent_status: 1 has no owner</summary><ul><li>Coffee: " in section.html
    assert "connect.queue: 2 have no owner, 1 belongs to sales/prod" in section.words


def test_a_kind_that_cannot_be_listed_is_named_and_the_plan_is_the_same(
    centre: LiveCentre, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refused("list_agent_statuses", "AccessDeniedException", "no")

    monkeypatch.setattr(type(known_kinds()["connect.agent_status"]), "list", refuse)
    report = looked(centre, stack)
    assert report.outcome == "settled"
    assert "Not all listed: connect.agent_status: list_agent_statuses: AccessDeniedException: no" in told(
        report
    )


def test_of_kinds_of_the_account_one_search_finds_the_owners(centre: LiveCentre, tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text(GROUPS, "utf-8")
    data = load(tmp_path, "dev", known_kinds())
    assert centre.run(data).outcome == "settled"
    logs = centre.account().api("logs")
    for name in ("/a", "/b", "/c"):
        logs.call("create_log_group", logGroupName=name)
    logs.call("create_log_group", logGroupName="/d", tags=SALES)
    report = looked(centre, data)
    assert told(report)[1:] == [
        "  logs.log_group: 3 have no owner, 1 belongs to sales/prod",
        "Not read, because they need a call for each resource: 5 fields of 1 kind; --details reads them, and --full names them",
    ]
    assert report.calls["resourcegroupstaggingapi:GetResources"] == 1
    assert report.calls["logs:ListTagsForResource"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("once", "--extra"), "--extra is about a dry run; add --dry-run"),
        (("plan", "--details"), "--details extends --extra; add --extra"),
        (("plan", "--extra", "--quiet"), "--quiet prints nothing of --extra"),
        (("plan", "--extra", "--all", "--env", "dev"), "--all: --extra is about one stack"),
    ],
)
def test_an_option_in_the_wrong_place_is_one_line(words: tuple[str, ...], said: str) -> None:
    typed = CliRunner().invoke(app, [words[0], str(CENTRE), *words[1:]])
    assert typed.exit_code == INVALID
    assert said in typed.stderr
    assert len(typed.stderr.splitlines()) == 1
