"""Merges what lives into the files of a stack: what differs, what they do not set, and what they do not have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.desired.resource_builder import scope_field
from reconciler.editing.stack_edits import CannotWrite
from reconciler.editing.stack_order import written_order
from reconciler.editing.tree import Uneditable
from reconciler.exporting.acceptance import Acceptor, Seen
from reconciler.exporting.files import NO_FIELDS, body_of
from reconciler.exporting.survey import Survey
from reconciler.exporting.values import Values, Written
from reconciler.planning.action import TAGS
from reconciler.stack import Key


@dataclass
class Update:
    """The changed files, and what they do not contain."""

    files: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)
    """By path: the bytes before and after; nothing is written yet."""
    added: list[str] = field(default_factory=list)
    """The resources that the files did not have."""
    changed: list[str] = field(default_factory=list)
    """The fields that differ, or that the files did not set."""
    gone: list[str] = field(default_factory=list)
    """The resources of the files that do not live any more; they stay in the files."""
    left_out: dict[str, str] = field(default_factory=dict)
    """What could not be written, and why."""
    outside: Mapping[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    """Why the changed files could not be used; then nothing may be written."""


def update_of(seen: Seen, survey: Survey, *, defaults: bool = False) -> Update:
    """The changes of a stack's files that a survey asks for; `seen` has read the resources that the files have."""
    updater = _Updater(seen, survey, defaults=defaults)
    for key in sorted(survey.observed):
        updater.take(key)
    return updater.finish()


class _Updater:
    def __init__(self, seen: Seen, survey: Survey, *, defaults: bool) -> None:
        self.seen, self.survey = seen, survey
        self.acceptor = Acceptor(seen, fixed_variables=True)
        self.values = Values(survey, seen.kinds, defaults=defaults, account=seen.stack.account)
        self.update = Update()
        self.new: dict[str, dict[str, Any]] = {}
        folder = seen.directory
        there = (each for each in folder.rglob("*") if each.is_file())
        self.beside: dict[str, str] = {str(each.relative_to(folder)): "" for each in there}

    def take(self, key: Key) -> None:
        """Merge one resource that lives."""
        resources = self.seen.stack.resources
        if key not in resources:
            written = self.values.written(key)
            self.new.setdefault(key.kind, {})[key.name] = self._scoped(key, self._body(written))
            self.update.added.append(str(key))
        elif not resources[key].existing and key in self.seen.world.observed:
            written = self.values.written(key)
            self.acceptor.take(key, frozenset(), self._of_written_fields(key, written))
            self._unset(key, written)

    def finish(self) -> Update:
        """All changes, once the changed files were loaded."""
        update, acceptor, stack = self.update, self.acceptor, self.seen.stack.resources
        for refused in acceptor.found.refused:
            place, _, why = refused.partition(": ")
            update.left_out[place] = why
        acceptor.found.refused.clear()
        added = {Key(kind, name) for kind, named in self.new.items() for name in named}
        for key in sorted({*self.values.referred, *acceptor.existing} - added - stack.keys()):
            self.new.setdefault(key.kind, {})[key.name] = self._scoped(key, {"existing": True})
        acceptor.existing.clear()
        acceptor.add(self.new)
        acceptor.finish()
        update.invalid = acceptor.found.refused
        update.files = acceptor.found.files
        update.changed += [f"{key}.{name}" for key, names in acceptor.found.fields.items() for name in names]
        update.outside = dict(sorted(self.values.outside.items()))
        update.secrets = [each for each in self.values.secrets if Key(*_parts(each)) in added]
        update.left_out |= self.survey.left_out
        update.gone = [str(key) for key in sorted(stack) if self._is_gone(key)]
        return update

    def _is_gone(self, key: Key) -> bool:
        desired = self.seen.stack.resources[key]
        unread = key.kind in self.survey.unread or str(key) in self.survey.unread
        root = self.survey.root
        inside = desired.scope == root if root else key.kind in self.survey.listed
        expected = not (desired.existing or desired.has_left)
        return inside and expected and not unread and key not in self.survey.sightings

    def _of_written_fields(self, key: Key, written: Written) -> dict[str, Any]:
        """What an export writes of the fields that the files set."""
        desired = self.seen.stack.resources[key]
        left = {*desired.policy.ignore, *self.values.secrets_of(key), TAGS}
        return {
            name: value
            for name, value in written.settings.items()
            if name in desired.settings and name not in left
        }

    def _unset(self, key: Key, written: Written) -> None:
        """Add the fields that an export would write and that the files do not set."""
        desired, adapter = self.seen.stack.resources[key], self.seen.kinds[key.kind]
        known = {*desired.settings, *desired.policy.ignore, *self.values.secrets_of(key), TAGS, *NO_FIELDS}
        order = written_order(adapter)
        for name, value in self._body(written, but=known).items():
            try:
                self.acceptor.edits.add_field(key, name, value, order)
            except (CannotWrite, Uneditable) as error:
                self.update.left_out[f"{key}.{name}"] = str(error)
            else:
                self.update.changed.append(f"{key}.{name}")
        self._tags(key, written.settings.get(TAGS) or {})

    def _tags(self, key: Key, live: Mapping[str, str]) -> None:
        own = self.seen.stack.resources[key].settings.get(TAGS) or {}
        missing = {tag: text for tag, text in live.items() if tag not in {**self.seen.stack.tags, **own}}
        if not missing:
            return
        if TAGS in self.acceptor.found.fields.get(key, ()):
            self.update.left_out[f"{key}.{TAGS}"] = "run the command again to add new tags, too"
            return
        try:
            self.acceptor.write(key, TAGS, own, {**own, **missing})
        except (CannotWrite, Uneditable) as error:
            self.update.left_out[f"{key}.{TAGS}"] = str(error)
        else:
            self.update.changed.append(f"{key}.{TAGS}")

    def _body(self, written: Written, but: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
        """The settings of a resource without some fields; its documents become files beside."""
        settings = {name: value for name, value in written.settings.items() if name not in but}
        documents = {name: value for name, value in written.documents.items() if name not in but}
        before = dict(self.beside)
        body = body_of(
            Written(written.key, settings, documents), self.seen.kinds[written.key.kind], self.beside
        )
        new = {path: text for path, text in self.beside.items() if path not in before}
        self.acceptor.edits.whole.update(new)
        return body

    def _scoped(self, key: Key, body: dict[str, Any]) -> dict[str, Any]:
        """The body with the resource that it lives in, if the stack has several of those."""
        adapter, root = self.seen.kinds[key.kind], self.survey.root
        field_ = scope_field(adapter)
        homes = [each for each in self.seen.stack.resources if each.kind == adapter.parent]
        return {field_: root.name, **body} if field_ and root and len(homes) > 1 else body


def _parts(place: str) -> tuple[str, str]:
    kind, _, rest = place.partition("/")
    return kind, rest.rpartition(".")[0]
