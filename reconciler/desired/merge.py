"""Merges the files of a stack: by kind, then name, then field."""

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.desired.files import is_header
from reconciler.desired.for_each import Each, Templates
from reconciler.desired.header import FILE, KEYS
from reconciler.desired.ignored_files import FILE as IGNORE_FILE
from reconciler.desired.mistakes import Mistakes
from reconciler.desired.nodes import Allowance, Node
from reconciler.desired.phrases import a_value, quoted, shortened
from reconciler.desired.variables import Variables, escaped
from reconciler.forms import LONGEST_NAME, resource_name_problem
from reconciler.stack import Fed, Key, Place

if TYPE_CHECKING:  # it reads rows by what builds resources of drafts
    from reconciler.desired.feeds import Feeds

COMPARED = 20
"""How many keys of a file are compared with known kinds, if none is a known kind."""


@dataclass(slots=True)
class Draft:
    """One resource as the files write it; later files override earlier ones."""

    key: Key
    place: Place
    given: dict[str, Node] = field(default_factory=dict)
    readable: bool = True
    each: Each | None = None
    """Fills in the item of `for_each` that this resource is made for."""
    fed: Fed | None = None
    """The row of a feed that this resource is made of."""


class Drafts:
    """Every resource of the stack, with only its kind and name checked."""

    def __init__(
        self,
        kinds: Collection[str],
        variables: Variables,
        mistakes: Mistakes,
        allowance: Allowance,
        feeds: "Feeds",
    ) -> None:
        self.by_key: dict[Key, Draft] = {}
        self.left_out: dict[Key, Place] = {}
        self._kinds = kinds
        self._variables = variables
        self._mistakes = mistakes
        self._templates = Templates(variables, mistakes, allowance)
        self._feeds = feeds

    @property
    def complete(self) -> bool:
        """Whether the names of all resources are known, also of those that `for_each` makes."""
        return self._templates.complete

    def names(self) -> Mapping[str, Collection[str]]:
        """The names of every kind, in the order written."""
        names: dict[str, dict[str, None]] = {kind: {} for kind in self._kinds}
        for kind, name in self.by_key:
            names[kind][name] = None
        return names

    def add(self, root: Node) -> None:
        """Take the resources and the feeds of one of the stack's files."""
        for feeds in self._feeds.keys & root.members.keys():
            self._feeds.add(feeds, root.members[feeds])
        for kind, resources in self.kinds_of(root, header=is_header(root.file)).items():
            for written, body in resources.members.items():
                if self._templates.add(kind, written, body):
                    continue
                name = self._name(written, body.key_place)
                key = Key(kind, name)
                if key in self.by_key:
                    first = self.by_key[key].place
                    self._mistakes.add(
                        body.key_place, f"this name is given twice, first at {first}; keep one", str(key)
                    )
                else:
                    self.by_key[key] = self._draft(key, body)

    def lay_over(self, root: Node) -> None:
        """Merge the file of the chosen environment over the stack."""
        for feeds in self._feeds.keys & root.members.keys():
            self._feeds.lay_over(feeds, root.members[feeds])
        plain = [
            (kind, written, body)
            for kind, resources in self.kinds_of(root, header=False).items()
            for written, body in resources.members.items()
            if not self._templates.lay_over(kind, written, body)
        ]
        self.expand()
        seen: dict[Key, Place] = {}
        for kind, written, body in plain:
            key = Key(kind, self._name(written, body.key_place))
            if key in seen:
                said = f"this name is given twice, first at {seen[key]}; keep one"
                self._mistakes.add(body.key_place, said, str(key))
                continue
            seen[key] = body.key_place
            self._lay_over(key, body)

    def expand(self) -> None:
        """Add the resources that `for_each` and the rows of feeds make, once."""
        for made in self._templates.expand():
            template = made.template
            key = Key(template.kind, self._name(made.name, template.place))
            if template.left_out:
                self.left_out[key] = template.left_out
            elif key in self.by_key:
                first = self.by_key[key].place
                said = f"the name {quoted(key.name)} is given twice, first at {first}; keep one"
                self._mistakes.add(template.place, said, str(key))
            else:
                self.by_key[key] = Draft(key, template.place, made.given, each=made.each)
        for row in self._feeds.rows():
            key = Key(row.kind, self._name(escaped(row.name), row.place))
            if row.given is None:
                self.left_out[key] = row.place
            elif key in self.by_key:
                said = f"{self.by_key[key].place} declares it as well; keep one"
                self._mistakes.add(row.place, said, str(key))
            else:
                self.by_key[key] = Draft(key, row.place, row.given, fed=row.fed)

    def _lay_over(self, key: Key, body: Node) -> None:
        draft = self.by_key.get(key)
        if body.value is None:
            if draft is None:
                siblings = (name for kind, name in self.by_key if kind == key.kind)
                near = self._mistakes.near(key.name, siblings)
                said = f"the stack has no resource of this name to leave out{near}"
                self._mistakes.add(body.key_place, said, str(key))
            self.by_key.pop(key, None)
            self.left_out[key] = body.key_place
        elif draft is None:
            self.by_key[key] = self._draft(key, body)
        else:
            over = self._draft(key, body)
            draft.given |= over.given
            draft.readable &= over.readable

    def kinds_of(self, root: Node, *, header: bool) -> Mapping[str, Node]:
        """The resources of a file by kind; a mistake for everything else at its top level."""
        found: dict[str, Node] = {}
        if not isinstance(root.value, dict):
            said = f"expected kinds with their resources, got {a_value(root.value)}"
            self._mistakes.add(root.place, said)
        if root.members and not header and self._is_foreign(root):
            self._note_foreign(root)
            return found
        for key, node in root.members.items():
            if key in self._kinds:
                found[key] = node
                if not isinstance(node.value, dict | None):
                    said = f"expected resources by name, got {a_value(node.value)}"
                    self._mistakes.add(node.place, said, key)
            elif key in self._feeds.keys:
                continue
            elif key not in KEYS:
                known = [*self._kinds, *self._feeds.keys, *(KEYS if header else ())]
                near = self._mistakes.near(key, known)
                self._mistakes.add(node.key_place, f"no kind named {quoted(key)} is known{near}")
            elif not header:
                self._mistakes.add(node.key_place, f"`{key}` belongs in {FILE}")
        return found

    def _is_foreign(self, root: Node) -> bool:
        """Whether no key of a file is a known kind or similar to one."""
        ours = {*self._kinds, *self._feeds.keys, *KEYS}
        if not ours.isdisjoint(root.members):
            return False
        return not any(self._mistakes.near(key, ours) for key in itertools.islice(root.members, COMPARED))

    def _note_foreign(self, root: Node) -> None:
        (key, node), *others = root.members.items()
        more = f", and neither is any other key of this file ({len(others)})" if others else ""
        said = f"no kind named {quoted(key)} is known{more}; if the file is not part of the stack, name it in {IGNORE_FILE}"
        self._mistakes.add(node.key_place, said)

    def _name(self, written: str, place: Place) -> str:
        name = self._variables.fill_name(written, place) if "${" in written else written
        problem = resource_name_problem(name)
        advice = "shorten it" if len(name) > LONGEST_NAME else "remove it"
        if not name.strip():
            self._mistakes.add(place, "a resource needs a name, and this one is empty")
        elif problem:
            self._mistakes.add(place, f"the name {quoted(name)} {problem}; {advice}")
        return shortened(name) if len(name) > LONGEST_NAME else name

    def _draft(self, key: Key, body: Node) -> Draft:
        draft = Draft(key, body.key_place, dict(body.members), isinstance(body.value, dict | None))
        if not draft.readable:
            said = f"expected settings by field, got {a_value(body.value)}"
            self._mistakes.add(body.place, said, str(key))
        return draft
