"""The cohorts as their files describe them. Every mistake is found, with file and line, before the database is touched."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from staff_integration.organisation.files import Id, Name, Part
from staff_integration.organisation.yaml_lines import FileError, Place, Read, read
from staff_integration.rollout_tables import RuleKind

Rule = tuple[RuleKind, str]


class InvalidRolloutError(Exception):
    """Raised where the files are wrong; the message has a line for each mistake."""


class KpiPart(Part):
    """A figure that must not be red when a cohort is opened, and over how many hours it is measured."""

    hours: Annotated[int, Field(ge=1, le=24 * 366)]


class CohortPart(Part):
    """A cohort: everybody, or the staff of facilities, of departments, and single members of staff."""

    id: Id
    name: Name
    expected: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    everybody: bool = False
    facilities: list[Id] = []
    departments: list[Id] = []
    staff: list[Id] = []

    def rules(self) -> list[Rule]:
        """Who is in it."""
        found: list[Rule] = [("everybody", "")] if self.everybody else []
        found += [("facility", each) for each in self.facilities]
        found += [("department", each) for each in self.departments]
        return [*found, *(("staff", each) for each in self.staff)]


class RolloutPart(Part):
    """The cohorts, in the order in which they are opened, and the figures that are watched."""

    kpis: dict[str, KpiPart]
    cohorts: Annotated[list[CohortPart], Field(min_length=1, max_length=100)]


class RolloutFile:
    """What a file says, and where.

    Args:
        content: the content.
        source: the file as it was read.
    """

    def __init__(self, content: RolloutPart, source: Read) -> None:
        self.content = content
        self._source = source

    def at(self, *place: str | int) -> str:
        """File and line of a value."""
        return f"{self._source.file}:{self._source.line(place)}"


def rollout_in(folder: Path) -> RolloutFile:
    """Read the YAML file of a folder.

    Raises:
        InvalidRolloutError: there are mistakes; all of them are named.
    """
    files = sorted(each for each in folder.glob("*") if each.suffix in {".yaml", ".yml"})
    if len(files) != 1:
        reason = ", ".join(each.name for each in files) or "it has none, or is no folder"
        raise InvalidRolloutError(f"{folder}: the folder must have one YAML file: {reason}")
    try:
        source = read(files[0], f"{folder}/{files[0].name}")
    except FileError as error:
        raise InvalidRolloutError(str(error)) from None
    try:
        content = RolloutPart.model_validate(source.values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise InvalidRolloutError(
            "\n".join(
                _line(source, each["loc"], f"{each['msg'][0].lower()}{each['msg'][1:]}") for each in found
            )
        ) from None
    wrong = [_line(source, place, reason) for place, reason in _contradictions(content)]
    if wrong:
        raise InvalidRolloutError("\n".join(wrong))
    return RolloutFile(content, source)


def _line(source: Read, loc: Place, message: str) -> str:
    place = loc[:-1] if loc and loc[-1] == "[key]" else loc
    return f"{source.file}:{source.line(place)}: {'.'.join(map(str, place))}: {message}"


def _contradictions(content: RolloutPart) -> Iterator[tuple[Place, str]]:
    ids = Counter(each.id.lower() for each in content.cohorts)
    for index, cohort in enumerate(content.cohorts):
        if ids[cohort.id.lower()] > 1:
            yield ("cohorts", index, "id"), f"another cohort is called {cohort.id} too"
        rules = cohort.rules()
        if not rules:
            yield (
                ("cohorts", index),
                "nobody is in it; write `everybody: true`, `facilities`, `departments` or `staff`",
            )
        if cohort.everybody and len(rules) > 1:
            yield ("cohorts", index, "everybody"), "the others are in it anyway; leave them out"
        for kind, values in _lists(cohort).items():
            same = Counter(each.lower() for each in values)
            for number, value in enumerate(values):
                if same[value.lower()] > 1:
                    yield ("cohorts", index, kind, number), f"{value} is here more than once"


def _lists(cohort: CohortPart) -> Mapping[str, list[Any]]:
    return {"facilities": cohort.facilities, "departments": cohort.departments, "staff": cohort.staff}
