"""Checks whole resources for what AWS would refuse: names, missing fields, fields that exclude each other, too many tags.

It only uses the files; they do not show whether a resource already exists.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from reconciler.contract import Adapter, InFiles, TextTagging, with_tags_in
from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.open_rules import ASKED, with_unknown
from reconciler.desired.resource_builder import scope_field
from reconciler.desired.spellings import Spellings
from reconciler.desired.validation import ValidValues, WrittenFields, open_fields
from reconciler.field_schema import Shape, fields_of, unique_texts
from reconciler.interpolation import has_reference
from reconciler.model import Finding, Settings
from reconciler.planning.ownership import marks_of
from reconciler.stack import Desired, Key, Place

MOST_TAGS = 48
"""The most tags of a resource besides our two marks: AWS takes 50."""


class Checker:
    """Checks the resources of a stack once all of them are read."""

    def __init__(
        self,
        resources: Mapping[Key, Desired],
        kinds: Mapping[str, Adapter[Any]],
        sound: Mapping[Key, ValidValues],
        spellings: Spellings,
        mistakes: Mistakes,
    ) -> None:
        self._resources = resources
        self._sound = sound
        self._kinds = kinds
        self._spellings = spellings
        self._mistakes = mistakes

    def check(self, tags: Mapping[str, str], mark: str) -> None:
        """Note the problems of each resource, as far as its fields are valid; `tags` and `mark` are the stack's."""
        self._check_case()
        self._check_names()
        self._check_unique()
        for key, desired in self._resources.items():
            adapter = self._kinds[key.kind]
            if not desired.existing and not desired.adopt:
                self._check_name(desired, adapter)
            if key not in self._sound:
                continue
            found = self._sound[key]
            files = self._in_files(desired, found)
            self._note(desired, found.written, self._findings(adapter, files))
            open_ = open_fields(adapter.model, _in_model(found.known, desired, adapter))
            problems = (
                each
                for each in _problems(adapter, files, open_)
                if not _is_unknown(adapter, found.values, each.path) and not _is_about(found.wrong, each)
            )
            self._note(desired, found.written, problems)
            if adapter.tagging:
                self._check_number_of_tags(desired, found, tags)
            if isinstance(adapter.tagging, TextTagging):
                self._check_text_with_tags(
                    desired, found, adapter.tagging, {**tags, **marks_of(mark, desired)}
                )

    def _check_name(self, desired: Desired, adapter: Adapter[Any]) -> None:
        """Note a name that AWS does not take, unless an existing resource is adopted."""
        problems = (form.problem(desired.key.name) for form in adapter.identity.forms)
        problem = next(filter(None, problems), "")
        if problem and not self._mistakes.doubted(desired.place):
            self._mistakes.add(desired.place, f"AWS does not accept this name: {problem}", str(desired.key))

    def _check_case(self) -> None:
        """Note two names that AWS treats as one."""
        seen: dict[Key, Key] = {}
        for key, desired in self._resources.items():
            if self._kinds[key.kind].identity.ignores_case:
                first = seen.setdefault(Key(key.kind, key.name.lower()), key)
                if first != key:
                    said = f'"{first.name}" differs from it only in upper and lower case, and AWS treats them as one name'
                    self._mistakes.add(desired.place, said, str(key))

    def _check_names(self) -> None:
        """Note two resources whose settings give them one name in AWS."""
        seen: dict[tuple[str, Key | None, str], Key] = {}
        for key, desired in self._resources.items():
            adapter = self._kinds[key.kind]
            if desired.aws_name is None or not (adapter.computes_names and adapter.identity.name):
                continue
            first = seen.setdefault((key.kind, desired.scope, desired.aws_name), key)
            if first != key and not adapter.identity.shares_names:
                said = f"{first} is the same resource in AWS, {desired.aws_name}; remove one of the two"
                self._mistakes.add(desired.place, said, str(key))

    def _check_unique(self) -> None:
        """Note a value that only one resource can have and that two have."""
        owners: dict[tuple[str, str, str], Key] = {}
        for key, found in self._sound.items():
            desired, fields = self._resources[key], fields_of(self._kinds[key.kind].model)
            for name, value in found.known.items():
                if isinstance(value, str) and not fields[name].unique:
                    continue
                for path, text in unique_texts(fields[name], value, (name,)):
                    owner = owners.setdefault((key.kind, name, self._spellings.one(text)), key)
                    if owner != key:
                        said = f"{owner} has it as well, and AWS allows it only once; remove it from one of the two"
                        self._note(desired, found.written, [Finding(said, path)])

    def _in_files(self, desired: Desired, found: ValidValues) -> InFiles:
        return InFiles(
            name=desired.key.name,
            settings=found.values,
            new=not desired.adopt and desired.renamed_from is None,
            home=self._settings(desired.scope) if desired.scope else None,
            others=lambda kind, name: self._settings(Key(kind, name)),
            every=lambda kind: {
                key.name: found.values for key, found in self._sound.items() if key.kind == kind
            },
            wrong=found.wrong,
            region=self._spellings.region,
        )

    def _settings(self, key: Key) -> Settings | None:
        return self._sound[key].values if key in self._sound else None

    def _note(self, desired: Desired, written: WrittenFields, findings: Iterable[Finding]) -> None:
        for finding in findings:
            place, trail = _located(desired, written, finding.path)
            if place == desired.place or not self._mistakes.doubted(place):
                note = self._mistakes.warn if finding.warning else self._mistakes.add
                note(place, finding.message, trail)

    def _findings(self, adapter: Adapter[Any], files: InFiles) -> Iterator[Finding]:
        yield from _missing(adapter, files)
        shapes = fields_of(adapter.model)
        for name, value in files.settings.items():
            if isinstance(value, Mapping | list) and name in shapes:
                yield from self._twice(shapes[name], value, (name,))

    def _twice(self, shape: Shape, value: Any, path: tuple[str | int, ...]) -> Iterator[Finding]:
        """Note duplicates in a list whose order has no meaning: rows with the same key, equal plain values."""
        if isinstance(value, Mapping) and shape.part:
            for name, each in value.items():
                if isinstance(each, Mapping | list) and name in shape.fields:
                    yield from self._twice(shape.fields[name], each, (*path, name))
        elif isinstance(value, list) and shape.items:
            seen: dict[tuple[str, ...], int] = {}
            for number, item in enumerate(value):
                same = self._known_by(shape, item)
                if same and same in seen:
                    yield Finding(_repeated(shape, value[seen[same]], item), (*path, number))
                seen.setdefault(same, number)
                if isinstance(item, Mapping | list):
                    yield from self._twice(shape.items, item, (*path, number))

    def _known_by(self, shape: Shape, item: Any) -> tuple[str, ...]:
        """The identity of an item of a list; None if the list may hold it twice."""
        if shape.rows and isinstance(item, Mapping):
            return tuple(self._spellings.one(item.get(name)) for name in shape.rows.by)
        return (self._spellings.one(item),) if shape.unordered else ()

    def _check_number_of_tags(self, desired: Desired, found: ValidValues, tags: Mapping[str, str]) -> None:
        own, written = found.values.get("tags") or {}, found.written
        wanted = {key for key in {**tags, **own} if own.get(key, "") is not None}
        if len(wanted) > MOST_TAGS:
            said = (
                f"these and the stack's are {len(wanted)} tags; AWS accepts 50, and two of them are our marks"
            )
            place = written.fields["tags"].key_place if "tags" in written.fields else desired.place
            self._mistakes.add(place, said, ValuePath(str(desired.key), "tags"))

    def _check_text_with_tags(
        self,
        desired: Desired,
        found: ValidValues,
        tagging: TextTagging,
        tags: Mapping[str, str | None],
    ) -> None:
        """Note a text that is too long for AWS together with the tags that are kept in it."""
        field = tagging.field
        text = found.values.get(field) or ""
        given = {**tags, **(found.values.get("tags") or {})}
        kept = {key: value for key, value in given.items() if value is not None}
        if any(map(has_reference, (text, *kept.values()))):
            return
        most = tagging.most - len(with_tags_in(text, kept)) + len(text)
        if len(text) > most:
            said = (
                f"its tags are kept here, and AWS accepts {most} characters besides them; shorten the text"
                if most > 0
                else f"its tags are kept here, and they alone are longer than {tagging.most} characters; shorten or remove some"
            )
            written = found.written
            place = written.fields[field].key_place if field in written.fields else desired.place
            self._mistakes.add(place, said, ValuePath(str(desired.key), field))


def _repeated(shape: Shape, first: Any, again: Any) -> str:
    """The message for an item that is already in the list."""
    if shape.rows:
        return f"an earlier one has the same {' and '.join(shape.rows.by)}; keep one"
    spelled = "" if first == again else f', written as "{first}"'
    return f"an earlier one is the same{spelled}; keep one"


def _problems(adapter: Adapter[Any], files: InFiles, open_: Collection[str]) -> Iterator[Finding]:
    """The problems of a resource; those that may depend on the references in the fields `open_` are warnings."""
    firm: list[Finding] = []
    if open_:
        unknown = {name: with_unknown(files.settings[name]) for name in open_ if name in files.settings}
        with suppress(*ASKED):
            firm.extend(adapter.problems(replace(files, settings={**files.settings, **unknown})))
    for each in adapter.problems(files):
        yield replace(each, warning=True) if open_ and each not in firm else each


def _in_model(values: Settings, desired: Desired, adapter: Adapter[Any]) -> Settings:
    """The values with the scope, which is a field of some models."""
    field = scope_field(adapter)
    within = field and desired.scope and field in adapter.model.model_fields
    return {**values, **({field: desired.scope.name} if within and field and desired.scope else {})}


def _is_about(wrong: frozenset[str], finding: Finding) -> bool:
    """Whether a finding may come from a field that is wrong itself."""
    if finding.path and finding.path[0] in wrong:
        return True
    return bool(wrong) and re.search(rf"\b({'|'.join(map(re.escape, wrong))})\b", finding.message) is not None


def _is_unknown(adapter: Adapter[Any], settings: Settings, path: tuple[str | int, ...]) -> bool:
    """Whether a finding is about a text with a reference, whose value is not in the files.

    A kind that declares where a text mentions resources reads its references itself.
    """
    field = fields_of(adapter.model).get(str(path[0])) if path else None
    if field and field.mentions:
        return False
    value: Any = settings
    for step in path:
        try:
            value = value[step]
        except (TypeError, LookupError):
            return False
    return has_reference(value)


def _missing(adapter: Adapter[Any], files: InFiles) -> Iterator[Finding]:
    """Note missing fields that AWS needs to create it, unless the files may manage only a part of a live resource."""
    missing = sorted(adapter.create.needed - files.settings.keys() - files.wrong)
    if files.new and missing and files.settings.keys() - {"tags"}:
        said = f"a new {adapter.kind} needs {', '.join(missing)}; write it, or `adopt: true` if it exists already"
        yield Finding(said, warning=len(missing) == len(adapter.create.needed) > 1)


def _located(
    desired: Desired, written: WrittenFields, path: tuple[str | int, ...]
) -> tuple[Place, ValuePath | str]:
    """The place of a finding; for a missing field, the place of the structure that lacks it."""
    if not path or path[0] not in written.fields:
        return desired.place, str(desired.key)
    node, trail = written.fields[str(path[0])], written.trail(str(path[0]))
    for step in path[1:]:
        inner = node.inner(step)
        if inner is None:
            break
        node, trail = inner, ValuePath(trail, step)
    return node.place, trail
