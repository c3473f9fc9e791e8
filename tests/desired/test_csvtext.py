"""CSV text: cells with their places, encodings, and what cannot be read."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.desired.csvtext import (
    LONGEST_ROW,
    MOST_PROBLEMS,
    Row,
    Unreadable,
    Wrong,
    decoded,
    may_be_utf8,
    rows_of,
)

CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), max_size=6)


@given(
    st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_pythons_writer_writes_is_read(rows: list[list[str]], delimiter: str, end: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_MINIMAL).writerows(rows)
    found = list(rows_of(out.getvalue(), delimiter))
    assert [list(each.cells) for each in found if isinstance(each, Row)] == rows
    lines = out.getvalue().split("\n")
    for row in found:
        assert isinstance(row, Row)
        for index, cell in enumerate(row.cells):
            line, column = row.at(index)
            assert lines[line - 1][column - 1 :].startswith((cell.partition("\n")[0], '"'))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,b\n1,"2\n3",4\n\n5,6', [(1, ("a", "b")), (2, ("1", "2\n3", "4")), (5, ("5", "6"))]),
        ("a\rb\r\nc", [(1, ("a",)), (2, ("b",)), (3, ("c",))]),
        ('"a ""b""",\n', [(1, ('a "b"', ""))]),
        ("", []),
    ],
)
def test_rows_and_their_lines(text: str, expected: list[tuple[int, tuple[str, ...]]]) -> None:
    found = [each for each in rows_of(text, ",") if isinstance(each, Row)]
    assert [(each.line, each.cells) for each in found] == expected


def test_a_cell_after_a_line_break_has_the_line_where_it_is() -> None:
    (row,) = rows_of('a,"b\nc",d', ",")
    assert isinstance(row, Row)
    assert [row.at(index) for index in range(3)] == [(1, 1), (1, 3), (2, 4)]


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ('x\na,b"c,d\ny', 2, 4, "a quote within it"),
        ('x\n"a"b,c\ny', 2, 4, "text after the closing quote"),
        ('x\na,"b\nc\ny', 2, 3, "not closed in this file"),
        ("x\n" + "a" * (LONGEST_ROW + 1) + "\ny", 2, 1, "more than 65,536 characters"),
        ('x\n"' + ("a" * 99 + "\n") * 700 + "\ny", 2, 1, "not closed within 65,536 characters"),
    ],
)
def test_a_row_that_cannot_be_read_does_not_hide_the_next(
    text: str, line: int, column: int, said: str
) -> None:
    first, wrong, *rest = rows_of(text, ",")
    assert isinstance(first, Row)
    assert isinstance(wrong, Wrong)
    assert (wrong.line, wrong.column) == (line, column)
    assert said in wrong.message
    assert rest
    assert isinstance(rest[-1], Row)
    assert rest[-1].cells == ("y",)


def test_reading_stops_after_many_rows_that_cannot_be_read() -> None:
    found = list(rows_of('a"\n' * (2 * MOST_PROBLEMS), ","))
    assert len(found) == MOST_PROBLEMS + 1
    assert "the rest was not read" in str(found[-1])


NAMES = "名前\n佐藤\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (NAMES.encode(), "utf-8"),
        (NAMES.encode("utf-8-sig"), "utf-8"),
        (NAMES.encode("cp932"), "cp932"),
        (NAMES.encode("shift_jis"), "shift_jis"),
        (NAMES.encode("euc_jp"), "euc_jp"),
        (NAMES.encode("utf-16"), "utf-16"),
    ],
)
def test_encodings(data: bytes, encoding: str) -> None:
    assert decoded(data, encoding) == NAMES


@pytest.mark.parametrize(
    ("data", "encoding", "line", "said"),
    [
        (
            NAMES.encode("cp932"),
            "utf-8",
            1,
            "byte 1 of this file (0x96) is not utf-8; it can be read as cp932: write",
        ),
        (b"name\n" + "佐藤".encode("cp932"), "utf-8", 2, "byte 6 of this file (0x8D) is not utf-8"),
        (NAMES.encode("utf-8-sig"), "cp932", 1, "begins with the mark of UTF-8"),
        (NAMES.encode("utf-16"), "utf-8", 1, "it can be read as utf-16"),
        (b"a\nb\0c", "utf-8", 2, "holds a NUL character"),
        (b"\x81\xff\xff", "utf-8", 1, "save it as UTF-8"),
        (b"PK\x03\x04\x14\x00", "cp932", 1, "this is a workbook of a spreadsheet"),
    ],
)
def test_a_file_in_another_encoding(data: bytes, encoding: str, line: int, said: str) -> None:
    with pytest.raises(Unreadable) as raised:
        decoded(data, encoding)
    assert raised.value.wrong.line == line
    assert said in raised.value.wrong.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_file_that_ends_within_a_character_has_lost_a_part(encoding: str) -> None:
    with pytest.raises(Unreadable) as raised:
        decoded("名前\r\n佐藤".encode(encoding)[:-1], encoding.removesuffix("-sig"))
    said = "this file ends within a character, so a part of it is missing; write it again"
    assert raised.value.wrong == Wrong(2, 2, said)


def test_places_in_a_file_with_a_mark_of_utf8_are_counted_without_it() -> None:
    with pytest.raises(Unreadable) as raised:
        decoded("名前\r".encode("utf-8-sig") + "a,佐".encode("cp932"), "utf-8")
    assert raised.value.wrong == Wrong(2, 3, "byte 13 of this file (0x8D) is not utf-8; save it as UTF-8")


def test_only_text_with_other_characters_may_be_utf8_rather_than_something_else() -> None:
    assert may_be_utf8(NAMES.encode())
    assert not may_be_utf8(b"name")
    assert not may_be_utf8(NAMES.encode("cp932"))
