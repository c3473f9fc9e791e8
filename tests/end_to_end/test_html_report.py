"""The HTML report of a drifted contact centre in a browser."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from reconciler.applying import Quiet, Result
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.diff import Difference
from reconciler.planning.plan import Action, Plan
from reconciler.reconcile import Pass
from reconciler.reports.data import as_data
from reconciler.reports.formats import write
from reconciler.reports.html_report import Section, as_page
from reconciler.reports.report_schema import ReportData
from reconciler.runtime.clock import Clock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Key, Stack
from tests.end_to_end.browsing import CHROMIUM, DRIVER, MISSING, Browser, browser
from tests.end_to_end.typed import CENTRE

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)

QUEUE, PREMIUM, USER, FLOW, QUICK = (
    "connect.queue/CustomerService",
    "connect.queue/PremiumSupportQueue",
    "connect.user/john.smith",
    "connect.contact_flow/After Hours",
    "connect.quick_connect/Supervisor",
)
EVERY = [FLOW, QUEUE, PREMIUM, USER, QUICK]
SPOKEN = (
    " Goodbye from all of us, have a nice day, and do not forget that you find answers to most questions on our "
    "website, at any hour of the day and on every day of the year."
)
MAP = Section(
    "map", "Map", '<svg viewBox="0 0 2000 100" width="2000" height="100"><path d="M0 50h2000"/></svg>'
)


def vandalise(box: Sandbox, stack: Stack) -> None:
    """Rename a queue, move an agent, reword a flow, and delete a quick connect."""
    connect = box.session(stack.region).client("connect")
    (instance,) = connect.list_instances()["InstanceSummaryList"]
    at = {"InstanceId": instance["Id"]}

    def ids(reply: Any, name: str) -> dict[str, str]:
        (rows,) = (rows for key, rows in reply.items() if key.endswith("SummaryList"))
        return {row[name]: row["Id"] for row in rows}

    queues = ids(connect.list_queues(**at, QueueTypes=["STANDARD"]), "Name")
    connect.update_queue_name(**at, QueueId=queues["CustomerService"], Name="Hotline")
    profiles = ids(connect.list_routing_profiles(**at), "Name")
    users = ids(connect.list_users(**at), "Username")
    connect.update_user_routing_profile(
        **at, UserId=users["john.smith"], RoutingProfileId=profiles["SalesAgentProfile"]
    )
    flows = ids(connect.list_contact_flows(**at), "Name")
    content = connect.describe_contact_flow(**at, ContactFlowId=flows["After Hours"])["ContactFlow"][
        "Content"
    ]
    tree = json.loads(content)
    spoken = next(each for each in tree["Actions"] if "Text" in each["Parameters"])
    spoken["Parameters"]["Text"] += SPOKEN
    connect.update_contact_flow_content(**at, ContactFlowId=flows["After Hours"], Content=json.dumps(tree))
    quick = ids(connect.list_quick_connects(**at), "Name")
    connect.delete_quick_connect(**at, QuickConnectId=quick["Supervisor"])


def one_pass(box: Sandbox, clock: Clock, stack: Stack, *, dry_run: bool = False) -> PassReport:
    aws = account_in(box, stack.region, clock)
    return Pass(stack, known_kinds(), aws, clock, Options(dry_run=dry_run), Quiet()).run()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a dry run over the contact centre after changes in the console."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    stack = load(CENTRE, "dev", known_kinds())
    with sandboxed(stack.account) as (box, clock):
        one_pass(box, clock, stack)
        vandalise(box, stack)
        write(one_pass(box, clock, stack, dry_run=True), file, [MAP])
    return file


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def chromium(started: Browser, page: Path) -> Iterator[Browser]:
    """A browser with the report, which must have no errors at the end of the test."""
    started.complaints()
    started.asked_for()
    started.show(page)
    yield started
    assert started.complaints() == []


def shown(chromium: Browser) -> list[str]:
    """The visible resources of the page in their order."""
    rows = "[...document.querySelectorAll('tbody.resource')].filter(each => each.checkVisibility())"
    found: list[str] = chromium.js(f"{rows}.map(each => each.dataset.kind + '/' + each.dataset.name)")
    return found


def matches(chromium: Browser) -> str:
    return chromium.find_element(By.ID, "matches").text


def chip(chromium: Browser, group: str, value: str) -> Any:
    return chromium.find_element(By.CSS_SELECTOR, f"#{group} [data-value={value}]")


def search(chromium: Browser, text: str) -> None:
    box = chromium.find_element(By.ID, "text")
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(text or Keys.DELETE)


def test_it_shows_every_difference_with_old_and_new(chromium: Browser) -> None:
    assert chromium.find_element(By.CSS_SELECTOR, ".lead").text == (
        "An apply would update 4 resources and create 1."
    )
    assert shown(chromium) == EVERY
    assert matches(chromium) == "5 resources"
    cells = chromium.js(
        "[...document.querySelectorAll('tbody[data-name=CustomerService] .difference > *')].map(e => e.innerText)"
    )
    assert cells[:3] == ["name", "Hotline", "CustomerService"]


FOUND = {
    "hotline": [QUEUE],
    "SalesAgentProfile": [USER],
    "goodbye from all": [FLOW],
    "routing_profile": [USER],
    "connect.quick": [QUICK],
    "supervisor": [QUEUE, PREMIUM, QUICK],
    "update john": [USER],
    "connect.": EVERY,
    "nothing is called so": [],
}


def test_a_search_finds_kinds_names_fields_and_values(chromium: Browser) -> None:
    for text, expected in FOUND.items():
        search(chromium, text)
        assert (text, shown(chromium)) == (text, expected)
        assert matches(chromium) == f"{len(expected)} of 5 resources match"
        assert chromium.find_element(By.ID, "none").is_displayed() == (not expected)


def test_filters_combine_and_are_cleared(chromium: Browser) -> None:
    chip(chromium, "actions", "update").click()
    assert shown(chromium) == EVERY[:-1]
    assert chip(chromium, "actions", "update").get_attribute("aria-pressed") == "true"
    Select(chromium.find_element(By.ID, "kind")).select_by_value("connect.user")
    assert shown(chromium) == [USER]
    search(chromium, "hotline")
    assert (shown(chromium), matches(chromium)) == ([], "0 of 5 resources match")
    chromium.find_element(By.ID, "clear").click()
    assert (shown(chromium), matches(chromium)) == (EVERY, "5 resources")
    assert chip(chromium, "actions", "update").get_attribute("aria-pressed") == "false"
    chip(chromium, "actions", "create").click()
    chip(chromium, "outcomes", "waiting").click()
    assert shown(chromium) == [QUICK]
    chip(chromium, "actions", "update").click()
    assert shown(chromium) == EVERY


def test_the_keyboard_is_enough(chromium: Browser) -> None:
    chromium.find_element(By.TAG_NAME, "body").send_keys("/")
    assert chromium.switch_to.active_element.get_attribute("id") == "text"
    chromium.switch_to.active_element.send_keys(Keys.TAB, Keys.TAB)
    pressed = chromium.switch_to.active_element
    assert pressed.get_attribute("data-value") == "update"
    assert chromium.js("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    pressed.send_keys(Keys.SPACE)
    assert shown(chromium) == EVERY[:-1]


def test_a_long_value_shows_where_it_differs_and_opens(chromium: Browser) -> None:
    cell = chromium.find_element(By.CSS_SELECTOR, "tbody[data-name='After Hours'] td.observed")
    marked = cell.find_element(By.TAG_NAME, "mark").text.strip()
    assert marked.startswith("Goodbye from all of us")
    assert marked in SPOKEN
    before = cell.find_element(By.TAG_NAME, "code").text
    opener = cell.find_element(By.TAG_NAME, "button")
    assert opener.get_attribute("aria-expanded") == "false"
    opener.click()
    assert opener.get_attribute("aria-expanded") == "true"
    whole = cell.find_element(By.TAG_NAME, "code").text
    assert len(whole) > len(before) + 40
    assert whole.startswith("We are closed. ")
    assert whole.endswith(SPOKEN)


def test_nothing_but_the_file_itself_is_asked_for(chromium: Browser, page: Path) -> None:
    search(chromium, "hotline")
    assert {each for each in chromium.asked_for() if not each.startswith("data:")} == {page.as_uri()}


def test_a_script_that_somebody_gets_into_it_does_not_run_and_loads_nothing(
    started: Browser, page: Path, tmp_path: Path
) -> None:
    injected = "<script>window.ran = 1</script><img src='http://127.0.0.1:9/x.png' onerror='window.ran = 2'>"
    changed = tmp_path / "injected.html"
    changed.write_text(page.read_text().replace("<main>", f"<main>{injected}"))
    started.asked_for()
    started.show(changed)
    assert started.js("window.ran") is None
    assert started.asked_for()["http://127.0.0.1:9/x.png"] == "csp"
    assert any("Content Security Policy" in each for each in started.complaints())


def test_light_and_dark(chromium: Browser) -> None:
    def colours() -> tuple[str, str]:
        style = "getComputedStyle(document.body)"
        return chromium.js(f"{style}.backgroundColor"), chromium.js(f"{style}.color")

    light = colours()
    chromium.dress("dark")
    dark = colours()
    assert (brightness(light[0]) > 200, brightness(light[1]) < 60) == (True, True)
    assert (brightness(dark[0]) < 60, brightness(dark[1]) > 200) == (True, True)


def brightness(colour: str) -> float:
    parts = [float(each) for each in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    return sum(parts) / len(parts)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(chromium: Browser, scheme: str) -> None:
    """A contrast of 4.5 to 1, as WCAG 2.2 requires (1.4.3)."""
    chromium.dress(scheme)
    assert chromium.execute_script(CONTRAST) == []


CONTRAST = """
const drawing = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
function pixel(colours) {
  drawing.clearRect(0, 0, 1, 1);
  for (const each of colours) { drawing.fillStyle = each; drawing.fillRect(0, 0, 1, 1); }
  return [...drawing.getImageData(0, 0, 1, 1).data].slice(0, 3);
}
function luminance(rgb) {
  const [r, g, b] = rgb.map(each => each / 255).map(each => each <= .04045 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b;
}
const poor = [];
for (const each of document.querySelectorAll('body *')) {
  const own = [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  if (!own || !each.checkVisibility() || each.closest('script, style, .unseen')) continue;
  const behind = [];
  for (let at = each; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
  const [text, back] = [[...behind, getComputedStyle(each).color], behind].map(pixel).map(luminance);
  const ratio = (Math.max(text, back) + .05) / (Math.min(text, back) + .05);
  if (ratio < 4.5) poor.push(each.className + ' ' + each.textContent.slice(0, 30) + ' ' + ratio.toFixed(2));
}
return poor;
"""


@pytest.mark.parametrize("width", [320, 390, 641, 768, 1200])
def test_nothing_is_wider_than_the_screen(started: Browser, page: Path, width: int) -> None:
    started.show(page, width)
    assert started.js("document.documentElement.scrollWidth <= innerWidth")
    assert shown(started) == EVERY
    started.execute_script("document.querySelectorAll('td button').forEach(each => each.click())")
    assert started.js("document.documentElement.scrollWidth <= innerWidth")
    labelled = started.js("getComputedStyle(document.querySelector('td.desired'), '::before').content")
    assert (labelled == '"Desired"') == (width <= 640)


def test_ten_thousand_resources_are_drawn_by_the_hundred(started: Browser, tmp_path: Path) -> None:
    page = tmp_path / "many.html"
    page.write_text(as_page(many(10_000)), encoding="utf-8")
    started.show(page)
    assert (len(shown(started)), matches(started)) == (200, "10,000 resources")
    started.find_element(By.ID, "more").click()
    assert len(shown(started)) == 400
    search(started, "agent9999")
    assert (shown(started), matches(started)) == (["connect.user/agent9999"], "1 of 10,000 resources match")
    assert not started.find_element(By.ID, "more").is_displayed()
    assert started.complaints() == []


def many(number: int) -> ReportData:
    stack = load(CENTRE, "dev", known_kinds())
    keys = [Key("connect.user", f"agent{each}") for each in range(number)]
    actions = {key: Action(key, "update", (Difference("routing_profile", "A", "B"),)) for key in keys}
    results = {key: Result("waiting") for key in keys}
    return as_data(PassReport(stack, Options(dry_run=True), "pending", Plan(actions), results))
