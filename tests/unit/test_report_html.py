"""A pass as one HTML file: it loads nothing, and all values are escaped."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

from reconciler.reports.html_report import Section, as_page, embedded
from tests.unit.report_toys import HOSTILE, action, data, wide


class Page(HTMLParser):
    """The elements of a page, and the texts of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data


HOSTILE_PASS: Any = data(
    action(HOSTILE, "update", (HOSTILE, HOSTILE, {HOSTILE: [HOSTILE]}), kind=HOSTILE, message=HOSTILE),
    notes=[HOSTILE],
    refusals=[HOSTILE],
    blind=[HOSTILE],
    only=[HOSTILE],
    calls={HOSTILE: 1},
    stack=HOSTILE,
    environment=HOSTILE,
)


def test_hostile_values_are_never_part_of_the_page() -> None:
    tame = Page(as_page(data(action("a", message="b"), notes=["n"], refusals=["r"], blind=["b"], only=["o"])))
    wild = Page(as_page(HOSTILE_PASS))
    shape = [(tag, sorted(attributes)) for tag, attributes in tame.elements]
    # The harmless report has one more operation.
    calls = [("tr", []), ("th", ["class", "scope"]), ("td", ["class"])]
    at = next(place for place in range(len(shape)) if shape[place : place + 3] == calls)
    assert [(tag, sorted(attributes)) for tag, attributes in wild.elements] == shape[:at] + shape[at + 3 :]
    assert len(wild.scripts) == 2


def test_what_is_embedded_comes_out_as_it_went_in() -> None:
    page = Page(as_page(HOSTILE_PASS))
    assert json.loads(page.scripts[0])["actions"] == HOSTILE_PASS["actions"]
    assert not re.search(r"[<>&]", embedded(HOSTILE_PASS))


def test_nothing_is_loaded_and_only_our_script_may_run() -> None:
    text = as_page(data(action("a")))
    page = Page(text)
    policy = next(
        str(attributes["content"])
        for tag, attributes in page.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    digest = base64.b64encode(hashlib.sha256(page.scripts[1].encode()).digest()).decode()
    assert policy.split("; ")[0] == "default-src 'none'"
    assert f"script-src 'sha256-{digest}'" in policy
    addresses = [
        value
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "action", "data")
    ]
    assert addresses == ["data:,"]
    assert not re.search(r"@import|url\(|https?:", text)


def test_sections_stand_after_the_differences_as_they_are() -> None:
    sections = (
        Section("map", "Map & state", "<svg><title>a map</title></svg>"),
        Section("history", "History", "<p>h</p>"),
    )
    text = as_page(data(action("a")), sections)
    drift, first, second, calls = (
        text.index(each)
        for each in (
            'id="drift"',
            '<h2 id="map-title">Map &amp; state</h2>\n  <svg><title>a map</title></svg>',
            '<h2 id="history-title">History</h2>\n  <p>h</p>',
            'id="calls-title"',
        )
    )
    assert drift < first < second < calls


def test_the_summary_needs_no_script() -> None:
    text = as_page(
        data(
            *wide(150),
            action("Gone", "delete"),
            refusals=["too much"],
            estimated_calls=3,
            estimated_seconds=61.0,
        )
    )
    assert "An apply would be refused. Approved, it would delete 1 resource and update 150." in text
    assert "<strong>150</strong> <span>to update</span>" in text
    assert "<li>too much</li>" in text
    assert "about 3 calls, 61 s" in text
    (told,) = re.findall(r"<noscript>(.*?)</noscript>", text, re.DOTALL)
    assert told.count("<li>") == 101
    assert told.index("toy.queue/Gone") < told.index("connect.user/agent0")
    assert "and 51 more" in told


def test_a_settled_pass_says_so_and_has_no_filters() -> None:
    text = as_page(data())
    assert "AWS matches the files." in text
    assert 'id="filters"' not in text


def test_a_pass_that_never_looked_does_not_say_that_all_is_well() -> None:
    text = as_page(data(refusals=["the wrong account"], compared=0, outcome="refused", dry_run=False))
    assert "Nothing was compared." in text
    assert "AWS matches the files." not in text
