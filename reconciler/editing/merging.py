"""Writes a changed value into YAML or JSON text: only the lines that have to change are different afterwards."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from reconciler.editing.aligning import aligned
from reconciler.editing.rendering import entry_lines, inline, item_lines, scalar
from reconciler.editing.tree import Entry, Tree, line_end, line_start

Rewrite: TypeAlias = Callable[[Tree, Any, Any], Any]
"""Returns the value to write for a scalar that changes from one value to another, or `KEEP`; it may raise an error."""


KEEP = object()
"""Stands for a scalar that stays as it is written."""
ENDS = {"|": True, "|-": False}
"""By header of a text in a block: whether it ends with a line break."""


def as_it_is(_tree: Tree, _old: Any, new: Any) -> Any:
    """The new value itself."""
    return new


@dataclass
class Edits:
    """Changes of one text, all of them at positions of the text before."""

    text: str
    json: bool = False
    """Whether the text is JSON: then every text has double quotes."""
    rewrite: Rewrite = as_it_is
    _found: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def result(self) -> str:
        """The text with all changes."""
        parts, at = [], 0
        for start, end, new in sorted(self._found, key=lambda edit: edit[:2]):
            parts += [self.text[at:start], new]
            at = max(at, end)
        made = "".join((*parts, self.text[at:]))
        return re.sub("\r?\n", "\r\n", made) if "\r\n" in self.text else made

    def change(self, entry: Entry, old: Any, new: Any) -> None:
        """Change the value of a member from `old`, which it has now, to `new`."""
        tree = entry.value
        if _same(old, new):
            return
        if (
            tree.form == "map"
            and isinstance(old, Mapping)
            and isinstance(new, Mapping)
            and new
            and tree.entries
        ):
            self._map(tree, old, new)
        elif tree.form == "list" and isinstance(old, list) and isinstance(new, list) and new and tree.entries:
            self._list(entry, old, new)
        elif tree.form == "scalar" and not isinstance(new, Mapping | list):
            written = self.rewrite(tree, old, new)
            if written is not KEEP:
                self._scalar(entry, written)
        else:
            self._replace(entry, new)

    def add(self, tree: Tree, name: str, value: Any, after: str | None) -> None:
        """Add a member to a mapping that has members, after another member, or at its end."""
        entry = (tree.entry(after) if after is not None else None) or tree.entries[-1]
        if tree.flow:
            self._put(entry.end, entry.end, self._between(tree) + self._member(name, value, tree))
        else:
            lines = entry_lines(name, value, self._indent(tree.start))
            self._put_lines(line_end(self.text, entry.end), lines)

    def add_first(self, owner: Entry, name: str, value: Any) -> None:
        """Add a member before all others of the mapping that is this member's value, and before the comment of the first one."""
        tree = owner.value
        start = tree.entries[0].start
        if tree.flow or owner.key is None:
            self._put(start, start, self._member(name, value, tree) + self._between(tree))
        else:
            lines = entry_lines(name, value, self._indent(tree.start))
            self._put_lines(line_end(self.text, owner.key.end), lines)

    def remove(self, tree: Tree, names: Sequence[str]) -> None:
        """Remove some members of a mapping; others stay."""
        self._remove(tree, [number for number, each in enumerate(tree.entries) if each.name in names])

    def _map(self, tree: Tree, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        gone = [number for number, each in enumerate(tree.entries) if each.name not in new]
        if len(gone) == len(tree.entries):
            self._put(tree.start, tree.end, self._inline(dict(new)))
            return
        self._remove(tree, gone)
        before: str | None = None
        for name, value in new.items():
            entry = tree.entry(name)
            if entry is not None:
                before = name
                self.change(entry, old[name], value)
            else:
                self.add(tree, name, value, before)

    def _list(self, entry: Entry, old: list[Any], new: list[Any]) -> None:
        tree, pairs = entry.value, aligned(old, new)
        kept = [at for at in pairs if at is not None]
        if not kept or kept != sorted(kept) or (not tree.flow and self._is_inline(tree)):
            self._replace(entry, new)
            return
        self._remove(tree, [at for at in range(len(old)) if at not in kept])
        last: Entry | None = None
        for at, value in zip(pairs, new, strict=True):
            if at is not None:
                last = tree.entries[at]
                self.change(last, old[at], value)
            elif tree.flow:
                self._add_to_flow(tree, last, value)
            else:
                place = line_end(self.text, last.end) if last else line_start(self.text, tree.start)
                self._put_lines(place, item_lines(value, self._indent(tree.start)))

    def _add_to_flow(self, tree: Tree, last: Entry | None, value: Any) -> None:
        text = self._nested(value, tree)
        if last:
            self._put(last.end, last.end, self._between(tree) + text)
        else:
            start = tree.entries[0].start
            self._put(start, start, text + self._between(tree))

    def _scalar(self, entry: Entry, new: Any) -> None:
        tree = entry.value
        written = json.dumps(new, ensure_ascii=False) if self.json else self._styled(tree, new)
        space = " " if tree.start == tree.end and not self.text[tree.start - 1].isspace() else ""
        self._put(tree.start, tree.end, space + written)

    def _styled(self, tree: Tree, new: Any) -> str:
        """A plain value in the style of the one before; a text in a block stays one, if it can."""
        header = self.text[tree.start : line_end(self.text, tree.start)].rstrip()
        if header not in ENDS or not isinstance(new, str):
            return scalar(new, tree.style)
        body = new.removesuffix("\n")
        fits = (
            new.endswith("\n") == ENDS[header]
            and not body.startswith((" ", "\n"))
            and not body.endswith("\n")
        )
        if not body or not fits or not body.replace("\n", "").isprintable():
            return scalar(new)
        first = line_end(self.text, tree.start)
        line = self.text[first : line_end(self.text, first)]
        indent = line[: len(line) - len(line.lstrip(" "))]
        return "\n".join((header, *(indent + each if each else "" for each in body.split("\n"))))

    def _replace(self, entry: Entry, new: Any) -> None:
        """Replace a value as a whole; a block stays one, and so does what is written on one line."""
        tree = entry.value
        if self.json:
            self._put(tree.start, tree.end, self._nested(new, tree))
            return
        line = line_start(self.text, entry.start)
        is_block = self.text[line : entry.start].strip(" -") == "" and not tree.flow
        if not is_block or entry.key is None or tree.style in ("|", ">"):
            self._put(tree.start, tree.end, self._inline(new))
            return
        name = self.text[entry.key.start : entry.key.end]
        first, *rest = entry_lines(name, new, self._indent(entry.start), is_written=True)
        value = first[len(self._indent(entry.start)) + len(name) + 1 :]
        colon = self.text.index(":", entry.key.end) + 1
        if tree.form == "scalar":
            self._put(colon, tree.end, value)
        else:
            self._put(colon, colon, value)
            self._put(line_start(self.text, tree.start), line_end(self.text, tree.end), "")
        if rest:
            self._put_lines(line_end(self.text, entry.key.end), rest)

    def _remove(self, tree: Tree, numbers: Sequence[int]) -> None:
        """Remove members or items; at least one stays."""
        gone = set(numbers)
        for number in numbers:
            each = tree.entries[number]
            after = number + 1 if number + 1 < len(tree.entries) else None
            if not tree.flow:
                line = self._item_line(tree, each)
                if self.text[line : each.start].strip(" -") == "" and (
                    each.key is None or not self.text[line : each.start].strip()
                ):
                    self._put(line, line_end(self.text, each.end), "")
                elif after is not None:
                    self._put(each.start, tree.entries[after].start, "")
            elif any(each not in gone for each in range(number + 1, len(tree.entries))):
                self._put(each.start, tree.entries[number + 1].start, "")
            else:
                self._put(tree.entries[number - 1].end, each.end, "")

    def _item_line(self, tree: Tree, entry: Entry) -> int:
        """Where the line begins that has the key, or the dash of an item."""
        line = line_start(self.text, entry.start)
        if entry.key is None:
            column = tree.start - line_start(self.text, tree.start)
            while self.text[line + column : line + column + 1] != "-" and line > 0:
                line = line_start(self.text, line - 1)
        return line

    def _is_inline(self, tree: Tree) -> bool:
        """Whether a block begins behind something else on its line."""
        return bool(self.text[line_start(self.text, tree.start) : tree.start].strip())

    def _member(self, name: str, value: Any, tree: Tree) -> str:
        key = json.dumps(name, ensure_ascii=False) if self.json else scalar(name)
        return f"{key}: {self._nested(value, tree)}"

    def _nested(self, value: Any, tree: Tree) -> str:
        """A value within braces or brackets; in JSON over several lines, if the text is written that way."""
        if not self.json:
            return inline(value)
        if "\n" not in self.text.strip() or not isinstance(value, Mapping | list):
            return json.dumps(value, ensure_ascii=False)
        spaces = re.search(r"\n( +)", self.text)
        entry = tree.entries[0] if tree.entries else None
        indent = self._indent(entry.start if entry and self._is_multiline(tree) else tree.start, leading=True)
        text = json.dumps(value, indent=len(spaces[1]) if spaces else 2, ensure_ascii=False)
        return text.replace("\n", "\n" + indent)

    def _inline(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False) if self.json else inline(value)

    def _between(self, tree: Tree) -> str:
        """What separates two members in braces or brackets."""
        if self._is_multiline(tree):
            return ",\n" + self._indent(tree.entries[0].start, leading=True)
        return ", "

    def _is_multiline(self, tree: Tree) -> bool:
        return "\n" in self.text[tree.start : tree.entries[0].start]

    def _indent(self, at: int, *, leading: bool = False) -> str:
        """Spaces up to the column of a position, or as many as its line begins with."""
        line = line_start(self.text, at)
        if leading:
            rest = self.text[line:]
            return rest[: len(rest) - len(rest.lstrip(" "))]
        return " " * (at - line)

    def _put_lines(self, at: int, lines: Sequence[str]) -> None:
        """Add whole lines; a text that does not end with a line break gets one first."""
        start = "\n" if at == len(self.text) and self.text and not self.text.endswith("\n") else ""
        self._put(at, at, start + "".join(f"{line}\n" for line in lines))

    def _put(self, start: int, end: int, new: str) -> None:
        self._found.append((start, end, new))


def _same(old: Any, new: Any) -> bool:
    """Whether two values are equal, also in their types: true is not 1."""
    return (
        bool(old == new) and repr(old) == repr(new) if not isinstance(old, Mapping) else _same_map(old, new)
    )


def _same_map(old: Mapping[str, Any], new: Any) -> bool:
    return (
        isinstance(new, Mapping)
        and old.keys() == new.keys()
        and all(_same(old[key], new[key]) for key in old)
    )
