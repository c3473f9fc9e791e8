"""Rules over several values hold where other values of the same part are references."""

from typing import Annotated, Any, Self

import pytest
from pydantic import AfterValidator, model_validator

from reconciler.desired.open_rules import ASKED, UNKNOWN, rule_errors, with_unknown
from reconciler.model import Part

KEY = "${kms.key:main}"


def _two_apart(hours: list[str]) -> list[str]:
    if len(hours) != len(set(hours)):
        raise ValueError("an hour is there twice")
    return hours


class Window(Part):
    first: str
    last: str
    key: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("last is before first")
        return self


class Plan(Part):
    windows: list[Window] | None = None
    by_name: dict[str, Window] | None = None
    hours: Annotated[list[str], AfterValidator(_two_apart)] | None = None
    key: str | None = None
    off: str | None = None

    @model_validator(mode="after")
    def _key_or_off(self) -> Self:
        if self.key is not None and self.off is not None:
            raise ValueError("key or off, not both")
        if self.off == "never":
            raise ValueError("off cannot be never")
        return self


LATE = {"first": "b", "last": "a"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"key": KEY, "off": "x"}, [((), "key or off, not both")]),
        ({"key": None, "off": KEY}, []),
        ({"windows": [{**LATE, "key": KEY}]}, [(("windows", 0), "last is before first")]),
        ({"windows": [{**LATE, "first": KEY}]}, []),
        ({"by_name": {"w": {**LATE, "key": KEY}}}, [(("by_name", "w"), "last is before first")]),
        ({"hours": ["1", "1", KEY]}, []),
    ],
)
def test_a_rule_holds_if_it_asks_for_no_reference(
    values: dict[str, Any], expected: list[tuple[Any, str]]
) -> None:
    assert [(each["loc"], each["msg"]) for each in rule_errors(Plan, values, [])] == expected


def test_no_rule_runs_on_a_part_that_has_an_error_of_its_own() -> None:
    values = {"key": KEY, "off": "x", "windows": [{**LATE, "key": KEY}, {"first": 7, "key": KEY}]}
    found = list(rule_errors(Plan, values, [("windows", 1, "first")]))
    assert [each["loc"] for each in found] == [("windows", 0)]


@pytest.mark.parametrize(
    "question",
    [
        lambda: isinstance(UNKNOWN, str),
        lambda: UNKNOWN in {"a", "b"},
        lambda: UNKNOWN != "a",
        lambda: bool(UNKNOWN),
        lambda: f"{UNKNOWN}",
        lambda: ", ".join(["a", with_unknown(KEY)]),
        lambda: with_unknown({"a": [KEY]})["a"][0] < "b",
    ],
)
def test_a_question_about_a_reference_has_no_answer(question: Any) -> None:
    with pytest.raises(ASKED):
        question()
