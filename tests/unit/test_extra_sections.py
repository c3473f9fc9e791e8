"""Further sections of reports in HTML and Markdown: the map, changed flows as text and pictures, earlier passes."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.applying import Quiet
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.reports.data import as_data
from reconciler.reports.extra_sections import EarlierPass, sections_of
from reconciler.reports.html_report import Section, as_page
from reconciler.reports.markdown_report import LIMIT, as_markdown
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Key

ROOT = Path(__file__).parents[2]
FLOW = Key("connect.contact_flow", "MainFlow")
EARLIER = [
    EarlierPass(8, 1_800_000_060.0, "settled", 3, 1, "ada@desk"),
    EarlierPass(7, 1_800_000_000.0, "failed", 0, 0, '<b>"x"</b>'),
]


@pytest.fixture(scope="module")
def report() -> PassReport:
    """A dry run in which the text of a menu and the target of a key change."""
    stack = load(ROOT / "desired_state" / "contact_center", "dev", known_kinds())
    with sandboxed(stack.account) as (box, clock):

        def passed(dry_run: bool) -> PassReport:
            aws = account_in(box, stack.region, clock)
            return Pass(stack, known_kinds(), aws, clock, Options(dry_run), Quiet()).run()

        assert passed(dry_run=False).outcome == "settled"
        desired = stack.resources[FLOW]
        text = repr(dict(desired.settings["content"])).replace("For customer service", "For sales")
        settings = {**desired.settings, "content": eval(text)}
        resources = {**stack.resources, FLOW: replace(desired, settings=settings)}
        stack = replace(stack, resources=resources)
        return passed(dry_run=True)


def test_every_part_is_there_in_its_order(report: PassReport) -> None:
    found = list(sections_of(report, known_kinds(), EARLIER))
    assert [each.id for each in found] == ["map", "flow-1", "history"]
    assert found[0].html.count("<svg") == 1
    assert found[1].title == "Flow MainFlow"
    assert [line.partition(":")[0] for line in found[1].words] == ["Prompt of Menu"]


def test_the_passes_before_stand_oldest_first_and_nothing_in_them_is_markup(report: PassReport) -> None:
    *_, history = sections_of(report, known_kinds(), EARLIER)
    assert history.html.index("7: 2027-01-15 08:00 UTC, failed") < history.html.index("8: 2027-01-15")
    assert "settled, 3 changes, 1 of it drift, by ada@desk" in history.html
    assert "failed, 0 changes, by " in history.html
    assert "<b>" not in history.html


def test_the_page_holds_them(report: PassReport) -> None:
    page = as_page(as_data(report), tuple(sections_of(report, known_kinds(), EARLIER)))
    assert page.count("<svg") == 2
    assert "For sales, press 1." in page


def test_markdown_tells_a_changed_flow_in_words(report: PassReport) -> None:
    text = as_markdown(as_data(report), tuple(sections_of(report, known_kinds())))
    assert "**Flow MainFlow**\n\n* `Prompt of Menu: " in text
    assert "<svg" not in text


def test_markdown_stays_below_its_limit_however_much_a_flow_changes(report: PassReport) -> None:
    many = [Section(f"flow-{number}", "Flow x", "", ("long " * 200,) * 50) for number in range(40)]
    assert len(as_markdown(as_data(report), many)) < LIMIT
