"""Reads `for_each`, and fills `${each.key}` and `${each.value}` into the texts of a resource."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.desired.mistakes import Mistakes, Refused, ValuePath
from reconciler.desired.nodes import Allowance, Node
from reconciler.desired.phrases import a_value, listed, quoted
from reconciler.desired.variables import NAME, Variables, written
from reconciler.stack import Place

FIELD = "for_each"
MOST_ITEMS = 10_000
"""The most items of one `for_each`."""
CHARACTERS_A_VALUE = 64
"""So many characters of a text count as one more value of the stack."""
NESTED = "`for_each` is only allowed directly below the name of a resource; remove it here"
IN_KEY = "`${each...}` is not read in a key below the name of a resource; write it in a value"
_LEAVE_OUT = (
    "to have none in one environment, write `null` below this name in environments/<environment>.yaml"
)
_VARIABLE = re.compile(rf"\$\{{({NAME})\}}")
_USE = re.compile(r"\$\$\{|\$\{each\.([^${}]*)\}")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of `for_each`."""

    key: Node
    """Its key, a text: the key of a mapping, or the item of a list."""
    value: Node

    @property
    def name(self) -> str:
        """The key."""
        return str(self.key.value)


def uses_each(text: str) -> bool:
    """Whether a text uses `${each...}`."""
    return any(use[1] is not None for use in _USE.finditer(text))


def uses_key(text: str) -> bool:
    """Whether a text uses `${each.key}`."""
    return any(use[1] == "key" for use in _USE.finditer(text))


def read_items(node: Node, variables: Variables, mistakes: Mistakes, trail: ValuePath) -> list[Item] | None:
    """The items of a `for_each`; None if it has a mistake or no environment is chosen."""
    found: Node | None = node
    if isinstance(node.value, str):
        use = _VARIABLE.fullmatch(node.value)
        if use is None:
            said = (
                f"expected a list, a mapping, or one variable such as ${{lines}}, got {a_value(node.value)}"
            )
            if uses_each(node.value):
                said = (
                    "`${each...}` has no meaning in `for_each` itself; write a list, a mapping or a variable"
                )
            mistakes.add(node.place, said, trail)
            return None
        found = variables.collection(use[1], node.place, trail)
    if found is None:
        return None
    value = found.value
    if not isinstance(value, list | dict):
        mistakes.add(node.place, f"expected a list, a mapping, or one variable, got {a_value(value)}", trail)
    elif not value:
        kind = "list" if isinstance(value, list) else "mapping"
        mistakes.add(node.place, f"this {kind} is empty; add an item; {_LEAVE_OUT}", trail)
    elif len(value) > MOST_ITEMS:
        said = f"there are more than {MOST_ITEMS:,} items; split them into several resources with `for_each`"
        mistakes.add(node.place, said, trail)
    else:
        items = _of_list(value, mistakes, trail) if isinstance(value, list) else _of_mapping(value)
        return _checked(items, mistakes, trail)
    return None


def _of_mapping(members: Mapping[str, Node]) -> Iterator[Item]:
    for key, node in members.items():
        place = node.key_place
        yield Item(Node(key, place.file, place.line, place.column), node)


def _of_list(values: list[Node], mistakes: Mistakes, trail: ValuePath) -> Iterator[Item]:
    for index, node in enumerate(values):
        value = node.value
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            yield Item(Node(written(value), node.file, node.line, node.column), node)
            continue
        said = f"expected text or a number, got {a_value(value)}"
        if isinstance(value, dict):
            said += "; for several values of each resource, write a mapping from keys to values"
        mistakes.add(node.place, said, ValuePath(trail, index))


def _checked(items: Iterator[Item], mistakes: Mistakes, trail: ValuePath) -> list[Item] | None:
    """The items if their keys differ and none is empty."""
    first: dict[str, Place] = {}
    found = []
    for item in items:
        place = item.key.place
        if not item.name.strip():
            mistakes.add(place, "this item is empty, and the names of resources are made of it", trail)
        elif item.name in first:
            said = f"the item {quoted(item.name)} is given twice, first at {first[item.name]}; keep one"
            mistakes.add(place, said, trail)
        elif not mistakes.doubted(place):
            first[item.name] = place
            found.append(item)
    return found or None


class Grafted(Node):
    """A value that replaces `${each...}`: it has the place of the value, and the key of the replaced text."""

    __slots__ = ("key_file",)

    def __init__(self, value: Node, replaced: Node) -> None:
        super().__init__(value.value, value.file, value.line, value.column)
        self.key_file = replaced.key_place.file
        self.key_line, self.key_column = replaced.key_line, replaced.key_column

    @property
    def key_place(self) -> Place:
        """The place where the key of the replaced text begins."""
        return Place(self.key_file, self.key_line, self.key_column)


class Each:
    """Fills one item of `for_each` into nodes; those without `${each...}` are shared, not copied."""

    def __init__(self, item: Item, mistakes: Mistakes, allowance: Allowance) -> None:
        self._item = item
        self._mistakes = mistakes
        self._allowance = allowance

    def fill(self, node: Node, trail: ValuePath | str, depth: int = 0) -> Node:
        """The node with the values of the item in it.

        Raises:
            Refused: the stack then holds too many values, or they are nested too deep.
        """
        value = node.value
        self._allowance.spend(depth)
        if isinstance(value, str):
            self._allowance.spend(depth, len(value) // CHARACTERS_A_VALUE)
            return self._text(node, value, trail, depth) if "${each." in value else node
        if isinstance(value, list):
            items = [self.fill(item, ValuePath(trail, index), depth + 1) for index, item in enumerate(value)]
            return node if all(map(_same, items, value)) else _copy(node, items)
        if isinstance(value, dict):
            for key, member in value.items():
                self._check_key(key, member, trail)
            members = {
                key: self.fill(member, ValuePath(trail, key), depth + 1) for key, member in value.items()
            }
            return node if all(map(_same, members.values(), value.values())) else _copy(node, members)
        return node

    def name(self, text: str, place: Place, trail: str) -> str:
        """A name with the values of the item in it.

        Raises:
            Refused: the stack then holds too many values.
        """
        return str(self._mixed(Node(text, *place), text, trail).value)

    def _check_key(self, key: str, member: Node, trail: ValuePath | str) -> None:
        if "${each." in key and uses_each(key):
            self._mistakes.add(member.key_place, IN_KEY, trail)

    def _text(self, node: Node, text: str, trail: ValuePath | str, depth: int) -> Node:
        whole = _USE.fullmatch(text)
        if whole is None or whole[1] is None:
            return self._mixed(node, text, trail)
        found = self._value(whole[1], node.place, trail)
        if found is None:
            return node
        self._spend(found, depth)
        return Grafted(found, node)

    def _spend(self, node: Node, depth: int) -> None:
        """Count the values of a node that is put into another one."""
        value = node.value
        size = len(value) // CHARACTERS_A_VALUE if isinstance(value, str) else 0
        self._allowance.spend(depth, 1 + size)
        inner = node.members.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for each in inner:
            self._spend(each, depth + 1)

    def _mixed(self, node: Node, text: str, trail: ValuePath | str) -> Node:
        """A longer text with values of the item in it."""

        def replace(use: re.Match[str]) -> str:
            if use[1] is None:
                return use[0]
            found = self._value(use[1], node.place, trail)
            if found is None:
                return use[0]
            if found.value is None or isinstance(found.value, list | dict):
                self._wrong(node.place, self._not_text(use[0], found), trail)
                return use[0]
            return written(found.value)

        filled = _USE.sub(replace, text)
        self._allowance.spend(0, len(filled) // CHARACTERS_A_VALUE)
        return _copy(node, filled)

    def _not_text(self, use: str, found: Node) -> str:
        member = next(iter(found.members), None)
        such = f"; name a member, as in {use[:-1]}.{member}}}" if member else ""
        return f"{use} is {a_value(found.value)} for {self._about()}, which cannot be a part of a text{such}"

    def _value(self, path: str, place: Place, trail: ValuePath | str) -> Node | None:
        """The value at a path such as `key` or `value.member`; None and a mistake if there is none."""
        first, *steps = path.split(".")
        if first == "key" and not steps:
            return self._item.key
        if first != "value":
            said = f"there is no ${{each.{path}}}; write ${{each.key}}, ${{each.value}} or ${{each.value.MEMBER}}"
            self._wrong(place, said, trail)
            return None
        node = self._item.value
        for depth, step in enumerate(steps):
            if not isinstance(node.value, dict):
                use = ".".join(("each.value", *steps[:depth]))
                said = f"${{{use}}} is {a_value(node.value)} for {self._about()}, and has no members"
                self._wrong(place, said, trail)
                return None
            if step not in node.members:
                near = self._mistakes.near(step, node.members) or f"; its members are {listed(node.members)}"
                said = f"{self._about()} has no member {quoted(step)}{near}"
                self._wrong(place, said, trail)
                return None
            node = node.members[step]
        return node

    def _about(self) -> str:
        return f"{quoted(self._item.name)} ({self._item.key.place})"

    def _wrong(self, place: Place, said: str, trail: ValuePath | str) -> None:
        """Note a mistake; if several items have it at one place, only that of the first."""
        if not self._mistakes.doubted(place):
            self._mistakes.add(place, said, trail)


@dataclass(slots=True)
class Template:
    """A resource with `for_each`, as the files write it."""

    kind: str
    name: str
    place: Place
    given: dict[str, Node]
    left_out: Place | None = None

    @property
    def subject(self) -> str:
        """Its kind and its name as written."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Produced:
    """One of the resources that a template makes."""

    template: Template
    name: str
    """Its name, with variables not yet filled in."""
    given: dict[str, Node]
    each: Each


class Templates:
    """All resources with `for_each` of one stack."""

    OVERHEAD = 20
    """Values that each resource counts in addition to its own."""

    def __init__(self, variables: Variables, mistakes: Mistakes, allowance: Allowance) -> None:
        self._variables = variables
        self._mistakes = mistakes
        self._allowance = allowance
        self._found: dict[tuple[str, str], Template] = {}
        self.complete = True
        """Whether the names of all resources are known."""

    def add(self, kind: str, name: str, body: Node) -> bool:
        """Take a resource if it has `for_each`."""
        if FIELD not in body.members:
            return False
        first = self._found.get((kind, name))
        if first:
            said = f"this name is given twice, first at {first.place}; keep one"
            self._mistakes.add(body.key_place, said, first.subject)
        else:
            self._found[kind, name] = Template(kind, name, body.key_place, dict(body.members))
        return True

    def lay_over(self, kind: str, name: str, body: Node) -> bool:
        """Merge the settings of the chosen environment over a resource with `for_each`; false if there is none."""
        template = self._found.get((kind, name))
        if template is None:
            if FIELD in body.members:
                return self.add(kind, name, body)
            if not uses_each(name):
                return False
            near = self._mistakes.near(name, [each for of, each in self._found if of == kind])
            said = f"the stack has no resource with `for_each` of this name{near}"
            self._mistakes.add(body.key_place, said, f"{kind}/{name}")
        elif body.value is None:
            template.left_out = body.key_place
        elif isinstance(body.value, dict):
            template.given |= body.members
        else:
            said = f"expected settings by field, got {a_value(body.value)}"
            self._mistakes.add(body.place, said, template.subject)
        return True

    def expand(self) -> Iterator[Produced]:
        """Every resource that the templates make, once."""
        for template in self._found.values():
            try:
                yield from list(self._produced(template))
            except Refused as error:
                self.complete = False
                trail = ValuePath(template.subject, FIELD)
                self._mistakes.add(template.given[FIELD].key_place, str(error), trail)
        self._found = {}

    def _produced(self, template: Template) -> Iterator[Produced]:
        given = dict(template.given)
        node = given.pop(FIELD)
        if not uses_key(template.name):
            said = "each item of `for_each` needs a name of its own; write ${each.key} in this name"
            self._mistakes.add(template.place, said, template.subject)
        items = read_items(node, self._variables, self._mistakes, ValuePath(template.subject, FIELD))
        if items is None or not uses_key(template.name):
            self.complete = False
            return
        for item in items:
            each = Each(item, self._mistakes, self._allowance)
            self._allowance.spend(0, self.OVERHEAD)
            name = each.name(template.name, template.place, template.subject)
            body = Node(given, *template.place)
            filled = each.fill(body, f"{template.kind}/{name}").members
            yield Produced(template, name, dict(filled), each)


def _same(one: Node, other: Node) -> bool:
    return one is other


def _copy(node: Node, value: "str | list[Node] | dict[str, Node]") -> Node:
    """A node with another value at the same place."""
    copy = Node(value, node.file, node.line, node.column)
    copy.key_line, copy.key_column = node.key_line, node.key_column
    return copy
