"""The organisation as its files describe it. Every mistake is found, with file and line, before the database is touched."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from staff_integration.organisation.yaml_lines import FileError, Place, Read, read
from staff_integration.organisation_tables import RoleId, Scope

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Level = Annotated[int, Field(ge=1, le=4)]
FacilityKind = Literal["headquarters", "hospital", "clinic", "care_home", "home_nursing"]
ROLES: Sequence[str] = get_args(RoleId)


class InvalidOrganisationError(Exception):
    """Raised where the files are wrong; the message has a line for each mistake."""


class Part(BaseModel):
    """A part of the organisation; keys that it does not have are mistakes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CorporationPart(Part):
    """The corporation."""

    id: Id
    name: Name


class FacilityPart(Part):
    """A facility; `beds` where it has some."""

    name: Name
    kind: FacilityKind
    beds: Annotated[int, Field(ge=1, le=100_000)] | None = None


class DepartmentPart(Part):
    """A department."""

    name: Name


class PositionPart(Part):
    """A position; its level gives its role."""

    name: Name
    level: Level


class RolePart(Part):
    """A role: its level, whose data it sees, and what it may do."""

    name: Name
    level: Level
    scope: Scope
    can_view_all_staff: bool
    can_edit_all_staff: bool
    can_view_department: bool
    can_approve_interviews: bool
    can_access_reports: bool


class Organisation(Part):
    """The whole organisation."""

    corporation: CorporationPart
    facilities: dict[Id, FacilityPart]
    departments: dict[Id, DepartmentPart]
    positions: dict[Id, PositionPart]
    roles: dict[RoleId, RolePart]


@dataclass(frozen=True)
class _Keys:
    """The top-level keys of all files."""

    holders: Mapping[str, Read]
    folder: str

    def at(self, place: Place) -> str:
        """File and line of a value."""
        holder = self.holders.get(str(place[0])) if place else None
        return f"{holder.file}:{holder.line(place)}" if holder else self.folder


def organisation_in(folder: Path) -> Organisation:
    """Read all YAML files of a folder; together they hold each key of `Organisation` once.

    Raises:
        InvalidOrganisationError: there are mistakes; all of them are named.
    """
    mistakes: list[str] = []
    reads: list[Read] = []
    files = sorted(each for each in folder.glob("*") if each.suffix in {".yaml", ".yml"})
    if not files:
        raise InvalidOrganisationError(f"{folder}: there is no folder with YAML files of this name")
    for file in files:
        try:
            reads.append(read(file, f"{folder}/{file.name}"))
        except FileError as error:
            mistakes.append(str(error))
    holders: dict[str, Read] = {}
    for each in reads:
        for key in each.values:
            if key in holders:
                mistakes.append(f"{each.file}:{each.line((key,))}: {key} is in {holders[key].file} already")
            holders.setdefault(key, each)
    if mistakes:  # before looking at what the files hold together
        raise InvalidOrganisationError("\n".join(mistakes))
    return _checked({key: each.values[key] for key, each in holders.items()}, _Keys(holders, str(folder)))


def _checked(values: Mapping[str, Any], keys: _Keys) -> Organisation:
    try:
        made = Organisation.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise InvalidOrganisationError(
            "\n".join(_line(each["loc"], each["msg"], keys) for each in found)
        ) from None
    wrong = [
        f"{keys.at(place)}: {'.'.join(map(str, place))}: {reason}" for place, reason in _contradictions(made)
    ]
    if wrong:
        raise InvalidOrganisationError("\n".join(wrong))
    return made


def _line(loc: Place, message: str, keys: _Keys) -> str:
    place = loc[:-1] if loc and loc[-1] == "[key]" else loc
    return f"{keys.at(place)}: {'.'.join(map(str, place))}: {message[0].lower()}{message[1:]}"


def _contradictions(made: Organisation) -> Iterator[tuple[Place, str]]:
    for part in ("facilities", "departments", "positions"):
        names: Mapping[str, Part] = getattr(made, part)
        same = Counter(each.lower() for each in names)
        for each in names:
            if same[each.lower()] > 1:
                yield (part, each), "another id differs only in capital letters"
    for missing in (each for each in ROLES if each not in made.roles):
        yield ("roles",), f"the role {missing} is missing"
    levels = Counter(each.level for each in made.roles.values())
    for name, role in made.roles.items():
        if levels[role.level] > 1:
            yield ("roles", name, "level"), f"another role has level {role.level} too"
        yield from _of_role(name, role)


def _of_role(name: str, role: RolePart) -> Iterator[tuple[Place, str]]:
    for flag, right in (
        ("can_view_all_staff", role.scope == "all"),
        ("can_view_department", role.scope in {"all", "department"}),
    ):
        if getattr(role, flag) != right:
            yield ("roles", name, flag), f"must be {str(right).lower()} with scope {role.scope}"
    if role.can_edit_all_staff and role.scope != "all":
        yield ("roles", name, "can_edit_all_staff"), f"must be false with scope {role.scope}"
