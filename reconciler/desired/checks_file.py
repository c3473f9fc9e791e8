"""Reads `smoke.yaml`: what `reconciler smoke` checks besides the checks that come with each kind, and what it leaves out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from reconciler.appearance import noun_of
from reconciler.contract import EXISTS, Adapter, Check
from reconciler.contract.checks import NoSettings
from reconciler.desired.file_beside import ENVIRONMENTS, FileBeside, matches
from reconciler.desired.mistakes import ValuePath
from reconciler.desired.nodes import Node
from reconciler.desired.phrases import a_value, listed, quoted
from reconciler.desired.surroundings import Surroundings
from reconciler.desired.validation import WrittenFields
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
CHECKS = "checks"


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
        root = around.sources.beside("smoke")
        if root is not None:
            self.asked = _File(self.kinds, around, CHECKS).read(root)


@dataclass
class _File(FileBeside):
    def __post_init__(self) -> None:
        super().__post_init__()
        self._written: dict[tuple[str, str, str], _Written] = {}

    def read(self, root: Node) -> Asked:
        """The checks of the chosen environment; every environment is checked for its names."""
        limits = self._limits(root, ENVIRONMENTS)
        self._take(root, ValuePath("", CHECKS))
        for node, trail in self.of_environment(root):
            limits |= self._limits(node)
            self._take(node, ValuePath(trail, CHECKS))
        return Asked(
            limits.get("time_limit", TIME_LIMIT),
            limits.get("total_time_limit", TOTAL_TIME_LIMIT),
            self._entries(),
        )

    def _limits(self, root: Node, *also: str) -> dict[str, Any]:
        """The time limits at the top of the file, or of an environment; a mistake for each key that is not known."""
        self.check_keys(root, (*LIMITS, CHECKS, *also))
        fields = {name: node for name, node in root.members.items() if name in LIMITS}
        found = self.values(LimitsPart, WrittenFields(fields, root.place, lambda _: ""))
        return {} if found is None else {name: float(value) for name, value in found.items()}

    def _take(self, root: Node, above: ValuePath) -> None:
        """Take the checks below `checks`; later ones replace earlier ones of the same name."""
        for each in self.named(root, above):
            of_kind = (EXISTS, *self.kinds[each.kind].checks)
            for check, node in self.members(each.node, each.trail, "checks by name"):
                if check in of_kind:
                    written = _Written(node, ValuePath(each.trail, check), each.pattern)
                    self._written[each.kind, each.pattern, check] = written
                else:
                    near = self._mistakes.near(check, of_kind) or f"; its checks are {listed(of_kind)}"
                    said = f"a {noun_of(each.kind)} has no check {quoted(check)}{near}"
                    self._mistakes.add(node.key_place, said, each.trail)

    def _entries(self) -> dict[Key, dict[str, tuple[Entry, ...]]]:
        """The entries of each resource: its own name comes before a pattern, and a later pattern before an earlier one."""
        found: dict[Key, dict[str, tuple[Entry, ...]]] = {}
        own: set[tuple[Key, str]] = set()
        for (kind, pattern, check), written in self._written.items():
            entries = tuple(self._read_check(kind, check, written))
            for name in self._references.names(kind):
                key = Key(kind, name)
                if name != pattern and ((key, check) in own or not matches(name, pattern)):
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
        values = self.values(model, WrittenFields(fields, node.place, lambda _: str(trail), known))
        common = self.values(EntryPart, WrittenFields(beside, node.place, lambda _: str(trail)))
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
