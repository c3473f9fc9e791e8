"""Text from outside is safe for a terminal, a log and CI, and ordinary text stays readable."""

import ast
import io
import json
import os
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from reconciler import console, logs
from reconciler.applying import Result
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.diff import Difference
from reconciler.planning.plan import Action, Plan
from reconciler.reports.formats import FORMATS
from reconciler.reports.text_report import closing_lines, heading, plan_lines
from reconciler.runtime.printable import is_unseen, json_text, one_line
from reconciler.stack import Feed, FeedRow, Key, Stack

HARM = {
    "an escape sequence": ("\x1b[2Jgone", "\\x1b[2Jgone"),
    "a line break": ("a\nSettled: 0 changes", "a\\nSettled: 0 changes"),
    "a carriage return": ("bad\rgood", "bad\\rgood"),
    "a control of one byte": ("\x9b31m", "\\x9b31m"),
    "a delete": ("a\x7f", "a\\x7f"),
    "another direction of writing": ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
    "zero width": ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
    "a line separator": ("a\u2028b", "a\\u2028b"),
    "tag characters": ("a\U000e0041", "a\\U000e0041"),
    "a filler": ("\u3164", "\\u3164"),
    "half a character": ("\udc80", "\\udc80"),
    "a command of GitHub": ("::error::x", "\\x3a:error::x"),
    "a command of GitHub behind blanks": (" \u00a0::add-mask::x", " \u00a0\\x3a:add-mask::x"),
    "an old command of GitHub": ("x ##[set-env name=A]b", "x \\x23#[set-env name=A]b"),
    "a command of Azure": ("x ##vso[task.setvariable]b", "x \\x23#vso[task.setvariable]b"),
    "a command of TeamCity": ("##teamcity[buildStop]", "\\x23#teamcity[buildStop]"),
}
HARMLESS = (
    "plain",
    "受付　窓口",
    "Grüße, naïve £5",
    "« Bonjour »",
    "❤️ 😀",
    "a::b",
    "# heading ## two",
    "C:\\new",
    "कार्य",
)
TEXTS = st.text(st.characters(codec=None, exclude_categories=()) | st.sampled_from("\n\r\x1b:#[] \u202e"))


@pytest.mark.parametrize("case", HARM)
def test_what_does_harm_is_spelled(case: str) -> None:
    text, safe = HARM[case]
    assert one_line(text) == safe


@pytest.mark.parametrize("text", HARMLESS)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert one_line(text) == text


@given(TEXTS)
def test_any_text_is_one_harmless_line(text: str) -> None:
    safe = one_line(text)
    assert not any(map(is_unseen, safe))
    assert not safe.lstrip().startswith("::")
    assert "##[" not in safe
    assert one_line(safe) == safe


@given(st.dictionaries(TEXTS, st.lists(TEXTS)))
def test_json_is_exact_and_harmless(value: dict[str, list[str]]) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    for line in text.split("\n"):
        assert one_line(line) == line


@given(TEXTS, TEXTS)
def test_lines_of_a_report_keep_their_colours(first: str, second: str) -> None:
    line = console.printable(Text.assemble((first, "red"), (second, "bold")))
    # Rich itself removes some control characters.
    assert line.plain == one_line(Text(first + second).plain)
    assert not line.plain or sum(span.end - span.start for span in line.spans) == len(line.plain)


def test_every_word_on_the_console_is_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = io.StringIO()
    for name in ("out", "err", "remarks"):
        monkeypatch.setattr(console, name, Console(file=heard, soft_wrap=True, highlight=False))
    console.show([Text("::error::\x1b[1m\nx")])
    console.print_to_stderr([Text("::error::\x1b[1m\nx")])
    console.announce("::error::\x1b[1m\nx")
    console.fail(["::error::\x1b[1m\nx"])
    console.warn(["::error::\x1b[1m\nx"])
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        console.ask("::error::\x1b[1m\nx")
    said = "\\x3a:error::\\x1b[1m\\nx"
    assert heard.getvalue() == f"{said}\n" * 5 + f"{said} [y/N] "


PRINTING = {"print", "echo", "secho", "input", "prompt", "confirm", "print_exc", "log"}


def test_nothing_is_printed_but_through_the_console() -> None:
    root = Path(console.__file__).parent
    found: dict[str, dict[str, int]] = {}
    for file in sorted(root.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and _prints(call.func):
                    kept = found.setdefault(str(file.relative_to(root)), {})
                    kept[function.name] = kept.get(function.name, 0) + 1
    assert found == {"console.py": {"_put": 1}}


def _prints(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in PRINTING
    owner = called.value if isinstance(called, ast.Attribute) else None
    name = called.attr if isinstance(called, ast.Attribute) else ""
    return (
        isinstance(owner, ast.Name)
        and owner.id in {"console", "out", "err", "typer", "click", "traceback"}
        and name in PRINTING
    )


@pytest.mark.parametrize("name", ["[/red]", "[bold]x", "a\n\x1b[2Jb"])
def test_a_name_in_the_progress_bar_is_only_a_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = io.StringIO()
    monkeypatch.setattr(
        console, "err", Console(file=heard, force_terminal=True, width=100, color_system=None)
    )
    monkeypatch.setattr("sys.stderr", heard)
    monkeypatch.setattr(heard, "isatty", lambda: True)
    with console.ProgressBar() as bar:
        bar.step(Action(Key("connect.queue", name), "create", ()), "make")
        bar._progress.refresh()
    assert f"create connect.queue/{one_line(name)}" in heard.getvalue()


def test_a_log_line_cannot_be_forged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(1)
    structlog.get_logger().info(
        "read", name="a\nlevel=error event=b", rows=["\x1b[2J", 2], at=Key("k", "\u202e")
    )
    (line,) = capsys.readouterr().err.splitlines()
    assert one_line(line) == line


def test_what_broke_down_is_told_in_harmless_lines(capsys: pytest.CaptureFixture[str]) -> None:
    console.fail(logs.crash_lines(OSError(5, "a\x1b[2J\n::error::b")))
    for line in capsys.readouterr().err.splitlines():
        assert one_line(line) == line


EVIL = "\n::error::forged\r\x1b[2J\u202e\x9b##vso[task.complete]\ufffe\U000e0041\n"


def _report() -> PassReport:
    """A pass in which all texts from AWS and from files are hostile."""
    key, other = Key("toy.queue", EVIL), Key("toy.queue", f"other{EVIL}")
    differences = (Difference("note", EVIL, {"text": [EVIL]}), Difference("rows", [EVIL], None))
    actions = {
        key: Action(key, "update", differences),
        other: Action(other, "delete", (), f"it is in use: {EVIL}"),
    }
    rows = (FeedRow(2, key.name), FeedRow(3, other.name))
    return PassReport(
        Stack("shop", "dev", "111111111111", "eu-west-2", {}, feeds=(Feed("f", "toy.queue", "f.csv", rows),)),
        Options(only=(EVIL,)),
        "failed",
        plan=Plan(actions),
        results={key: Result("failed", f"UpdateQueue: Refused: {EVIL}"), other: Result("refused", EVIL)},
        notes=(EVIL, f"toy.queue/{EVIL} has our mark"),
        blind=(EVIL,),
        refusals=(EVIL,),
    )


def _harmless(text: str) -> bool:
    return all(one_line(line) == line for line in text.split("\n"))


def test_a_pass_over_hostile_names_is_told_in_harmless_lines(capsys: pytest.CaptureFixture[str]) -> None:
    report = _report()
    console.show([heading(report.stack, dry_run=False), *plan_lines(report.plan), *closing_lines(report)])
    said = capsys.readouterr().out
    assert "::error::forged" in said
    assert _harmless(said)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_report_of_hostile_names_is_harmless_and_whole(suffix: str) -> None:
    text = FORMATS[suffix](_report(), ()).removeprefix("\ufeff")
    if suffix == ".json":
        assert json.loads(text)["actions"][0]["name"] == EVIL
    if suffix == ".xml":
        assert ET.fromstring(text).find("testsuite") is not None
    if suffix == ".html":  # its data are JSON, which the page shows as text (page.js)
        data = text.partition('type="application/json">')[2].partition("</script>")[0]
        assert json.loads(data)["actions"]
        text = text.replace(data, "")
    assert "::error::forged" in text.replace("&#58;", ":")
    assert _harmless(text)


@given(TEXTS)
def test_a_harmless_line_is_text_that_xml_can_hold(text: str) -> None:
    found = ET.fromstring(f"<a>{escape(one_line(text))}</a>")
    assert (found.text or "") == one_line(text)
