"""Finds where the files of a stack declare a field, and changes it there."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from reconciler.desired.discovery import Sources
from reconciler.desired.files import Folder
from reconciler.desired.for_each import uses_each
from reconciler.desired.header import KEYS, choose, read_header
from reconciler.desired.mistakes import Mistakes
from reconciler.desired.variables import BUILT_IN, NAME, Variables, escaped
from reconciler.editing.merging import KEEP, Edits
from reconciler.editing.rendering import yaml_text
from reconciler.editing.tree import BOM, Entry, Tree, Uneditable, parsed, plain
from reconciler.stack import Key, Place

IGNORE = "ignore"
"""The key of `stack.yaml` with what a report leaves out."""
_USE = re.compile(rf"\$\$\{{|\$\{{({NAME})\}}")


EachChange: TypeAlias = Callable[[Tree, Place, Any, Any], None]
"""Changes the value that a text with `${each...}` at a place stands for."""


class CannotWrite(Exception):
    """Raised for a value that cannot be written into the files, with the reason."""


@dataclass(frozen=True)
class Declared:
    """Where the files declare a resource or a field."""

    path: str
    entry: Entry
    shared: bool = False
    """Whether other resources have the value, too: it is a default of the kind."""


class StackEdits:
    """The changes of the files of one stack, for one of its environments; nothing is written."""

    def __init__(self, directory: Path, environment: str, *, fixed_variables: bool = False) -> None:
        """With `fixed_variables` a value that is a variable is refused instead of changed in `stack.yaml`."""
        mistakes = Mistakes()
        self.folder = Folder(directory)
        sources = Sources(self.folder, mistakes)
        header = read_header(sources.base.get(sources.header), mistakes)
        chosen = choose(header, environment, mistakes)
        mistakes.raise_any()
        self.header, self.environment, self.environments = sources.header, environment, header.environments
        self.variables = chosen.variables if chosen else Variables(None, mistakes)
        self.overlay = sources.overlay_path(environment)
        self.base = [path for path in sources.paths if path in sources.base]
        self.fixed_variables = fixed_variables
        self.edits: dict[str, Edits] = {}
        self.whole: dict[str, str] = {}
        """Texts of files that are written anew, by path."""
        self._trees: dict[str, Tree | None] = {}
        self.changed_variables: set[str] = set()
        """The places of variables that change."""
        self._variables: dict[str, Any] = {}
        self._bodies: dict[str, dict[Key, Declared]] = {}
        self._each: EachChange | None = None

    def results(self) -> dict[str, tuple[bytes, bytes]]:
        """The files that change, by path: their bytes before and after; a file that is new was empty."""
        made = {path: edits.result for path, edits in self.edits.items()} | self.whole
        found = {}
        for path, text in sorted(made.items()):
            before = self._bytes(path)
            start = BOM if before.startswith(BOM) else b""
            if start + text.encode() != before:
                found[path] = before, start + text.encode()
        return found

    def body(self, key: Key, *, overlay: bool = False) -> Declared | None:
        """Where a resource is declared: in the stack's own files, or in the file of the environment."""
        for path in ([self.overlay] if self.overlay else []) if overlay else self.base:
            if path not in self._bodies:
                self._bodies[path] = dict(self._resources(path))
            if key in self._bodies[path]:
                return self._bodies[path][key]
        return None

    def bodies(self, kind: str) -> Iterator[tuple[str, Declared]]:
        """Every resource of a kind, with its name as it is written: those in the file of the environment first."""
        for path in [*([self.overlay] if self.overlay else []), *self.base]:
            tree = self.tree(path)
            for entry in tree.entries if tree else ():
                if entry.name == kind:
                    yield from ((each.name, Declared(path, each)) for each in entry.value.entries)

    def variable(self, name: str) -> Entry | None:
        """Where the value of a variable of this environment is written."""
        return self._in_header("environments", self.environment, "variables", name)

    def field(self, key: Key, name: str) -> Declared | None:
        """Where the value of a field is written that this environment has."""
        for declared in (self.body(key, overlay=True), self.body(key)):
            entry = declared.entry.value.entry(name) if declared else None
            if declared and entry:
                return Declared(declared.path, entry)
        default = self._in_header("defaults", key.kind, name)
        return Declared(self.header, default, shared=True) if default else None

    def change(self, declared: Declared, old: Any, new: Any) -> None:
        """Change a value where it is written, in the file beside for a document that is in one.

        Raises:
            CannotWrite: it cannot be written there.
        """
        beside = self.beside(declared.entry.value)
        if beside is None:
            self._edits(declared.path).change(declared.entry, old, new)
            return
        place = self.place(declared.path, beside.value)
        self.change_file(self.variables.fill_name(str(beside.value.value), place), old, new)

    @staticmethod
    def beside(tree: Tree) -> Entry | None:
        """The member that names the file of a value; None if the value is written here."""
        return tree.entry("file") if [each.name for each in tree.entries] == ["file"] else None

    def change_file(self, path: str, old: Any, new: Any) -> None:
        """Change a document that is a file of its own.

        Raises:
            CannotWrite: it cannot be written there.
        """
        try:
            root = self.tree(path)
        except Uneditable:
            root = None  # escapes that only JSON has
        if root is None:
            self.whole[path] = json.dumps(new, indent=2, ensure_ascii=False) + "\n"
        else:
            self._edits(path).change(Entry(None, root), old, new)

    @contextmanager
    def each_by(self, change: EachChange) -> Iterator[None]:
        """A context in which texts with `${each...}` are changed by this function."""
        self._each = change
        try:
            yield
        finally:
            self._each = None

    def add_field(self, key: Key, name: str, value: Any, order: tuple[str, ...]) -> None:
        """Add a field to a resource of the stack's own files, at its place in this order.

        Raises:
            CannotWrite: the resource is not declared there.
        """
        declared = self.body(key) or self.body(key, overlay=True)
        if declared is None:
            raise CannotWrite(f"{key} is not in the files")
        tree, edits = declared.entry.value, self._edits(declared.path)
        if not tree.entries:
            edits.change(declared.entry, None, {name: value})
            return
        before = [each for each in order[: order.index(name)] if tree.entry(each)]
        edits.add(tree, name, value, before[-1] if before else tree.entries[0].name)

    def drop_field(self, key: Key, name: str) -> None:
        """Remove a field from a resource; without it, it is not managed."""
        for declared in (self.body(key, overlay=True), self.body(key)):
            entry = declared.entry.value.entry(name) if declared else None
            if declared is None or entry is None:
                continue
            if len(declared.entry.value.entries) == 1:
                self._edits(declared.path).change(declared.entry, {name: None}, {})
            else:
                self._edits(declared.path).remove(declared.entry.value, [name])

    def add_resources(self, kind: str, bodies: Mapping[str, Any], path: str) -> None:
        """Add resources of one kind to the file that has the kind already, or else to this one.

        Raises:
            Uneditable: the file cannot be changed in place.
        """
        named = {escaped(name): body for name, body in sorted(bodies.items())}
        for each in dict.fromkeys((path, *self.base)):
            tree = self.tree(each)
            entry = tree.entry(kind) if tree else None
            if entry is not None:
                self._add_names(each, entry, named)
                return
        tree = self.tree(path)
        if tree is None:
            self.whole[path] = self.text(path) + yaml_text({kind: named})
        else:
            self._edits(path).add(tree, kind, named, None)

    def add_ignored(self, entries: Sequence[Mapping[str, str]]) -> None:
        """Add entries at the end of `ignore` in `stack.yaml`.

        Raises:
            Uneditable: the file cannot be changed in place.
        """
        tree, edits, new = self.tree(self.header), self._edits(self.header), [dict(each) for each in entries]
        entry = tree.entry(IGNORE) if tree else None
        if entry is not None:
            old = plain(entry.value)
            edits.change(entry, old, [*(old or ()), *new])
        elif tree:
            before = [each for each in KEYS[: KEYS.index(IGNORE)] if tree.entry(each)]
            edits.add(tree, IGNORE, new, before[-1] if before else None)

    def place(self, path: str, tree: Tree) -> Place:
        """The place of a value."""
        text = self.text(path)[: tree.start]
        return Place(path, text.count("\n") + 1, len(text) - text.rfind("\n"))

    def tree(self, path: str) -> Tree | None:
        """The value of a file; None if it is empty or does not exist.

        Raises:
            Uneditable: it cannot be changed in place.
        """
        if path not in self._trees:
            self._trees[path] = parsed(self.text(path))
        return self._trees[path]

    def text(self, path: str) -> str:
        """The text of a file before the changes; empty if it does not exist."""
        return self._bytes(path).decode("utf-8-sig")

    def _bytes(self, path: str) -> bytes:
        return self.folder.content(path) if (self.folder.directory / path).is_file() else b""

    def _resources(self, path: str) -> Iterator[tuple[Key, Declared]]:
        tree = self.tree(path)
        for kind in tree.entries if tree else ():
            for entry in kind.value.entries:
                name = self.variables.fill_name(entry.name, Place(path, 1, 1))
                yield Key(kind.name, name), Declared(path, entry)

    def _edits(self, path: str) -> Edits:
        if path not in self.edits:
            rewrite = self._rewriting(path)
            self.edits[path] = Edits(self.text(path), path.lower().endswith(".json"), rewrite)
        return self.edits[path]

    def _add_names(self, path: str, kind: Entry, bodies: Mapping[str, Any]) -> None:
        """Add resources below their kind: in the order of the alphabet if the others are in it, otherwise at the end."""
        tree, edits = kind.value, self._edits(path)
        if not tree.entries:
            edits.change(kind, None, dict(bodies))
            return
        names = [each.name for each in tree.entries]
        for name, body in bodies.items():
            before = [each for each in names if each < name] if names == sorted(names) else names
            if before:
                edits.add(tree, name, body, before[-1])
            else:
                edits.add_first(kind, name, body)

    def _rewriting(self, path: str) -> Callable[[Tree, Any, Any], Any]:
        """How scalars of a file change that hold variables."""

        def rewrite(tree: Tree, old: Any, new: Any) -> Any:
            raw = tree.value
            if self._each is not None and isinstance(raw, str) and uses_each(raw):
                self._each(tree, self.place(path, tree), old, new)
                return KEEP
            if not isinstance(raw, str) or not any(use[1] for use in _USE.finditer(raw)):
                return new
            whole = _USE.fullmatch(raw)
            if whole and whole[1]:
                self._set_variable(whole[1], new, self.place(path, tree))
                return KEEP
            return self._within(raw, new, self.place(path, tree))

        return rewrite

    def _in_header(self, *steps: str) -> Entry | None:
        """A member of `stack.yaml`."""
        tree, entry = self.tree(self.header), None
        for step in steps:
            entry = tree.entry(step) if tree else None
            tree = entry.value if entry else None
        return entry

    def _within(self, raw: str, new: Any, place: Place) -> str:
        """A text with its variables, if what lives still has their values in the same order."""
        uses = [use for use in _USE.finditer(raw) if use[1] and self.variables.knows(use[1])]
        parts, at = [], 0
        for use in uses:
            value = self.variables.fill_name(use[0], place)
            found = new.find(value, at) if isinstance(new, str) else -1
            if found < 0 or not value:
                raise CannotWrite(
                    f"{place}: the text has the variable {use[0]}, and the live text does not have its value; change the text by hand"
                )
            parts += [new[at:found], use[0]]
            at = found + len(value)
        return "".join((*parts, new[at:]))

    def _set_variable(self, name: str, new: Any, place: Place) -> None:
        """Change the value of a variable in `stack.yaml`."""
        if name in BUILT_IN or self.fixed_variables:
            said = "built-in variable" if name in BUILT_IN else "variable"
            raise CannotWrite(f"{place}: the value is the {said} ${{{name}}}; write the value itself here")
        if not isinstance(new, str | int | float | bool):
            raise CannotWrite(f"{place}: the variable ${{{name}}} cannot be {json.dumps(new)}; write it here")
        entry = self.variable(name)
        if entry is None:
            raise CannotWrite(f"{place}: the variable ${{{name}}} is not in {self.header}")
        there = self.place(self.header, entry.value)
        if name in self._variables:
            if self._variables[name] != new:
                raise CannotWrite(
                    f"{there}: the variable ${{{name}}} cannot be both {json.dumps(self._variables[name])} and {json.dumps(new)}"
                )
            return
        self._variables[name] = new
        self.changed_variables.add(str(there))
        raw = entry.value.value
        if isinstance(raw, str) and "${" in raw:
            raise CannotWrite(
                f"{there}: the variable ${{{name}}} contains other variables; change it by hand"
            )
        self._edits(self.header).change(entry, raw, new)
