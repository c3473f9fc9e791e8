"""Writes what lives into the files that declare it: the other way to end a difference."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.contract import Adapter
from reconciler.declarations import NAME
from reconciler.desired import InvalidStack, load
from reconciler.desired.variables import escaped
from reconciler.editing.for_each_edits import ForEachEdits
from reconciler.editing.stack_edits import CannotWrite, StackEdits
from reconciler.editing.stack_order import written_order
from reconciler.editing.tree import Uneditable
from reconciler.exporting.accepted import accepted, completed
from reconciler.exporting.survey import Survey
from reconciler.exporting.values import Values
from reconciler.field_schema import Shape, fields_of, holds_archive, references_in, texts_in, with_texts
from reconciler.planning.action import DELETION, TAGS, is_mark
from reconciler.planning.comparison import compare
from reconciler.planning.diff import Difference
from reconciler.planning.text_references import Resolver
from reconciler.planning.world import Observed, World
from reconciler.stack import Desired, Key, Stack

NOTHING_EXPORTED: Mapping[str, Any] = {}


@dataclass
class Acceptance:
    """The changes of the files, and what they accept."""

    files: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)
    """By path: the bytes before and after; nothing is written yet."""
    fields: dict[Key, list[str]] = field(default_factory=dict)
    """By resource: the fields whose live value is accepted."""
    refused: list[str] = field(default_factory=list)
    """What cannot be accepted, and why; then nothing is."""
    shared: list[str] = field(default_factory=list)
    """Changed files that other environments have, too."""


@dataclass(frozen=True)
class Seen:
    """A stack, and what lives."""

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]
    directory: Path


def accept(seen: Seen, wanted: Mapping[Key, Iterable[str]]) -> Acceptance:
    """Compute the changes of the files that accept these fields of these resources; without fields, all that differ.

    The changed files are loaded before they are returned: only what is accepted is different in the stack, and the
    accepted fields equal what lives.
    """
    acceptor = Acceptor(seen)
    for key, names in wanted.items():
        acceptor.take(key, frozenset(names))
    acceptor.finish()
    return acceptor.found


class Acceptor:
    """Changes the files of a stack, field by field."""

    def __init__(self, seen: Seen, *, fixed_variables: bool = False) -> None:
        """With `fixed_variables` no variable in `stack.yaml` is changed."""
        self.seen, self.found = seen, Acceptance()
        self.edits = StackEdits(seen.directory, seen.stack.environment, fixed_variables=fixed_variables)
        self.for_each = ForEachEdits(self.edits)
        survey = Survey(min(seen.stack.resources), seen.stack.mark, seen.world, seen.world.sightings)
        self.values = Values(survey, seen.kinds)
        self.resolver = Resolver(seen.stack, seen.world, seen.kinds)
        self.existing: set[Key] = set()
        """Resources that the accepted values refer to, and that the files do not have."""

    def take(self, key: Key, names: frozenset[str], exported: Mapping[str, Any] = NOTHING_EXPORTED) -> None:
        """Change the fields of one resource that differ, or only these.

        `exported` are values that an export writes: members of them that a written field does not have are added to it.
        """
        desired, observed = self.seen.stack.resources[key], self.seen.world.observed.get(key)
        why = self.seen.world.unseen.get(key) or self.seen.world.conflicts.get(key)
        if observed is None:
            self.found.refused.append(
                f"{key}: {why or 'AWS does not have it, so there is nothing to accept'}"
            )
            return
        adapter = self.seen.kinds[key.kind]
        differing: dict[str, list[Difference]] = {}
        for each in compare(desired, observed, adapter, self.resolver):
            if not is_mark(each) and (not names or each.top in names):
                differing.setdefault(each.top, []).append(each)
        if desired.fed is not None:
            said = f"it is a row of a CSV file, at {desired.place}; change it where that file comes from"
            self.found.refused += [f"{key}: {said}"] if differing else []
            return
        for name in dict.fromkeys((*differing, *(each for each in exported if each in desired.settings))):
            try:
                changed = self._field(desired, observed, name, differing.get(name, []), exported.get(name))
            except (CannotWrite, Uneditable) as error:
                self.found.refused.append(f"{key}.{name}: {error}")
            else:
                if changed:
                    self.found.fields.setdefault(key, []).append(name)

    def finish(self) -> None:
        """Check the changed files, unless something was refused already."""
        found = self.found
        if found.refused:
            return
        new: dict[str, dict[str, Any]] = {}
        for key in self.existing:
            new.setdefault(key.kind, {})[key.name] = {"existing": True}
        self.add(new)
        found.files = self.edits.results()
        changed = {path: after for path, (_, after) in found.files.items()}
        environment = self.seen.stack.environment
        try:
            after = load(self.seen.directory, environment, self.seen.kinds, changed=changed)
        except InvalidStack as error:
            found.refused += [f"the files would not be valid: {each}" for each in error.mistakes]
            return
        found.refused += self._others(after)
        found.refused += self._unsettled(after)
        if len(self.edits.environments) > 1:
            found.shared = [path for path in changed if path != self.edits.overlay]

    def add(self, bodies: Mapping[str, Mapping[str, Any]]) -> None:
        """Add resources, by kind and name; a kind that no file has gets the file that an export would give it."""
        for kind, named in sorted(bodies.items()):
            try:
                self.edits.add_resources(kind, named, f"{kind.rpartition('.')[2]}.yaml")
            except Uneditable as error:
                self.found.refused.append(f"{kind}: {error}")

    def _field(
        self, desired: Desired, observed: Observed, name: str, differences: list[Difference], exported: Any
    ) -> bool:
        """Change one field; returns whether there was anything to change.

        Raises:
            CannotWrite: it cannot be written.
        """
        if name in (NAME, DELETION):
            raise CannotWrite(f"{differences[0].observed} in AWS is not a setting; change the files by hand")
        adapter = self.seen.kinds[desired.key.kind]
        if name == TAGS:
            old, new = self._tags(desired, differences)
        else:
            shape, old = fields_of(adapter.model)[name], desired.settings[name]
            if holds_archive(shape):
                raise CannotWrite("AWS shows only the digest of code, not the code; fetch it by other means")
            new = accepted(shape, old, self.live(desired, observed, name)) if differences else old
            new = completed(shape, new, exported)
            if not differences and new == old:
                return False
            self.refer(shape, new)
        self.write(desired.key, name, old, new)
        return True

    def live(self, desired: Desired, observed: Observed, name: str) -> Any:
        """The live value of a field in the words of desired state; texts that mean the same stay as they are written."""
        adapter = self.seen.kinds[desired.key.kind]
        shape, value = fields_of(adapter.model)[name], observed.settings.get(name)
        if name in adapter.compared:
            resolved = self.resolver.resolved(desired, adapter)
            value = adapter.compared[name](value, resolved, observed.members)
        meant: dict[str, str] = {}
        for inner, text in texts_in(shape, desired.settings.get(name)):
            known = None if inner.ref or "${" not in text else self.resolver.text(inner, text)
            if known is not None:
                meant.setdefault(known, text)

        def shown(inner: Shape, text: str) -> str:
            return meant.get(text) or self.values.text(inner, text)

        return with_texts(shape, value, shown)

    def refer(self, shape: Shape, value: Any) -> None:
        """Note the resources that a value refers to and that the files do not have.

        Raises:
            CannotWrite: one of them has no name.
        """
        stack, names = self.seen.stack.resources, self.seen.world.names
        for ref, name in references_in(shape, value):
            key = Key(ref.kind, name)
            if key in stack or (ref.outside and name.startswith("arn:")):
                continue
            if not any(kind == ref.kind and name == known for (kind, _), known in names.items()):
                raise CannotWrite(f"it refers to {name}, which is not in the files and has no name here")
            self.existing.add(key)

    def write(self, key: Key, name: str, old: Any, new: Any) -> None:
        """Write a field where the files declare it, or else into the resource.

        Raises:
            CannotWrite: it cannot be written there.
        """
        declared = self.edits.field(key, name)
        own = self.edits.body(key) or (declared is not None and not declared.shared)
        if not own and self._write_item(key, name, old, new):
            return
        order = written_order(self.seen.kinds[key.kind])
        if declared is None or declared.shared:
            self.edits.add_field(key, name, new, order)
        elif new is None and not self._is_nullable(key, name):
            self.edits.drop_field(key, name)
        else:
            self.edits.change(declared, old, new)

    def _write_item(self, key: Key, name: str, old: Any, new: Any) -> bool:
        """Write a field of a resource that `for_each` makes into the item; false if it gets a value of its own.

        Raises:
            CannotWrite: other resources have the value as well.
        """
        made, has_own = self.for_each.made(key), self.edits.body(key, overlay=True) is not None
        gone = new is None and not self._is_nullable(key, name)
        if made is None or (gone and has_own):
            return False
        if gone:
            place = self.seen.stack.resources[key].place
            raise CannotWrite(
                f"{place}: AWS does not have it any more, and `for_each` sets it; change it by hand"
            )
        try:
            self.for_each.change(made, name, old, new)
        except CannotWrite:
            if not has_own:
                raise
            return False
        return True

    def _is_nullable(self, key: Key, name: str) -> bool:
        """Whether null may be written: AWS can clear the field."""
        shape = fields_of(self.seen.kinds[key.kind].model).get(name, Shape())
        return shape.nullable and name not in self.seen.kinds[key.kind].create.needed

    def _tags(self, desired: Desired, differences: list[Difference]) -> tuple[Any, Any]:
        """The tags of a resource in the files, before and after."""
        old = desired.settings.get(TAGS) or {}
        new: dict[str, Any] = dict(old)
        for each in differences:
            tag = each.field.removeprefix(f"{TAGS}.")
            if each.observed is not None:
                new[tag] = escaped(each.observed)
            elif tag in new:
                del new[tag]
            else:
                raise CannotWrite(f"the tag {tag} is one of the whole stack, and AWS does not have it here")
        return old, new

    def _others(self, after: Stack) -> Iterator[str]:
        """What else the changes would change: a variable or a file that several resources have."""
        places, items = sorted(self.edits.changed_variables), sorted(self.for_each.places)
        shares = (
            f"variable ({', '.join(places)})"
            if places
            else f"value ({', '.join(items)})"
            if items
            else "file"
        )
        for key, before in self.seen.stack.resources.items():
            now = after.resources.get(key)
            mine = {*self.found.fields.get(key, ())}
            for name in before.settings:
                if now and name not in mine and now.settings.get(name) != before.settings[name]:
                    yield f"{key}.{name} would change, too, because it has the same {shares}; write values of their own first"
        if after.tags != self.seen.stack.tags or after.outputs != self.seen.stack.outputs:
            yield "the tags or outputs of the stack would change, too, because they have the same variable"

    def _unsettled(self, after: Stack) -> Iterator[str]:
        """The accepted fields that would still differ."""
        resolver = Resolver(after, self.seen.world, self.seen.kinds)
        for key, names in self.found.fields.items():
            desired, observed = after.resources[key], self.seen.world.observed[key]
            left = compare(desired, observed, self.seen.kinds[key.kind], resolver)
            for each in left:
                if each.top in names and not is_mark(each):
                    yield f"{each.field} of {key} cannot be written so that it equals the live value; change it by hand"
