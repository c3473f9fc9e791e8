"""`reconciler diff`: the plan as a unified diff of fields."""

from typing import Any

from reconciler.reports.diff_text import as_diff
from tests.unit.report_toys import HOSTILE, action, data


def test_a_changed_field_has_a_line_for_each_side() -> None:
    report = data(action("Sales", "update", ("max_contacts", 9, 100), ("status", "DISABLED", None)))
    assert (
        as_diff(report)
        == """\
--- aws/toy.queue/Sales
+++ files/toy.queue/Sales
@@ update @@
-max_contacts: 9
+max_contacts: 100
-status: "DISABLED"
"""
    )


def test_what_is_created_or_deleted_has_one_side_only() -> None:
    report = data(action("New", "create", ("description", None, "For sales")), action("Old", "delete"))
    assert sorted(as_diff(report).splitlines()) == sorted(
        [
            "--- /dev/null",
            "+++ files/toy.queue/New",
            "@@ create @@",
            '+description: "For sales"',
            "--- aws/toy.queue/Old",
            "+++ /dev/null",
            "@@ delete @@",
        ]
    )


def test_of_a_long_value_only_the_changed_lines_and_their_neighbours_are_shown() -> None:
    before: dict[str, Any] = {f"k{each:02}": each for each in range(30)}
    after = {**before, "k03": "x", "k25": "y"}
    lines = as_diff(data(action("Flow", "update", ("content", before, after)))).splitlines()
    assert '-    "k03": 3,' in lines
    assert '+    "k03": "x",' in lines
    assert " ..." in lines
    assert not any("k15" in line for line in lines)


def test_texts_of_several_lines_are_compared_by_line() -> None:
    lines = as_diff(data(action("Doc", "update", ("body", "one\ntwo\n", "one\n2\n")))).splitlines()
    assert lines[3:] == [" body: |", "   one", "-  two", "+  2"]


def test_a_refused_action_says_why() -> None:
    refused = action("Gone", "delete", outcome="refused", message="it is protected")
    assert "@@ delete @@ it is protected\n" in as_diff(data(refused))


def test_nothing_is_printed_if_nothing_differs() -> None:
    assert as_diff(data()) == ""


def test_a_hostile_name_or_value_cannot_add_a_line() -> None:
    report = data(
        action(HOSTILE, "update", (HOSTILE, HOSTILE, f"{HOSTILE}\n{HOSTILE}"), kind=HOSTILE, message=HOSTILE)
    )
    lines = as_diff(report).splitlines()
    assert all(line[0] in "+-@ " for line in lines)
    assert not any(char in line for line in lines for char in "\x00\x1b\u202e\u2028")
