"""A pass as Markdown: in order, escaped, and never too long for GitHub."""

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.reports.markdown_report import LIMIT, as_markdown, code
from tests.unit.report_toys import HOSTILE, action, data, wide

GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def test_a_dry_run() -> None:
    pass_ = data(
        action("Sales", "update", ("size", 1, 2), ("note", None, "hi")),
        action("Gone", "delete"),
        action("New", "create", ("size", None, 2), kind="toy.hours"),
        action("Unseen", outcome="refused", message="list_queues: AccessDenied"),
        notes=["toy.queue/Stray (Stray) is left alone"],
        estimated_calls=4,
        estimated_seconds=130.0,
    )
    assert (
        as_markdown(pass_)
        == """\
<!-- reconciler: shop/dev -->
## `shop/dev`: pending (dry run)

**1 refused: look at this first. An apply would delete 1 resource, update 1 and create 1.**

| refused | to delete | to update | to create | as desired |
|---:|---:|---:|---:|---:|
| 1 | 1 | 1 | 1 | 97 |

**Check this first**

* `refused toy.queue/Unseen: list_queues: AccessDenied`

**Notes**

* `toy.queue/Stray (Stray) is left alone`

Account `111111111111`, `eu-west-2`, 2026-11-21T16:07:03Z. 100 of 100 resources compared; 7 calls, 0 of them mutating, in \
12.3 s; an apply takes about 4 calls, 2 min.

<details>
<summary><code>toy.queue</code>: 1 refused, 1 to delete, 1 to update</summary>

| resource | field | observed | desired |
|---|---|---|---|
| ~ update `Unseen` | refused | `list_queues: AccessDenied` | |
| - delete `Gone` | | | |
| ~ update `Sales` | `size` | `1` | `2` |
|  | `note` | `(none)` | `"hi"` |

</details>

<details>
<summary><code>toy.hours</code>: 1 to create</summary>

| resource | field | observed | desired |
|---|---|---|---|
| + create `New` | `size` |  | `2` |

</details>
"""
    )


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("| ~", "|  |"))]


@pytest.mark.parametrize("number", [0, 100, 400, 10_000])
def test_it_stays_below_githubs_limit_and_says_what_is_left_out(number: int) -> None:
    text = as_markdown(data(*wide(number)))
    assert len(text) < LIMIT
    left_out = re.search(r"\*\*([\d,]+) rows? of ([\d,]+) resources? left out\*\*", text)
    missing = int(left_out[1].replace(",", "")) if left_out else 0
    assert len(rows(text)) + missing == 2 * number
    assert (missing > 0) == (number > 500)
    assert text.count("<details>") == text.count("</details>") == min(1, number)


def test_what_matters_most_is_what_is_kept() -> None:
    creates = [action(f"new{each}", "create", ("note", None, "x" * 100)) for each in range(1_000)]
    text = as_markdown(data(*creates, action("Gone", "delete", kind="toy.hours")))
    assert "| - delete `Gone` |" in text
    assert "rows of" in text


def test_a_report_of_long_and_hostile_texts_stays_below_the_limit() -> None:
    worst = "|" * 5_000
    actions = [
        action(
            f"{worst}{each}",
            "update",
            (worst, worst, worst),
            kind=f"{worst}{each}",
            outcome="failed",
            message=worst,
        )
        for each in range(300)
    ]
    text = as_markdown(data(*actions, notes=[worst] * 50, refusals=[worst] * 50, blind=[worst] * 50))
    assert len(text) < LIMIT
    assert "Refused" in text
    assert "left out" in text


def inert(text: str) -> str:
    """The text of a cell after Markdown was rendered to HTML; fail if it contains anything except code."""
    rendered = GITHUB.render(f"| a | b |\n|---|---|\n| {text} | x |\n")
    (body,) = re.findall(r"<tbody>\n<tr>\n(.*)</tr>\n</tbody>", rendered, re.DOTALL)
    cells: list[str] = re.findall(r"<td>(.*?)</td>\n", body, re.DOTALL)
    first, second, *none = cells
    assert (second, none) == ("x", [])
    assert re.fullmatch(r"<code>[^<>]*</code>", first), first
    return first


@given(st.text())
@example(HOSTILE)
@example("`")
@example("\\")
@example("\\|")
@example(" a ")
@example("")
def test_no_text_means_anything_to_markdown(text: str) -> None:
    assert "\n" not in code(text)
    inert(code(text))


@pytest.mark.parametrize(
    "text", ["plain", "a|b", "a`b", "<b>", "@octocat", "a\\|b", "&amp;", "C:\\", "*a* _b_"]
)
def test_a_text_reads_as_it_was_written(text: str) -> None:
    import html

    assert html.unescape(inert(code(text)).removeprefix("<code>").removesuffix("</code>")) == text


def test_hostile_values_break_no_row_and_end_no_comment() -> None:
    hostile = action(HOSTILE, "update", (HOSTILE, HOSTILE, {HOSTILE: HOSTILE}), kind=HOSTILE, message=HOSTILE)
    pass_: Any = data(hostile, hostile, notes=[HOSTILE], refusals=[HOSTILE], blind=[HOSTILE], stack=HOSTILE)
    text = as_markdown(pass_)
    assert text.splitlines()[0].startswith("<!-- reconciler: ")
    assert text.splitlines()[0].count("-->") == 1
    outside = re.sub(r"`[^`\n]*`|<code>[^<>\n]*</code>", "", "\n".join(text.splitlines()[1:]))
    assert not re.search(r"@octocat|evil|<img|<script|</script|#12", outside), outside
    rendered = GITHUB.render(text)
    assert set(re.findall(r"<(\w+)", rendered)) <= {
        *(
            "h2",
            "p",
            "strong",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "ul",
            "li",
            "code",
            "details",
            "summary",
        )
    }
    assert rendered.count("<h2>") == 1
