"""Reads `cost.yaml`: the volumes a month of the resources of a stack, for `reconciler cost`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.appearance import noun_of
from reconciler.contract import Adapter, NoVolumes
from reconciler.desired.file_beside import ENVIRONMENTS, FileBeside, OfName, matches
from reconciler.desired.mistakes import ValuePath
from reconciler.desired.nodes import Node
from reconciler.desired.phrases import a_value
from reconciler.desired.surroundings import Surroundings
from reconciler.desired.validation import WrittenFields
from reconciler.model import Settings
from reconciler.stack import Key

VOLUMES = "volumes"
Volumes = Mapping[Key, Settings]
"""By resource: its volumes a month."""


@dataclass
class VolumesReader:
    """Reads the file together with the stack (`reconciler.desired.loader.Reader`)."""

    kinds: Mapping[str, Adapter[Any]]
    volumes: Volumes = field(default_factory=dict)
    """What the file gives; complete if the stack has no mistakes."""

    def read(self, around: Surroundings) -> None:
        """Read the file; its mistakes are noted with those of the stack."""
        self.volumes = {}
        root = around.sources.beside("cost")
        if root is not None:
            self.volumes = _File(self.kinds, around, VOLUMES).read(root)


@dataclass
class _File(FileBeside):
    def __post_init__(self) -> None:
        super().__post_init__()
        self._written: list[tuple[OfName, Settings]] = []

    def read(self, root: Node) -> Volumes:
        """The volumes for the chosen environment; every environment is checked for its name."""
        self.check_keys(root, (VOLUMES, ENVIRONMENTS))
        self._take(root, ValuePath("", VOLUMES))
        for node, trail in self.of_environment(root):
            self.check_keys(node, (VOLUMES,))
            self._take(node, ValuePath(trail, VOLUMES))
        return self._by_resource()

    def _take(self, root: Node, above: ValuePath) -> None:
        """Take the volumes below `volumes`."""
        for each in self.named(root, above):
            costs = self.kinds[each.kind].costs
            if costs is None or costs.volumes is NoVolumes:
                said = f"nothing that AWS charges for a {noun_of(each.kind)} depends on a volume; remove it"
                self._mistakes.add(each.node.key_place, said, each.trail)
            elif not isinstance(each.node.value, dict):
                said = f"expected its volumes a month, got {a_value(each.node.value)}"
                self._mistakes.add(each.node.place, said, each.trail)
            else:
                values = self.values(costs.volumes, _fields(each))
                if values is not None:
                    self._written.append((each, values))

    def _by_resource(self) -> Volumes:
        """The volumes of each resource: those of its own name come before those of a pattern, and later ones before earlier ones."""
        found: dict[Key, dict[str, Any]] = {}
        for own in (False, True):
            for each, values in self._written:
                for name in self._references.names(each.kind):
                    if (name == each.pattern) == own and matches(name, each.pattern):
                        found.setdefault(Key(each.kind, name), {}).update(values)
        return {
            key: {name: value for name, value in values.items() if value is not None}
            for key, values in found.items()
        }


def _fields(each: OfName) -> WrittenFields:
    """The volumes that the file writes for a name."""
    return WrittenFields(dict(each.node.members), each.node.place, lambda _: str(each.trail))
