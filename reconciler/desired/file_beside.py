"""Reads a file beside desired state that says something of resources, by kind and name: `smoke.yaml`, `cost.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from reconciler.appearance import noun_of
from reconciler.contract import Adapter
from reconciler.desired.mistakes import ValuePath
from reconciler.desired.nodes import Node
from reconciler.desired.phrases import a_value, listed, quoted
from reconciler.desired.surroundings import Surroundings
from reconciler.desired.validation import WrittenFields, validate
from reconciler.model import Part
from reconciler.stack import Key

ENVIRONMENTS = "environments"


class OfName(NamedTuple):
    """What the file says of the resources of a name, or of a pattern of names."""

    kind: str
    pattern: str
    node: Node
    trail: ValuePath


@dataclass
class FileBeside:
    """One such file: what is below `key`, and below the same key of each environment."""

    kinds: Mapping[str, Adapter[Any]]
    around: Surroundings
    key: str

    def __post_init__(self) -> None:
        self._references, self._mistakes = self.around.texts.references, self.around.texts.mistakes

    def check_keys(self, node: Node, known: tuple[str, ...]) -> None:
        """Note a mistake for each key, at the top or of an environment, that is not known."""
        if not isinstance(node.value, dict | None):
            self._mistakes.add(node.place, f"expected {listed(known)}, got {a_value(node.value)}")
        for name, inner in node.members.items():
            if name in self.kinds:
                self._mistakes.add(inner.key_place, f"write {name} under `{self.key}:`")
            elif name not in known:
                near = self._mistakes.near(name, known) or f"; the keys are {listed(known)}"
                self._mistakes.add(inner.key_place, f"there is no such key{near}", name)

    def of_environment(self, root: Node) -> Iterator[tuple[Node, ValuePath]]:
        """The part of the chosen environment; a mistake for each environment that the stack does not have."""
        environments = self.around.environments
        above = ValuePath("", ENVIRONMENTS)
        for name, node in self.members(root.members.get(ENVIRONMENTS), above, "environments by name"):
            if name not in environments:
                near = self._mistakes.near(name, environments) or f"; there are {listed(environments)}"
                self._mistakes.add(node.key_place, f"no environment named {quoted(name)}{near}", above)
            elif name == self.around.chosen:
                yield node, ValuePath(above, name)

    def named(self, root: Node, above: ValuePath) -> Iterator[OfName]:
        """What is below the key, by kind and name; a mistake for kinds and names that there are not."""
        for kind, names in self.members(root.members.get(self.key), above, "kinds with their resources"):
            trail = ValuePath(above, kind)
            if kind not in self.kinds:
                near = self._mistakes.near(kind, self.kinds)
                self._mistakes.add(names.key_place, f"no kind named {quoted(kind)} is known{near}", above)
                continue
            for written, node in self.members(names, trail, "resources by name"):
                name = self.around.texts.variables.fill_name(written, node.key_place)
                if self._is_known(kind, name, node, trail):
                    yield OfName(kind, name, node, ValuePath(trail, written))

    def _is_known(self, kind: str, name: str, node: Node, trail: ValuePath) -> bool:
        """Whether the stack has a resource of this name; a mistake if it has not."""
        known = self._references.names(kind)
        if self._references.leaves_out(Key(kind, name)):
            return False
        if any(matches(each, name) for each in known) or not self._references.complete:
            return True
        near = self._mistakes.near(name, known) or (f"; there are {listed(known)}" if known else "")
        said = f"the stack has no {noun_of(kind)} named {quoted(name)}{near}"
        if not self._mistakes.doubted(node.key_place):
            self._mistakes.add(node.key_place, said, trail)
        return False

    def members(self, node: Node | None, trail: ValuePath, what: str) -> list[tuple[str, Node]]:
        """The members of a mapping; a mistake if it is something else."""
        if node is not None and not isinstance(node.value, dict | None):
            self._mistakes.add(node.place, f"expected {what}, got {a_value(node.value)}", trail)
        return list(node.members.items()) if node else []

    def values(self, model: type[Part], written: WrittenFields) -> Mapping[str, Any] | None:
        """The values of a structure with their variables filled in; None if there are mistakes."""
        read = self.around.settings.read(model, written)
        part = validate(model, read.values, written, self._mistakes)
        self.around.settings.check(read)
        return None if part is None else read.values


def matches(name: str, pattern: str) -> bool:
    """Whether a name is this one, or matches it as a pattern with `*` and `?`."""
    return name == pattern or fnmatchcase(name, pattern)
