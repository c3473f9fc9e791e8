"""Reads `smoke.yaml`: what `reconciler smoke` checks besides the checks that come with each kind, and what it leaves out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from reconciler.appearance import noun_of
from reconciler.contract import EXISTS, Adapter, Check
from reconciler.contract.checks import NoSettings
from reconciler.desired.mistakes import ValuePath
from reconciler.desired.nodes import Node
from reconciler.desired.phrases import a_value, listed, quoted
from reconciler.desired.surroundings import Surroundings
from reconciler.desired.validation import WrittenFields, validate
from reconciler.model import NoReferences, Part
from reconciler.stack import Key

TIME_LIMIT, TOTAL_TIME_LIMIT = 30.0, 600.0
"""The seconds of one check, and of all together, if the file gives none."""
Seconds = Annotated[float, Field(ge=1, le=86_400)]


class LimitsPart(Part):
    """The time limits of `smoke.yaml`."""

    time_limit: Seconds = TIME_LIMIT
    """Seconds that one check may take."""
    total_time_limit: Seconds = TOTAL_TIME_LIMIT
    """Seconds that all checks may take together."""


class EntryPart(Part):
    """The keys of a check besides its own settings."""

    skip: Annotated[str | None, NoReferences(), Field(min_length=1)] = None
    """Why this check is not made."""
    name: Annotated[str | None, NoReferences(), Field(min_length=1, max_length=80)] = None
    """The name of this entry in the output."""
    time_limit: Seconds | None = None
    """Seconds that this check may take, instead of `time_limit` of the file."""


LIMITS, RESERVED = tuple(LimitsPart.model_fields), tuple(EntryPart.model_fields)
CHECKS, ENVIRONMENTS = "checks", "environments"


@dataclass(frozen=True, slots=True)
class Entry:
    """One check of one resource as `smoke.yaml` writes it."""

    check: str
    label: str = ""
    """The name of the entry, or its number among several."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    skip: str = ""
    """Why it is not made; empty if it is made."""
    time_limit: float | None = None


@dataclass(frozen=True)
class Asked:
    """All of `smoke.yaml` for one environment."""

    time_limit: float = TIME_LIMIT
    total: float = TOTAL_TIME_LIMIT
    entries: Mapping[Key, Mapping[str, tuple[Entry, ...]]] = field(default_factory=dict)
    """By resource, then by check."""

    def of(self, key: Key, check: str) -> tuple[Entry, ...]:
        """The entries of one check of one resource."""
        return self.entries.get(key, {}).get(check, ())


class _Written(NamedTuple):
    """A check under a name or a pattern of names, with its path in the file."""

    node: Node
    trail: ValuePath
    pattern: str


@dataclass
class ChecksReader:
    """Reads the file together with the stack (`reconciler.desired.loader.Reader`)."""

    kinds: Mapping[str, Adapter[Any]]
    asked: Asked = Asked()
    """What the file asks for; complete if the stack has no mistakes."""

    def read(self, around: Surroundings) -> None:
        """Read the file; its mistakes are noted with those of the stack."""
        self.asked = Asked()
        root = around.sources.checks()
        if root is not None:
            self.asked = _File(self.kinds, around).read(root)


@dataclass
class _File:
    kinds: Mapping[str, Adapter[Any]]
    around: Surroundings

    def __post_init__(self) -> None:
        self._references, self._mistakes = self.around.texts.references, self.around.texts.mistakes
        self._written: dict[tuple[str, str, str], _Written] = {}

    def read(self, root: Node) -> Asked:
        """The checks of the chosen environment; every environment is checked for its names."""
        limits = self._limits(root, ENVIRONMENTS)
        self._take(root, ValuePath("", CHECKS))
        environments = self.around.environments
        above = ValuePath("", ENVIRONMENTS)
        for name, node in self._members(root.members.get(ENVIRONMENTS), above, "environments by name"):
            if name not in environments:
                near = self._mistakes.near(name, environments) or f"; there are {listed(environments)}"
                self._mistakes.add(node.key_place, f"no environment named {quoted(name)}{near}", above)
            elif name == self.around.chosen:
                limits |= self._limits(node)
                self._take(node, ValuePath(ValuePath(above, name), CHECKS))
        return Asked(
            limits.get("time_limit", TIME_LIMIT),
            limits.get("total_time_limit", TOTAL_TIME_LIMIT),
            self._entries(),
        )

    def _limits(self, root: Node, *also: str) -> dict[str, Any]:
        """The time limits at the top of the file, or of an environment; a mistake for each key that is not known."""
        known = (*LIMITS, CHECKS, *also)
        if not isinstance(root.value, dict | None):
            self._mistakes.add(root.place, f"expected {listed(known)}, got {a_value(root.value)}")
        for name, node in root.members.items():
            if name in self.kinds:
                self._mistakes.add(node.key_place, f"write {name} under `{CHECKS}:`")
            elif name not in known:
                near = self._mistakes.near(name, known) or f"; the keys are {listed(known)}"
                self._mistakes.add(node.key_place, f"there is no such key{near}", name)
        fields = {name: node for name, node in root.members.items() if name in LIMITS}
        found = self._values(LimitsPart, WrittenFields(fields, root.place, lambda _: ""))
        return {} if found is None else {name: float(value) for name, value in found.items()}

    def _members(self, node: Node | None, trail: ValuePath, what: str) -> list[tuple[str, Node]]:
        """The members of a mapping; a mistake if it is something else."""
        if node is not None and not isinstance(node.value, dict | None):
            self._mistakes.add(node.place, f"expected {what}, got {a_value(node.value)}", trail)
        return list(node.members.items()) if node else []

    def _take(self, root: Node, above: ValuePath) -> None:
        """Take the checks below `checks`; later ones replace earlier ones of the same name."""
        for kind, names in self._members(root.members.get(CHECKS), above, "kinds with their resources"):
            trail = ValuePath(above, kind)
            if kind not in self.kinds:
                near = self._mistakes.near(kind, self.kinds)
                self._mistakes.add(names.key_place, f"no kind named {quoted(kind)} is known{near}", above)
                continue
            for written, checks in self._members(names, trail, "resources by name"):
                self._take_name(kind, written, checks, trail)

    def _take_name(self, kind: str, written: str, checks: Node, above: ValuePath) -> None:
        name = self.around.texts.variables.fill_name(written, checks.key_place)
        known = self._references.names(kind)
        if self._references.leaves_out(Key(kind, name)):
            return
        if not any(_matches(each, name) for each in known) and self._references.complete:
            near = self._mistakes.near(name, known) or (f"; there are {listed(known)}" if known else "")
            said = f"the stack has no {noun_of(kind)} named {quoted(name)}{near}"
            if not self._mistakes.doubted(checks.key_place):
                self._mistakes.add(checks.key_place, said, above)
            return
        trail = ValuePath(above, written)
        of_kind = (EXISTS, *self.kinds[kind].checks)
        for check, node in self._members(checks, trail, "checks by name"):
            if check in of_kind:
                self._written[kind, name, check] = _Written(node, ValuePath(trail, check), name)
            else:
                near = self._mistakes.near(check, of_kind) or f"; its checks are {listed(of_kind)}"
                said = f"a {noun_of(kind)} has no check {quoted(check)}{near}"
                self._mistakes.add(node.key_place, said, trail)

    def _entries(self) -> dict[Key, dict[str, tuple[Entry, ...]]]:
        """The entries of each resource: its own name comes before a pattern, and a later pattern before an earlier one."""
        found: dict[Key, dict[str, tuple[Entry, ...]]] = {}
        own: set[tuple[Key, str]] = set()
        for (kind, pattern, check), written in self._written.items():
            entries = tuple(self._read_check(kind, check, written))
            for name in self._references.names(kind):
                key = Key(kind, name)
                if name != pattern and ((key, check) in own or not _matches(name, pattern)):
                    continue
                if name == pattern:
                    own.add((key, check))
                found.setdefault(key, {})[check] = entries
        return found

    def _read_check(self, kind: str, name: str, written: _Written) -> Iterator[Entry]:
        """The entries of one check: one, or several if it is only made where it is asked for."""
        check = self.kinds[kind].checks.get(name)
        node, trail = written.node, written.trail
        if node.value is None:
            return
        if isinstance(node.value, list) and check and check.only_asked:
            for number, item in enumerate(node.value):
                yield from self._entry(check, name, item, ValuePath(trail, number))
        else:
            yield from self._entry(check, name, node, trail)

    def _entry(self, check: Check | None, name: str, node: Node, trail: ValuePath) -> Iterator[Entry]:
        model = check.settings if check else NoSettings
        if not isinstance(node.value, dict):
            said = "expected its settings, or `skip:` with the reason why it is not made"
            self._mistakes.add(node.place, f"{said}; got {a_value(node.value)}", trail)
            return
        fields = {key: inner for key, inner in node.members.items() if key not in RESERVED}
        beside = {key: inner for key, inner in node.members.items() if key in RESERVED}
        known = (*model.model_fields, *RESERVED)
        values = self._values(model, WrittenFields(fields, node.place, lambda _: str(trail), known))
        common = self._values(EntryPart, WrittenFields(beside, node.place, lambda _: str(trail)))
        if "skip" in beside and fields:
            said = "a check that is skipped has no settings; remove them, or `skip`"
            self._mistakes.add(beside["skip"].key_place, said, trail)
        if values is None or common is None:
            return
        number = f"{trail.step + 1}" if isinstance(trail.step, int) else ""
        limit = common.get("time_limit")
        yield Entry(
            name,
            common.get("name") or number,
            values,
            common.get("skip") or "",
            None if limit is None else float(limit),
        )

    def _values(self, model: type[Part], written: WrittenFields) -> Mapping[str, Any] | None:
        """The values of a structure with their variables filled in; None if there are mistakes."""
        read = self.around.settings.read(model, written)
        part = validate(model, read.values, written, self._mistakes)
        self.around.settings.check(read)
        return None if part is None else read.values


def _matches(name: str, pattern: str) -> bool:
    return name == pattern or fnmatchcase(name, pattern)
