"""Computes the desired state of a rollback: that of an earlier pass, plus values that later passes changed; pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.contract import Adapter
from reconciler.encoder import NAMES_AS_THEY_ARE
from reconciler.field_schema import fields_of, holds_archive, lacks_content, references_in
from reconciler.history.records import UNTOUCHED, Record, stack_of
from reconciler.history.revert import misfits, reverted_values
from reconciler.model import Ref, Settings
from reconciler.planning.diff import differences
from reconciler.planning.plan import TAGS
from reconciler.stack import Desired, Key, Policy, Stack

NOT_KEPT = (
    "only the digest of its content is kept; check out the files of that time, and run a pass with them"
)
FIXED = "AWS cannot change it on a live resource"
Kinds = Mapping[str, Adapter[Any]]


@dataclass(frozen=True)
class RollbackStack:
    """The stack of a rollback, notes for the user, and the resources that it refers to although no file names them."""

    stack: Stack
    notes: tuple[str, ...]
    lent: frozenset[Key]


def rollback_stack(
    target: Record, later: Iterable[Record], kinds: Kinds, gone: frozenset[Key] = frozenset()
) -> RollbackStack:
    """The desired state of `target`, plus the former values of fields that `later` passes changed, oldest first.

    `gone` are resources that former values refer to and that no longer exist.

    Raises:
        ValueError: the desired state of `target` was not stored.
    """
    stack = stack_of(target)
    if stack is None:
        raise ValueError("the desired state was not kept")
    context = _RollbackContext(stack, kinds, gone, target.number)
    for record in later:
        if not record.dry_run:
            context.go_back_over(record)
    return context.rollback_stack()


@dataclass
class _FormerResource:
    """One resource of the rollback: the fields that its files managed, and those that they only sent on create."""

    desired: Desired
    wanted: Settings
    aside: Settings
    after: dict[str, Any]
    left: dict[str, Any] = field(default_factory=dict)
    """The values that later passes wrote last: AWS has them now."""


@dataclass
class _RollbackContext:
    stack: Stack
    kinds: Kinds
    gone: frozenset[Key]
    number: int
    names: dict[Key, Key] = field(default_factory=dict)
    """By the key that a later pass gave a resource: the key that it had."""
    formers: dict[Key, _FormerResource] = field(default_factory=dict)
    made: dict[Key, int] = field(default_factory=dict)
    """The resources that later passes created, each with the number of the pass."""
    freed: set[Key] = field(default_factory=set)
    """The resources from which later passes removed our mark."""
    notes: dict[str, None] = field(default_factory=dict)
    lent: dict[Key, Desired] = field(default_factory=dict)
    named: set[Key] = field(default_factory=set)
    """The resources in the desired states of later passes."""

    def go_back_over(self, record: Record) -> None:
        """Note the changes of one later pass."""
        theirs = stack_of(record)
        for action in record.report.get("actions", ()):
            if action.get("begun") or action["outcome"] not in UNTOUCHED:
                self._note_action(Key(action["kind"], action["name"]), action["action"], record.number)
        if theirs is None:
            if record.before:
                self._note(f"the changes of pass {record.number} are not restored: {record.note}")
            return
        self.named |= theirs.resources.keys()
        for key, desired in theirs.resources.items():
            if desired.renamed_from and key not in self.stack.resources:
                former = Key(key.kind, desired.renamed_from)
                self.names.setdefault(key, self.names.get(former, former))
        for text, found in record.before.items():
            key = Key(*text.split("/", 1))
            home = self.names.get(key, key)
            if key in theirs.resources and key.kind in self.kinds and home not in self.made:
                self._put_back(home, theirs.resources[key], theirs.tags, found)

    def _note_action(self, key: Key, verb: str, number: int) -> None:
        if verb == "create":
            self.made.setdefault(key, number)
        elif verb == "delete":
            self.made.pop(key, None)
        elif verb == "release":
            self.freed.add(key)

    def _put_back(self, key: Key, theirs: Desired, tags: Mapping[str, str], found: Mapping[str, Any]) -> None:
        """Add to a resource the former values of fields that another desired state changed."""
        former = self.formers.setdefault(key, self._former(key, theirs))
        adapter = self.kinds[key.kind]
        written = {name: value for name, value in theirs.settings.items() if name in found and name != TAGS}

        def tell(path: str) -> None:
            self._note(f"{key}.{path} was empty, and AWS cannot clear it: it stays as it is")

        former.left |= written
        after = reverted_values(adapter.model, former.after, written, found, tell)
        if TAGS in found:
            wanted = {**self.stack.tags, **(after.get(TAGS) or {})}
            changed = {**tags, **(theirs.settings.get(TAGS) or {})}
            was: Mapping[str, str] = found[TAGS] or {}
            more = {
                tag: was.get(tag)
                for tag, value in changed.items()
                if tag not in wanted and was.get(tag) != value
            }
            after |= {TAGS: {**(after.get(TAGS) or {}), **more}} if more else {}
        former.after = after

    def _former(self, key: Key, theirs: Desired) -> _FormerResource:
        """A resource as its files wanted it; one that they did not manage is only wanted for its restored fields."""
        mine = self.stack.resources.get(key)
        if mine is None or mine.existing:
            desired = replace(theirs.under(key), settings={}, policy=Policy(), adopt=True, renamed_from=None)
            return _FormerResource(desired, {}, {}, {})
        reported = mine.policy.on_drift == "report"
        aside = {
            name: value
            for name, value in mine.settings.items()
            if reported or (name in mine.policy.ignore and name != TAGS)
        }
        wanted = {name: value for name, value in mine.settings.items() if name not in aside}
        return _FormerResource(mine, wanted, aside, dict(wanted))

    def rollback_stack(self) -> RollbackStack:
        """The whole stack."""
        resources = dict(self.stack.resources)
        for key, former in self.formers.items():
            desired = self._desired(former)
            if desired is not None:
                resources[key] = desired
        for new, former_key in self.names.items():
            if former_key in self.stack.resources:
                resources[former_key] = replace(resources[former_key], renamed_from=new.name)
        for key in self.freed & resources.keys():
            resources[key] = replace(resources[key], adopt=True)
        for key, number in self.made.items():
            if key not in self.stack.resources and not self.stack.prune:
                self._note(
                    f"{key}, which pass {number} made, is left alone: pass {self.number} did not prune"
                )
        resources = {key: self._without_archives(each) for key, each in resources.items()}
        lent = {key: each for key, each in self.lent.items() if key not in resources}
        stack = replace(self.stack, resources={**resources, **lent})
        return RollbackStack(stack, tuple(self.notes), frozenset(lent))

    def _without_archives(self, desired: Desired) -> Desired:
        """The resource without values that cannot be sent again; these stay as they are."""
        names = [name for name, value in desired.settings.items() if lacks_content(value)]
        left = tuple(name for name in names if name not in desired.policy.ignore)
        for name in left:
            self._note(f"{desired.key}.{name} is left as it is: {NOT_KEPT}")
        policy = replace(desired.policy, ignore=(*desired.policy.ignore, *left))
        return replace(desired, policy=policy) if left else desired

    def _desired(self, former: _FormerResource) -> Desired | None:
        """The resource with its restored fields, as far as possible; None if there are none."""
        desired, adapter = former.desired, self.kinds[former.desired.key.kind]
        settings = self._possible(former, adapter)
        back = {name for name, value in settings.items() if former.wanted.get(name, ...) != value}
        if desired.key not in self.stack.resources:
            self._note(
                f"{desired.key} was adopted after pass {self.number}: its fields are restored and it keeps our mark"
            )
        elif not back:
            return None
        policy = desired.policy
        if former.aside:
            ignore = tuple(name for name in former.aside if name not in back)
            policy = replace(policy, on_drift="correct", ignore=ignore)
        settings = {**former.aside, **settings}
        shapes = fields_of(adapter.model)
        references = {
            name: tuple(
                key
                for ref, target in references_in(shapes[name], value)
                if (key := Key(ref.kind, target)) in self.stack.resources or self._is_ours(ref, key)
            )
            for name, value in settings.items()
        }
        references = {name: targets for name, targets in references.items() if targets}
        return replace(desired, settings=settings, references=references, policy=policy, existing=False)

    def _possible(self, former: _FormerResource, adapter: Adapter[Any]) -> dict[str, Any]:
        """The settings without those that cannot be restored; a note gives the reason."""
        key, settings = former.desired.key, dict(former.after)
        shapes, unsaid = fields_of(adapter.model), misfits(adapter, former.after, former.desired.scope)
        for name, value in former.after.items():
            if former.wanted.get(name, ...) == value:
                continue
            why = "its former value cannot be written in files" if name in unsaid else None
            if name in adapter.create.fixed:
                why = FIXED
            if lacks_content(value):
                why = NOT_KEPT
            for ref, target in references_in(shapes[name], value) if why is None else ():
                used = Key(ref.kind, target)
                why = why or (self._borrow(used, former.desired) if self._is_ours(ref, used) else None)
            why = why or _impossible(adapter, name, former)
            if why is None:
                continue
            self._note(f"{key}.{name} is not restored: {why}")
            if name in former.wanted:
                settings[name] = former.wanted[name]
            else:
                del settings[name]
        return settings

    def _is_ours(self, ref: Ref, key: Key) -> bool:
        """Whether a reference has to be resolved; a field may also take the ARN of a resource outside of the files.

        AWS's value of such a field becomes a name whenever the pass has seen the resource, whether the files have it or not.
        """
        has_arn = key.name.startswith("arn:")
        return not ref.outside or key in self.named or (ref.by == "arn" and not has_arn)

    def _borrow(self, key: Key, user: Desired) -> str | None:
        """Add a reference to a resource that the stack does not have; returns why it is not possible."""
        if key in self.stack.resources or key in self.formers:
            return None
        adapter = self.kinds.get(key.kind)
        if adapter is None or key in self.gone:
            return f"it named {key}, which no longer exists"
        scopes = [None, *self._scopes(adapter.parent, user)] if adapter.parent else [None, None]
        if len(scopes) != 2:
            return f"it named {key}, and its place is not known"
        self.lent.setdefault(key, Desired(key, {}, user.place, scope=scopes[1], existing=True))
        return None

    def _scopes(self, within: str, user: Desired) -> Iterator[Key]:
        """The possible scopes of a referenced resource: the same one, or the only one."""
        nearest = next((each for each in (user.scope, user.key) if each and each.kind == within), None)
        if nearest:
            yield nearest
        else:
            yield from (key for key in self.stack.resources if key.kind == within)

    def _note(self, text: str) -> None:
        self.notes[text] = None


def _impossible(adapter: Adapter[Any], name: str, former: _FormerResource) -> str | None:
    """Why AWS cannot restore a field from its present value; None if it can."""
    shape, left = fields_of(adapter.model)[name], former.left.get(name)
    if holds_archive(shape):
        return None  # only the digest of an archive is stored
    reported = NAMES_AS_THEY_ARE.members({name: shape}, {name: left}, {})
    found = [*differences(name, shape, former.after[name], left)]
    if any(adapter.replaces(each.field, former.after, reported) for each in found):
        return FIXED
    reasons = (adapter.impossible(each.field, former.after, reported) for each in found)
    return next(filter(None, reasons), None)
