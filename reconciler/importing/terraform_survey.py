"""Puts the resources of a Terraform state together as if AWS had shown them, so that an export can write them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reconciler.contract import Adapter, Sighting
from reconciler.errors import Unreadable
from reconciler.exporting.survey import Survey
from reconciler.field_schema import fields_of
from reconciler.forms import resource_name_problem
from reconciler.importing.members import members_of
from reconciler.importing.terraform_state import StateResource
from reconciler.planning.observed import observed_of
from reconciler.stack import Key
from reconciler.terraform import Attributes, TerraformPart, TerraformType, only

PARENT_IN = "instance_id"
"""The attribute with the id of the resource that a resource lives in."""


class SeveralParents(LookupError):
    """Raised if a state has several resources in which others live; `names` are those."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = sorted(names)


class NoParent(LookupError):
    """Raised if a state has resources that live in another one, and not that one."""


@dataclass(frozen=True)
class _Known:
    """What the kinds declare, by type of Terraform."""

    kinds: dict[str, tuple[Adapter[Any], TerraformType]] = field(default_factory=dict)
    parts: dict[str, tuple[Adapter[Any], TerraformPart]] = field(default_factory=dict)

    @classmethod
    def of(cls, kinds: Mapping[str, Adapter[Any]]) -> "_Known":
        known = cls()
        for adapter in kinds.values():
            if adapter.terraform:
                known.kinds[adapter.terraform.type] = (adapter, adapter.terraform)
                known.parts.update((part.type, (adapter, part)) for part in adapter.terraform.parts)
        return known


def survey_of(
    resources: Sequence[StateResource],
    kinds: Mapping[str, Adapter[Any]],
    mark: str,
    chosen: str | None = None,
) -> Survey:
    """What a state has: the resources that become files, and those that are only referred to.

    `mark` is the `STACK/ENVIRONMENT` of the files. `chosen` is the name of the resource in which others live: one of those
    that the state has, or any name if it has none.

    Raises:
        SeveralParents: the state has several such resources, and none is chosen, or one that it does not have.
        NoParent: the state has none, and none is chosen.
    """
    return _Import(kinds, _Known.of(kinds), Survey(None, mark)).survey(resources, chosen)


@dataclass
class _Import:
    kinds: Mapping[str, Adapter[Any]]
    known: _Known
    found: Survey
    attributes: dict[Key, Attributes] = field(default_factory=dict)
    """The attributes of the resources that become files."""
    addresses: dict[Key, str] = field(default_factory=dict)
    """Their addresses in Terraform."""

    def survey(self, resources: Sequence[StateResource], chosen: str | None) -> Survey:
        kinds = {parent for adapter, _ in self.known.kinds.values() if (parent := adapter.parent)}
        parents = [each for each in resources if self._kind_of(each) in kinds]
        root = self._root(parents, chosen) if parents else None
        if root is None:
            self._absent_root(resources, chosen)
        inside = [each for each in resources if self._is_in(root, each)]
        for each in sorted(inside, key=lambda one: (one.is_data, one.address)):
            self._name(each)
        self._add_parts(inside)
        self._observe()
        for each in resources:
            if not each.is_data and each.type not in self.known.kinds.keys() | self.known.parts.keys():
                self.found.left_out[each.address] = "import-terraform does not read this type"
        return self.found

    def _kind_of(self, resource: StateResource) -> str | None:
        adapter, _ = self.known.kinds.get(resource.type, (None, None))
        return adapter.kind if adapter else None

    def _root(self, parents: Sequence[StateResource], chosen: str | None) -> StateResource:
        """The resource in which the others live."""
        named = {self._name_of(each): each for each in sorted(parents, key=lambda one: not one.is_data)}
        if chosen is not None and chosen not in named:
            raise SeveralParents(named)
        if chosen is None and len({str(each.values.get("id")) for each in parents}) > 1:
            raise SeveralParents(named)
        root = named[chosen] if chosen is not None else next(iter(named.values()))
        self.found.root = Key(self._kind_of(root) or "", self._name_of(root))
        return root

    def _absent_root(self, resources: Sequence[StateResource], chosen: str | None) -> None:
        """Refer to the resource in which the others live, which another state has."""
        inner = [
            (adapter.parent, each)
            for each in resources
            if each.type in self.known.kinds and (adapter := self.known.kinds[each.type][0]).parent
        ]
        if not inner:
            return
        if chosen is None:
            raise NoParent
        parent, first = inner[0]
        self.found.root = Key(parent, chosen)
        identity = str(first.values.get(PARENT_IN))
        before, found, _ = str(first.values.get("arn")).partition(f"{identity}/")
        arn = f"{before}{identity}" if found else identity
        self.found.sightings[self.found.root] = Sighting(chosen, {"Id": identity}, arn, tags={})
        self.found.world.remember(self.found.root, self.found.sightings[self.found.root])

    def _is_in(self, root: StateResource | None, resource: StateResource) -> bool:
        """Whether it lives in the chosen resource, or is that; others are listed."""
        adapter, _ = (
            self.known.kinds.get(resource.type) or self.known.parts.get(resource.type) or (None, None)
        )
        if adapter is None:
            return False
        if root is None or resource.address == root.address:
            return True
        parent = resource.values.get("id" if resource.type == root.type else PARENT_IN)
        if parent in (None, root.values.get("id")):
            return True
        if not resource.is_data:
            self.found.left_out[resource.address] = "it belongs to another instance"
        return False

    def _name_of(self, resource: StateResource) -> str:
        _, of = self.known.kinds[resource.type]
        name = resource.values.get(of.name_in) if of.name_in else None
        return str(name or resource.label)

    def _name(self, resource: StateResource) -> None:
        """Give a resource its name in the files; data sources are known by it, and nothing else."""
        if resource.type not in self.known.kinds:
            return
        adapter, of = self.known.kinds[resource.type]
        key = Key(adapter.kind, self._name_of(resource))
        identity, arn = resource.values.get(of.id_in), resource.values.get("arn")
        if not isinstance(identity, str) or not identity:
            self.found.left_out[resource.address] = f"the state has no {of.id_in} of it; is it applied?"
            return
        problem = resource_name_problem(key.name)
        if problem:
            self.found.left_out[resource.address] = f"its name {problem}; rename it in AWS"
            return
        if key in self.found.sightings:
            if not resource.is_data and self.found.sightings[key].id != identity:
                self.found.left_out[resource.address] = f"another resource has the same name, {key.name}"
            return
        tags = resource.values.get("tags_all") or resource.values.get("tags")
        tags = {str(tag): str(value) for tag, value in only(tags).items()}
        sighting = Sighting(key.name, {"Id": identity}, str(arn or identity), tags=tags)
        self.found.sightings[key] = sighting
        self.found.world.remember(key, sighting)
        if not resource.is_data:
            self.addresses[key] = resource.address
            with self._understanding(key, resource.address):
                self.attributes[key] = of.settings(resource.values)

    @contextmanager
    def _understanding(self, key: Key, address: str) -> Iterator[None]:
        """Leave out a resource whose attributes do not have the form that the provider documents."""
        try:
            yield
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, Unreadable):
            self.attributes.pop(key, None)
            self.found.left_out[address] = "its attributes do not have the form that the provider documents"

    def _add_parts(self, resources: Iterable[StateResource]) -> None:
        """Add the resources that are settings of others."""
        keys = {
            (key.kind, identity): key
            for key, each in self.found.sightings.items()
            for identity in (each.id, each.arn)
        }
        parts: dict[tuple[Key, str], list[StateResource]] = defaultdict(list)
        for each in sorted(resources, key=lambda one: one.address):
            if each.type in self.known.parts and not each.is_data:
                adapter, part = self.known.parts[each.type]
                key = keys.get((adapter.kind, str(each.values.get(part.owner_in))))
                if key is None or key not in self.attributes:
                    self.found.left_out[each.address] = "the resource that it belongs to is not in the state"
                else:
                    parts[key, each.type].append(each)
        for (key, type_), of_one in parts.items():
            _, part = self.known.parts[type_]
            if key in self.attributes:
                with self._understanding(key, of_one[0].address):
                    more = part.settings([each.values for each in of_one])
                    self.attributes[key] = {**self.attributes[key], **more}

    def _observe(self) -> None:
        for key, attributes in list(self.attributes.items()):
            adapter = self.kinds[key.kind]
            sighting, shapes = self.found.sightings[key], dict(_managed(adapter))
            with self._understanding(key, self.addresses[key]):
                members = members_of(shapes, attributes)
                self.found.observed[key] = observed_of(
                    self.found.mark or "", self.found.world, sighting, shapes, members
                )


def _managed(adapter: Adapter[Any]) -> Iterator[tuple[str, Any]]:
    """The fields that a state can show: no secrets, tags, or the resource that it lives in."""
    parent = (adapter.parent or "").rpartition(".")[2]
    for name, shape in fields_of(adapter.model).items():
        if name not in {"tags", parent} and not shape.secret:
            yield name, shape
