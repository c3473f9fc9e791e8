"""A pass as Markdown for a comment on a pull request: the most important first, and always short enough for GitHub."""

import html
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from reconciler.reports.html_report import Sections
from reconciler.reports.number_format import counted, lasting
from reconciler.reports.ranking import (
    by_importance,
    counts,
    counts_of,
    failed_actions,
    goes_along,
    headline,
    only_planned,
)
from reconciler.reports.report_schema import ActionData, ReportData
from reconciler.reports.text_report import SIGNS
from reconciler.reports.value_format import effect_text, shortened, shown
from reconciler.runtime.printable import one_line

LIMIT = 65_536
"""GitHub refuses a comment with this many characters (https://docs.github.com/en/rest/issues/comments)."""
RESERVE = 500
"""Characters for the line about omitted rows."""
LONGEST = 120
LISTED = 20
LIST_ROOM = 6_000
"""Items and characters of one list."""
WORDS_ROOM = 20_000
"""Characters for the changes of flows in words."""
PLAIN = frozenset(" -_./,:=+()[]{}'\"#@!?<>&*~^%$;")
"""Characters, besides letters and digits, without a special meaning in a code span in a table."""
FRAME = "\n<details>\n<summary>{}</summary>\n\n| resource | field | observed | desired |\n|---|---|---|---|\n{}\n</details>\n"


def as_markdown(data: ReportData, sections: Sections = ()) -> str:
    """The pass in fewer than 65,536 characters. A workflow finds its comment again by the first line."""
    head = "".join((*_head(data), *_words(sections)))
    tables, left_out = _tables(data, LIMIT - RESERVE - len(head))
    return head + tables + left_out


def _head(data: ReportData) -> Iterator[str]:
    place = f"{data['stack']}/{data['environment']}"
    yield f"<!-- reconciler: {_inert(place)} -->\n"
    yield f"## {code(place)}: {data['outcome']}{' (dry run)' if data['dry_run'] else ''}\n\n"
    yield f"**{headline(data)}**\n\n"
    found = list(counts(data))
    if found:
        yield f"| {' | '.join(each.words for each in found)} |\n|{'---:|' * len(found)}\n"
        yield f"| {' | '.join(f'{each.number:,}' for each in found)} |\n\n"
    yield from _bullets("Failed" if data["outcome"] == "failed" else "Refused", data["refusals"])
    yield from _bullets("Not searched for resources to remove", data["blind"])
    wrong = failed_actions(data)
    yield from _bullets("Check this first", [f"{_named(each)}: {each['message']}" for each in wrong])
    yield from _bullets("Notes", data["notes"])
    calls = f"{counted(sum(data['calls'].values()), 'call')}, {data['mutating_calls']} of them mutating, in {data['seconds']:.1f} s"
    coming = f"; an apply takes about {counted(data['estimated_calls'], 'call')}, {lasting(data['estimated_seconds'])}"
    yield (
        f"Account {code(data['account'])}, {code(data['region'])}, {data['started']}. "
        f"{data['compared']:,} of {counted(data['resources'], 'resource')} compared; {calls}"
        f"{coming if data['dry_run'] and data['estimated_calls'] else ''}.\n"
    )


def _words(sections: Sections) -> Iterator[str]:
    """The text of the sections, as far as there is room."""
    told = ["".join(_bullets(each.title, each.words)) for each in sections if each.words]
    lengths = accumulate(map(len, told))
    shown = [text for text, length in zip(told, lengths, strict=True) if length <= WORDS_ROOM]
    if told:
        yield "\n"
    yield from shown
    if len(shown) < len(told):
        yield f"... and {counted(len(told) - len(shown), 'changed flow')} more.\n\n"


def _bullets(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        lines = [f"* {code(text, 4 * LONGEST)}\n" for text in texts[:LISTED]]
        lengths = accumulate(map(len, lines))
        lines = [line for line, length in zip(lines, lengths, strict=True) if length <= LIST_ROOM]
        more = f"* ... and {len(texts) - len(lines):,} more\n" if len(texts) > len(lines) else ""
        yield f"**{title}**\n\n{''.join(lines)}{more}\n"


def _tables(data: ReportData, room: int) -> tuple[str, str]:
    """A folded table for each kind, the most important first, and a line about omitted rows."""
    actions = by_importance(data)
    kinds: dict[str, list[ActionData]] = {}
    for action in actions:
        kinds.setdefault(action["kind"], []).append(action)
    open_kinds: dict[str, list[str]] = {}
    titles = {kind: _title(kind, of_kind, planned=only_planned(data)) for kind, of_kind in kinds.items()}
    for kind, title in titles.items():
        room -= len(FRAME) + len(title)
        if room > 0:
            open_kinds[kind] = []
    kept = 0
    for action, row in ((each, row) for each in actions for row in _rows(each)):
        room -= len(row)
        if room <= 0 or action["kind"] not in open_kinds:
            break
        open_kinds[action["kind"]].append(row)
        kept += 1
    tables = "".join(FRAME.format(titles[kind], "".join(lines)) for kind, lines in open_kinds.items())
    return tables, _left_out(actions, kept)


def _left_out(actions: Sequence[ActionData], kept: int) -> str:
    """The line about actions beyond the rows that are shown."""
    ends = list(accumulate(sum(1 for _ in _rows(each)) for each in actions))
    if not ends or kept == ends[-1]:
        return ""
    resources = counted(sum(end > kept for end in ends), "resource")
    return (
        f"\n**{counted(ends[-1] - kept, 'row')} of {resources} left out**: a comment on GitHub has to stay below {LIMIT:,} "
        "characters. `--report report.html` or `--report report.json` of the same pass has all of them.\n"
    )


def _title(kind: str, actions: Iterable[ActionData], *, planned: bool) -> str:
    said = ", ".join(f"{each.number:,} {each.words}" for each in counts_of(actions, planned=planned))
    return f"<code>{html.escape(shortened(one_line(kind), LONGEST))}</code>: {said}"


def _rows(action: ActionData) -> Iterator[str]:
    """One row for each difference; only the first names the resource."""
    name = f"{SIGNS[action['action']]} {action['action']} {code(action['name'])}"
    if action["message"]:
        yield f"| {name} | {action['outcome']} | {code(action['message'], 2 * LONGEST)} | |\n"
        name = ""
    for each in action["differences"]:
        field, observed, desired = (
            code(each["field"]),
            code(shown(each["observed"], LONGEST)),
            code(shown(each["desired"], LONGEST)),
        )
        said = effect_text(each["field"], each.get("deletes", ""), each.get("note", ""))
        desired += f" ({code(said, LONGEST)})" if said else ""
        yield f"| {name} | {field} | {'' if action['action'] == 'create' else observed} | {desired} |\n"
        name = ""
    for each_one in goes_along(action):
        yield f"| {name} | {code(each_one, 2 * LONGEST)} | | |\n"
        name = ""
    if name:
        yield f"| {name} | | | |\n"


def _named(action: ActionData) -> str:
    return f"{action['outcome']} {action['kind']}/{action['name']}"


def code(text: str, longest: int = LONGEST) -> str:
    """A text as code without special meaning in Markdown, HTML or GitHub: no mention, no link, no cell."""
    short = shortened(one_line(text), longest)
    if not short or short != short.strip():
        short = f"'{short}'"
    if all(each.isalnum() or each in PLAIN or not each.isascii() for each in short):
        return f"`{short}`"
    spelled = (
        each if each.isalnum() or each == " " or not each.isascii() else f"&#{ord(each)};" for each in short
    )
    return f"<code>{''.join(spelled)}</code>"


def _inert(text: str) -> str:
    """A text that cannot end the HTML comment around it."""
    return one_line(text).replace("<", "").replace(">", "")
