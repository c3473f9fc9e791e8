"""Runs the transitions of one field of a kind in a sandbox: passes, their calls, and the live values afterwards."""

import json
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import structlog
from botocore import xform_name

from reconciler.contract import Adapter, Sighting
from reconciler.desired.mistakes import InvalidStack
from reconciler.encoder import Encoder
from reconciler.field_schema import PLAIN, Shape, fields_of
from reconciler.kinds import known_kinds
from reconciler.model import Ref
from reconciler.planning.plan import TAGS
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Call, Sandbox
from reconciler.sandbox.account import START, account_in
from reconciler.sandbox.fault_injection import Attempt, FaultKind
from reconciler.sandbox.journal import MASKED
from reconciler.sandbox.process_state import DEFAULT_ACCOUNT
from reconciler.stack import Key
from reconciler.testing import Sample
from reconciler.testing.doubles import knowing
from reconciler.testing.stage import REGION, Round, SampleSandbox, Stage
from tests.contract.contract_samples import sample_of
from tests.faults import shared_sandbox
from tests.faults.field_places import FieldPath, FieldValues, KindValues, Settings, put, take
from tests.faults.field_views import Image
from tests.faults.generated_fields import image_by_reads
from tests.faults.shown_values import (
    floors_in,
    ids_of_parts,
    last_member,
    plain_value,
    risen,
    top_shape,
    values_of,
    without,
)

KINDS = known_kinds()
K = TypeVar("K")
V = TypeVar("V")
CREATED = 4
"""The number of created resources of a kind that are remembered: the cases of one field begin with two or three of them."""
IMAGES = 40
"""The number of images of a kind that are remembered."""


def with_extra(sample: Sample, kind_values: KindValues) -> Sample:
    """The sample with the further needs of its values."""
    around = {kind: dict(names) for kind, names in sample.around.items()}
    for kind, names in kind_values.extra.items():
        around.setdefault(kind, {}).update(names)
    return replace(sample, around=around, given=(*sample.given, *kind_values.given))


@dataclass
class PassRecord:
    """One pass: its report, or the mistake that stopped it, and its mutating calls."""

    round: Round | None
    mistake: str
    calls: list[Call]
    reads: int

    @property
    def outcome(self) -> str:
        return self.round.report.outcome if self.round else "a mistake"

    @property
    def summary(self) -> str:
        """A description of its result."""
        told = "; ".join([*(self.round.messages if self.round else []), self.mistake])
        return f"{self.outcome}: {told}"[:600]


@dataclass(frozen=True)
class Created:
    """A resource that one pass created: the state of the sandbox after it, and the resource as plain boto3 shows it."""

    serial: str
    """The serial number of its stage."""
    state: bytes
    made_pass: PassRecord
    image: Image


class FieldSandbox:
    """The sandbox of one kind; its initial state is restored before each case."""

    built: ClassVar[dict[str, "FieldSandbox"]] = {}

    def __init__(self, kind: str, kind_values: KindValues) -> None:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        self._kept = tempfile.TemporaryDirectory()
        self.created: dict[str, Created] = {}
        self.images: dict[bytes, Image] = {}
        self.clock = VirtualClock(START)
        box = self._start()
        account = knowing(account_in(box, REGION, self.clock))
        client = cache(account.session.client)
        sample = with_extra(sample_of(kind), kind_values)
        sample_sandbox = SampleSandbox(kind, sample, box, self.clock, account, client, Path(self._kept.name))
        self.sample_sandbox = sample_sandbox.create_surroundings()
        self._initial_state = box.snapshot()

    @classmethod
    def of(cls, kind: str, kind_values: KindValues) -> "FieldSandbox":
        """The sandbox of a kind, created once for the process, in its initial state."""
        if kind not in cls.built:
            cls.built[kind] = cls(kind, kind_values)
        field_sandbox = cls.built[kind]
        if not shared_sandbox.holds(field_sandbox.sample_sandbox.box):
            field_sandbox.sample_sandbox.box = field_sandbox._start()
        box = field_sandbox.sample_sandbox.box
        box.end_faults()
        box.journal.clear()
        box.restore(field_sandbox._initial_state)
        return field_sandbox

    def _start(self) -> Sandbox:
        """A running sandbox."""
        return shared_sandbox.hold(Sandbox(DEFAULT_ACCOUNT, self.clock.now, sleep=self.clock.sleep))

    def image(self, read: Callable[[], Image]) -> Image:
        """The image of the present state of the sandbox; it is read once for each state."""
        state = self.sample_sandbox.box.snapshot()
        if state not in self.images:
            keep(self.images, state, read(), IMAGES)
        return self.images[state]

    @cached_property
    def ids(self) -> Mapping[tuple[str, str], Sighting]:
        """The other resources in the sandbox, by kind and name."""
        found: dict[tuple[str, str], Sighting] = {}
        for kind in self.sample_sandbox.sample.around:
            adapter = KINDS[kind]
            api = self.sample_sandbox.account.api(adapter.service.name)
            scope = self.sample_sandbox.scope if adapter.parent else {}
            parents = [seen.address for (of, _), seen in found.items() if of == adapter.parent]
            for place in parents or [scope]:
                found |= {(kind, seen.name): seen for seen in adapter.list(api, place)}
        return found

    def identity(self, ref: Ref, key: Key) -> str:
        """The id, ARN or name in AWS for a reference."""
        if ref.outside and key not in self.ids:
            return key.name
        seen = self.ids[key]
        return seen.arn if ref.by == "arn" else seen.id


@dataclass
class FieldCase:
    """Runs the transitions of one field and collects the violations in `broken`."""

    field_sandbox: FieldSandbox
    adapter: Adapter[Any]
    kind_values: KindValues
    field_path: FieldPath
    field_values: FieldValues
    required: Mapping[str, bool]
    violations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stage: Stage = self.field_sandbox.sample_sandbox.new_stage()
        self.client = self.field_sandbox.sample_sandbox.client(self.adapter.service.name)

    def anew(self) -> "FieldCase":
        """Another case of the same field, with the initial state of the sandbox."""
        field_sandbox = FieldSandbox.of(self.adapter.kind, self.kind_values)
        return FieldCase(
            field_sandbox, self.adapter, self.kind_values, self.field_path, self.field_values, self.required
        )

    # -- settings --------------------------------------------------------------------------------------------------

    @property
    def needed(self) -> frozenset[str]:
        """The paths that create needs."""
        return self.adapter.create.needed | self.kind_values.needed

    @property
    def ground(self) -> Settings:
        """The settings that are always written, without the field."""
        base = self.kind_values.base if self.field_values.base is None else self.field_values.base
        return {**base, **self.field_values.beside}

    def written(self, value: Any, turn: int = 1) -> dict[str, Any]:
        """The settings with a value of the field."""
        ground = {**self.ground, **self.field_values.turns[turn]}
        path = self.field_path.top if self.field_values.tops else self.field_path.path
        return put(ground, path, value, self.kind_values.around)

    @cached_property
    def first(self) -> dict[str, Any]:
        return self.written(self.field_values.first)

    @cached_property
    def second(self) -> dict[str, Any]:
        return self.written(self.field_values.second, 2)

    def leaf(self, settings: Settings, value: Any) -> dict[str, Any]:
        """The settings with another value of the field."""
        return put(settings, self.field_path.path, value, self.kind_values.around)

    def absent(self, settings: Settings) -> tuple[dict[str, Any], str]:
        """The settings without the field, and the path that was removed."""
        gone = self.field_values.without or self.field_path.path
        without, path = take(settings, gone, self.required)
        return without, path

    # -- passes ----------------------------------------------------------------------------------------------------

    def made_pass(self, settings: Settings | None) -> PassRecord:
        """Run one pass with these settings."""
        journal = self.field_sandbox.sample_sandbox.box.journal
        start, round_, mistake = len(journal), None, ""
        try:
            round_ = self.stage.run(settings)
        except InvalidStack as invalid:
            mistake = str(invalid)
        calls = list(journal[start:])
        changing = [call for call in calls if call.mutating]
        return PassRecord(round_, mistake, changing, len(calls) - len(changing))

    def add_violation(self, what: str) -> None:
        self.violations.append(what)

    def image(self) -> Image:
        """The resource as plain boto3 shows it; empty if there is none."""
        return self.field_sandbox.image(self._read)

    def _read(self) -> Image:
        found = self.stage.live()
        if len(found) != 1:
            if found:
                self.add_violation(f"{len(found)} of it live")
            return {}
        (seen,) = found
        shown = image_by_reads(self.adapter, self.stage.api, self.client, seen)
        return {name: plain_value(value) for name, value in shown.items()}

    def made(self, settings: Settings) -> Image:
        """Create the resource, and return its image."""
        return self.created(settings).image

    def created(self, settings: Settings) -> Created:
        """Create the resource in the first pass of a case. The other cases of the field begin with the same state."""
        field_sandbox, written = self.field_sandbox, json.dumps(settings, sort_keys=True)
        if written in field_sandbox.created:
            known = field_sandbox.created[written]
            field_sandbox.sample_sandbox.box.restore(known.state)
            self.stage = field_sandbox.sample_sandbox.stage_again(known.serial)
            return known
        made_pass = self.made_pass(settings)
        new = Created(self.stage.serial, field_sandbox.sample_sandbox.box.snapshot(), made_pass, self.image())
        if made_pass.outcome != "settled":
            self.add_violation(f"could not be created: {made_pass.summary}")
        else:
            keep(field_sandbox.created, written, new, CREATED)
        return new

    def settles(self, settings: Settings, what: str, before: Image | None = None) -> Image:
        """Run a pass that changes the field, and one that has nothing to do; return the image after them."""
        arns_before = self.field_sandbox.sample_sandbox.arns_before
        lives = self.field_sandbox.sample_sandbox.live() if before is not None else []
        parts = [
            part for seen in lives if seen.arn not in arns_before for part in ids_of_parts(seen.settings)
        ]
        made_pass = self.made_pass(settings)
        if made_pass.outcome != "settled":
            self.add_violation(f"{what}: {made_pass.summary}")
        if not made_pass.calls:
            self.add_violation(f"{what}: nothing was sent")
        if before is not None:
            self._only_its_own(made_pass, what, parts)
        after = self.image()
        if before:
            self._others_as_before(before, after, what)
        self.quiet(settings, what)
        return after

    def quiet(self, settings: Settings, what: str) -> None:
        """Run a pass that must have nothing to do."""
        again = self.made_pass(settings)
        if again.calls or again.outcome != "settled" or (again.round and again.round.actions):
            found = again.round.actions if again.round else ""
            sent = [call.operation for call in again.calls]
            self.add_violation(f"{what}: the next pass is not quiet: {found} {sent} {again.summary}")

    def refused(self, settings: Settings, what: str, naming: str, before: Image) -> None:
        """Run a pass that the loader or the plan must refuse with the name of the field, and that changes nothing."""
        made_pass = self.made_pass(settings)
        if made_pass.outcome == "settled":
            self.add_violation(
                f"{what}: it was not refused, and {[call.operation for call in made_pass.calls]} were sent"
            )
        elif naming not in made_pass.summary:
            self.add_violation(f"{what}: the refusal does not name {naming}: {made_pass.summary}")
        if made_pass.calls:
            self.add_violation(
                f"{what}: {[call.operation for call in made_pass.calls]} were sent although it was refused"
            )
        if made_pass.mistake and made_pass.reads:
            self.add_violation(f"{what}: AWS was asked although the files are wrong")
        if self.image() != before:
            self.add_violation(f"{what}: something was touched")

    def turned_down(self, settings: Settings, what: str, before: Image) -> None:
        """Run a change whose first call AWS refuses: the report must say so, and nothing changes."""
        box = self.field_sandbox.sample_sandbox.box
        struck: list[str] = []

        def deny(attempt: Attempt) -> FaultKind | None:
            if attempt.mutating and not struck:
                struck.append(attempt.operation)
                return FaultKind.ACCESS_DENIED
            return None

        box.inject(deny)
        made_pass = self.made_pass(settings)
        box.end_faults()
        if not struck:
            self.add_violation(f"{what}: nothing was sent that AWS could refuse")
        elif made_pass.outcome != "failed" or "AccessDenied" not in made_pass.summary:
            self.add_violation(f"{what}: AWS refused it, and the report says {made_pass.summary}")
        after = self.image()
        top = self.field_path.top
        changed = [name for name in after if after.get(name) != before.get(name) and name != top]
        if changed:
            self.add_violation(f"{what}: AWS refused it, and yet {changed} changed")

    # -- checks ----------------------------------------------------------------------------------------------------

    def _only_its_own(self, made_pass: PassRecord, what: str, parts: Sequence[str]) -> None:
        """Check that only operations of the field's group were called, and only on this resource or its `parts`."""
        seen = self.stage.live()
        where = [*(each.id for each in seen), *(each.arn for each in seen)]
        where += [*parts, *self._own_words]
        for call in made_pass.calls:
            if xform_name(call.operation) not in self._own_operations:
                self.add_violation(f"{what}: {call.operation} is no operation of {self.field_path.top}")
            asked = json.dumps(dict(call.params), default=str)
            if call.params.get(self.adapter.identity.id) == MASKED:
                continue  # the journal shows no id that AWS's model calls sensitive
            if not any(json.dumps(each)[1:-1] in asked for each in where):
                self.add_violation(f"{what}: {call.operation} was called on another resource")

    @property
    def _own_words(self) -> list[str]:
        """The texts of the values, without the rest of an ARN: some appear only in requests, such as the aliases of a key."""
        values = (self.field_values.first, self.field_values.second)
        found = [value if isinstance(value, list) else [value] for value in values]
        return [each.rpartition("/")[2] for value in found for each in value if isinstance(each, str)]

    @cached_property
    def _own_operations(self) -> set[str]:
        if self.field_path.top == TAGS:
            return {*map(_plain, self.adapter.tagging.operations)} if self.adapter.tagging else set()
        groups = [group for group in self.adapter.updates if self.field_path.top in group.fields]
        # Fields that such a group overwrites are sent again.
        moving = {self.field_path.top, *(name for group in groups for name in group.overwrites)}
        return {
            _plain(operation)
            for group in self.adapter.updates
            if not moving.isdisjoint(group.fields)
            for operation in group.operations
        }

    def _others_as_before(self, before: Image, after: Image, what: str) -> None:
        """Check that no other field has changed."""
        moving = {self.field_path.top, *self.kind_values.also.get(self.field_path.top, ())}
        shapes = fields_of(self.adapter.model)
        changed = [
            name
            for name in after
            if name not in moving
            and after[name] != before.get(name)
            and not (name in shapes and risen(shapes[name], before.get(name), after[name]))
        ]
        if changed:
            self.add_violation(f"{what}: {changed} changed with it")

    def same_beside(self, before: Image, after: Image, what: str) -> None:
        """Check that within the field's structures only the field has changed."""
        wire = (self.field_path.shape.wire or "").rpartition(".")[2]
        shape = fields_of(self.adapter.model).get(self.field_path.top)
        left = {wire, *(floors_in(shape) if shape else ())}
        kept = [image.get(self.field_path.top) for image in (before, after)]
        for each in left:
            kept = [without(value, each) for value in kept]
        if kept[0] != kept[1]:
            self.add_violation(f"{what}: its neighbours changed: {kept[0]} became {kept[1]}"[:500])

    def stages(self, image: Image, settings: Settings, what: str) -> None:
        """Check that AWS shows every value of the top-level field as it is written."""
        top = self.field_path.top
        shape = top_shape(self.adapter, top)
        wanted = settings.get(top)
        missing = list(self._missing(top, shape, wanted, {last_member(shape): image.get(top)}))
        if missing:
            self.add_violation(f"{what}: AWS does not show {missing}; it shows {image.get(top)}"[:700])

    def _missing(self, path: str, shape: Shape, value: Any, raw: Any) -> Iterator[str]:
        if value is None or shape.secret or path in self.adapter.create.write_only:
            return
        if path == TAGS:
            shown = next(iter(raw.values())) or {}
            yield from (
                f"{path}.{key}" for key, each in value.items() if each is not None and shown.get(key) != each
            )
        elif shape.part and not shape.codec:
            for name, inner in value.items():
                yield from self._missing(f"{path}.{name}", shape.fields[name], inner, raw)
        elif shape.items and shape.items.part:
            yield from self._missing_rows(path, shape, value, raw)
        elif shape.values and shape.values.document:
            for key, each in value.items():
                yield from self._missing(f"{path}[{key}]", replace(shape.values, wire=key), each, raw)
        elif shape.values and shape.values.part:
            maps = [each for each in values_of(raw, last_member(shape)) if isinstance(each, Mapping)]
            entries = {key: each for found in maps for key, each in found.items()}
            for key, each in value.items():
                yield from self._missing(
                    f"{path}[{key}]", replace(shape.values, wire=key), each, {key: entries.get(key)}
                )
        elif not self._shown(shape, value, raw):
            yield f"{path} = {value}"

    def _missing_rows(self, path: str, shape: Shape, value: Any, raw: Any) -> Iterator[str]:
        found = [each for each in values_of(raw, last_member(shape)) if isinstance(each, list)]
        if found and all(len(each) != len(value) for each in found):
            yield f"{path}: {len(value)} rows"
        for row in value:
            yield from self._missing(f"{path}[]", shape.items or PLAIN, row, raw)

    def _shown(self, shape: Shape, value: Any, raw: Any) -> bool:
        if shape.archive:
            return True  # the pass that must have nothing to do checks these
        filled = json.loads(self._fill(json.dumps(value)))
        encoded = plain_value(Encoder(self.field_sandbox.identity, str).encode(shape, filled))
        found = values_of(raw, last_member(shape))
        if shape.document:
            canonical = shape.document.canonical
            wanted = json.loads(encoded) if isinstance(encoded, str) else filled
            # A member of the document itself may have the name of the field.
            shown = [each for each in map(as_document, found) if isinstance(each, type(wanted))]
            return any(canonical(each) == canonical(wanted) for each in shown)
        if shape.values and not shape.whole and isinstance(encoded, dict):
            # AWS may show further entries, which nobody manages.
            return any(isinstance(each, Mapping) and encoded.items() <= each.items() for each in found)
        return encoded in found or ((encoded in ([], "")) and not any(found))

    def _fill(self, text: str) -> str:
        for name, value in {
            **self.field_sandbox.sample_sandbox.variables,
            "serial": self.stage.serial,
        }.items():
            text = text.replace(f"${{{name}}}", value)
        return text.replace("$${", "${")


def as_document(value: Any) -> Any:
    """A document that AWS shows as a text; any other value as it is."""
    with suppress(ValueError):
        return json.loads(value) if isinstance(value, str) else value
    return value


def keep(kept: dict[K, V], key: K, value: V, most: int) -> None:
    """Remember a value; the oldest one is forgotten."""
    while len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = value


def _plain(operation: str) -> str:
    """An operation without its service."""
    return operation.rpartition(":")[2]
