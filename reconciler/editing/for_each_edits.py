"""Changes a value that `for_each` gives one of its resources: in the item that it comes from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.desired.for_each import FIELD
from reconciler.desired.phrases import quoted
from reconciler.editing.stack_edits import CannotWrite, Declared, StackEdits
from reconciler.editing.tree import Entry, Tree
from reconciler.stack import Key, Place

USE = re.compile(r"\$\$\{|\$\{each\.([^${}]*)\}")


@dataclass(frozen=True)
class Made:
    """A resource that `for_each` makes."""

    key: Key
    written: str
    """Its name as the files write it, with `${each.key}` in it."""
    bodies: tuple[Declared, ...]
    """Where it is declared: in the file of the environment first."""
    path: str
    """The file that has the items."""
    item: Entry
    """Its item: a member of a mapping, or an item of a list."""
    variable: str = ""
    """The variable that has the items; empty if they are written below `for_each`."""


class ForEachEdits:
    """The changes of resources of one stack that `for_each` makes."""

    def __init__(self, edits: StackEdits) -> None:
        self.edits = edits
        self._changed: dict[tuple[str, int], Any] = {}
        self.places: set[str] = set()
        """The places of items that change."""

    def made(self, key: Key) -> Made | None:
        """How `for_each` makes a resource; None if none does."""
        bodies: dict[str, list[Declared]] = {}
        for name, declared in self.edits.bodies(key.kind):
            if any(use[1] is not None for use in USE.finditer(name)):
                bodies.setdefault(name, []).append(declared)
        for name, found in bodies.items():
            given = next((each for each in found if each.entry.value.entry(FIELD)), None)
            items = self._items(given) if given else None
            for item in items[1].entries if items else ():
                if (
                    items
                    and self.with_item(name, item, self.edits.place(found[0].path, found[0].entry.value))
                    == key.name
                ):
                    return Made(key, name, tuple(found), items[0], item, items[2])
        return None

    def change(self, made: Made, field: str, old: Any, new: Any) -> None:
        """Change the value of a field in the item that it comes from.

        Raises:
            CannotWrite: other resources have the value as well.
        """
        _Change(self, made, field).whole(old, new)

    def change_item(self, made: Made, entry: Entry, old: Any, new: Any) -> None:
        """Change a value of an item.

        Raises:
            CannotWrite: it cannot be changed there.
        """
        place = self.edits.place(made.path, entry.value)
        if made.variable and self.edits.fixed_variables:
            raise CannotWrite(
                f"{place}: the value is in the variable ${{{made.variable}}}; change it by hand"
            )
        if self._changed.setdefault((made.path, entry.value.start), new) != new:
            raise CannotWrite(
                f"{place}: two fields have this value of `for_each`, and differ now; change them by hand"
            )
        if str(place) not in self.places:
            self.places.add(str(place))
            self.edits.change(Declared(made.path, entry), old, new)

    def _items(self, given: Declared) -> tuple[str, Tree, str] | None:
        """The file, the items themselves, and the variable that has them."""
        entry = given.entry.value.entry(FIELD)
        tree = entry.value if entry else None
        if tree is None or tree.form != "scalar":
            return (given.path, tree, "") if tree else None
        name = str(tree.value).removeprefix("${").removesuffix("}")
        there = self.edits.variable(name)
        return (self.edits.header, there.value, name) if there else None

    def with_item(self, text: str, item: Entry, place: Place) -> str:
        """A text with the values of an item, and with its variables."""
        fill = self.edits.variables.fill_name
        key = fill(item.name if item.key else str(item.value.value), place)

        def value(use: re.Match[str]) -> str:
            if use[1] is None:
                return use[0]
            entry: Entry | None = item
            first, *steps = use[1].split(".")
            if first == "key":
                return key
            for step in steps:
                entry = entry.value.entry(step) if entry else None
            return fill(str(entry.value.value), place) if entry else use[0]

        return fill(USE.sub(value, text), place)


class _Change:
    """The change of one field of one resource."""

    def __init__(self, parent: ForEachEdits, made: Made, field: str) -> None:
        self._parent, self._edits, self._made, self._field = parent, parent.edits, made, field

    def whole(self, old: Any, new: Any) -> None:
        """Change the field."""
        made, edits = self._made, self._edits
        written = ((each.path, each.entry.value.entry(self._field)) for each in made.bodies)
        path, entry = next(((path, each) for path, each in written if each), ("", None))
        if entry is None:
            raise self._shared(edits.place(made.bodies[0].path, made.bodies[0].entry.value))
        beside = edits.beside(entry.value)
        if beside is None:
            self._within(path, entry.value, old, new)
            return
        file = self._parent.with_item(str(beside.value.value), made.item, edits.place(path, beside.value))
        with edits.each_by(self._use):
            edits.change_file(file, old, new)

    def _within(self, path: str, tree: Tree, old: Any, new: Any) -> None:
        """Change what differs within a value that the resource writes."""
        if old == new and repr(old) == repr(new):
            return
        raw, place = tree.value, self._edits.place(path, tree)
        if tree.form == "scalar" and isinstance(raw, str) and USE.fullmatch(raw):
            self._use(tree, place, old, new)
            return
        pairs = _pairs(tree, old, new)
        if pairs is None:
            raise self._shared(place)
        for inner, before, after in pairs:
            self._within(path, inner, before, after)

    def _use(self, tree: Tree, place: Place, old: Any, new: Any) -> None:
        """Change the value that `${each...}` stands for."""
        use, item = USE.fullmatch(str(tree.value)), self._made.item
        first, *steps = (use[1] or "").split(".") if use else [""]
        entry: Entry | None = item if first == "value" and item.key else None
        for step in steps:
            entry = entry.value.entry(step) if entry else None
        if entry is None:
            raise self._shared(place)
        self._parent.change_item(self._made, entry, old, new)

    def _shared(self, place: Place) -> CannotWrite:
        """The error for a value that is not one of the item, with what to do about it."""
        made, edits = self._made, self._edits
        file = edits.overlay or f"environments/{edits.environment}.yaml"
        return CannotWrite(
            f"{place}: `{made.written}` makes several resources, and this is not the value of one item; write "
            f"`{self._field}` below {quoted(made.key.name)} in {file}"
        )


def _pairs(tree: Tree, old: Any, new: Any) -> Iterator[tuple[Tree, Any, Any]] | None:
    """The inner values of a mapping or a list whose form stays; None if they cannot be compared one by one."""
    is_map = tree.form == "map" and isinstance(old, Mapping) and isinstance(new, Mapping)
    if is_map and old.keys() == new.keys() and all(tree.entry(name) for name in old):
        return ((each.value, old[each.name], new[each.name]) for each in tree.entries if each.name in old)
    is_list = tree.form == "list" and isinstance(old, list) and isinstance(new, list)
    if is_list and len(old) == len(new) == len(tree.entries):
        return ((each.value, *pair) for each, *pair in zip(tree.entries, old, new, strict=True))
    return None
