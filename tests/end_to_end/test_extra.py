"""`plan --extra`: what lives beside the example centre, after plain calls by other hands."""

from collections.abc import Iterator
from dataclasses import replace
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
from reconciler.reconcile import Options, Pass, PassReport
from reconciler.reports.data import as_data
from reconciler.reports.extra_sections import sections_of
from reconciler.reports.text_report import as_text, beside_lines
from reconciler.stack import IgnoredExtra, Place, Stack
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.typed import CENTRE

LISTS = ExtraReads()
PLACE = Place("stack.yaml", 9, 5)
SALES = {"reconciler:stack": "sales/prod", "reconciler:key": "Sales"}


@pytest.fixture(scope="module")
def centre() -> Iterator[LiveCentre]:
    """The centre with five resources of others, and a tag that no file has."""
    with live() as centre:
        api = centre.account().api("connect")
        (instance,) = api.pages("list_instances")
        home = {"InstanceId": instance["Id"]}
        hours = next(iter(api.pages("list_hours_of_operations", **home)))["Id"]
        for name in ("Legacy 1", "Legacy 2"):
            api.call("create_queue", **home, Name=name, HoursOfOperationId=hours)
        api.call("create_queue", **home, Name="Sales", HoursOfOperationId=hours, Tags=SALES)
        api.call("create_agent_status", **home, Name="Coffee", State="ENABLED")
        queues = api.pages("list_queues", **home)
        own = next(each for each in queues if each.get("Name") == "CustomerService")
        api.call("tag_resource", resourceArn=own["Arn"], tags={"cost": "42"})
        yield centre


@pytest.fixture(scope="module")
def stack() -> Stack:
    return load(CENTRE, "dev", known_kinds())


def looked(centre: LiveCentre, stack: Stack, extra: ExtraReads | None = LISTS) -> PassReport:
    """A dry run that finds what lives beside the stack."""
    options = Options(dry_run=True, extra=extra)
    return Pass(stack, known_kinds(), centre.account(), centre.clock, options, Quiet()).run()


def told(report: PassReport, *, full: bool = False) -> list[str]:
    return [line.plain for line in beside_lines(report, full=full)]


def test_a_line_for_each_kind_says_whose_the_resources_are(centre: LiveCentre, stack: Stack) -> None:
    report = looked(centre, stack)
    assert told(report)[:6] == [
        "Beside the stack:",
        "  connect.agent_status: 1 is nobody's",
        "  connect.queue: 2 are nobody's, 1 belongs to sales/prod",
        "Fields that no file manages:",
        "  connect.phone_number: phone_number of 2",
        "  connect.queue: tags.cost of 1",
    ]
    assert "Beside the stack:\n  connect.agent_status: 1" in as_text(report)
    assert report.outcome == "settled"


def test_full_names_each(centre: LiveCentre, stack: Stack) -> None:
    lines = told(looked(centre, stack), full=True)
    assert lines[1:5] == [
        "  connect.agent_status/Coffee: nobody's",
        "  connect.queue/Legacy 1: nobody's",
        "  connect.queue/Legacy 2: nobody's",
        "  connect.queue/Sales: belongs to sales/prod",
    ]
    assert '  connect.queue/CustomerService.tags.cost: "42"' in lines
    assert "  connect.hours_of_operation: overrides, parents" in lines


def test_it_lists_only_the_kinds_of_the_instance_that_the_pass_did_not_list(
    centre: LiveCentre, stack: Stack
) -> None:
    plain, extra = looked(centre, stack, None).calls, looked(centre, stack).calls
    more = {
        name: number - plain.get(name, 0) for name, number in extra.items() if number != plain.get(name, 0)
    }
    assert all(number <= 1 for number in more.values())
    # Of flows the pass itself lists only those with the stack's mark.
    assert set(more) == {"connect:SearchAgentStatuses", "connect:SearchContactFlows"}


def test_every_field_is_read_if_the_user_asks(centre: LiveCentre, stack: Stack) -> None:
    report = looked(centre, stack, ExtraReads(fields=True))
    assert "  connect.routing_profile: agent_availability_timer of 2" in told(report)
    assert report.extra is not None
    assert report.extra.unread == {}


def test_ignored_resources_and_fields_are_only_counted(centre: LiveCentre, stack: Stack) -> None:
    entries = (
        IgnoredExtra("connect.queue/Legacy*", "old", PLACE, until="9999-12-31"),
        IgnoredExtra("connect.queue/CustomerService", "billing", PLACE, "tags.*"),
        IgnoredExtra("connect.agent_status/*", "ended", PLACE, until="2000-01-01"),
        IgnoredExtra("connect.queue/Sales", "no field of ours", PLACE, "description"),
        IgnoredExtra("connect.quick_connect/*", "nothing", PLACE),
    )
    lines = told(looked(centre, replace(stack, ignore=entries)))
    assert "  connect.agent_status: 1 is nobody's" in lines
    assert "  connect.queue: 1 belongs to sales/prod" in lines
    assert "Left out, because stack.yaml ignores them: 3" in lines
    ended = "Note: stack.yaml:9:5: this entry of `ignore` ended on 2000-01-01 and has no effect"
    idle = "Note: stack.yaml:9:5: nothing matches this entry of `ignore` any more"
    notes = [line for line in lines if line.startswith("Note: ")]
    assert notes == [
        f"{ended}: connect.agent_status/*; remove it, or give it a later `until`",
        f"{idle}: connect.queue/Sales description; remove it",
        f"{idle}: connect.quick_connect/*; remove it",
    ]


def test_reports_have_it(centre: LiveCentre, stack: Stack) -> None:
    report = looked(centre, stack)
    data: Any = as_data(report)["extra"]
    assert {(each["name"], each["owner"]) for each in data["resources"]} == {
        ("Coffee", None),
        ("Legacy 1", None),
        ("Legacy 2", None),
        ("Sales", "sales/prod"),
    }
    section, *_ = sections_of(report, known_kinds())
    assert section.id == "extra"
    assert "<summary>connect.agent_status: 1 is nobody&#x27;s</summary><ul><li>Coffee: " in section.html
    assert "connect.queue: 2 are nobody's, 1 belongs to sales/prod" in section.words
    assert "extra" not in as_data(looked(centre, stack, None))


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
