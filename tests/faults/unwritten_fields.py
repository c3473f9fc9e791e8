"""Fields outside the files keep the values of another client when one of our fields changes or is cleared."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from reconciler.contract import Adapter, Calls, Change, Request, Sends, Wired
from reconciler.decoder import Decoder
from reconciler.desired.resource_builder import scope_field
from reconciler.encoder import Encoder
from reconciler.errors import CallError
from reconciler.field_schema import Shape, fields_of, is_empty
from reconciler.planning.plan import TAGS
from tests.faults.field_case import KINDS, FieldCase, FieldSandbox, PassRecord
from tests.faults.field_places import FieldPath, FieldValues, Settings, put
from tests.faults.field_transitions import VALUES_BY_KIND, exemption, fields
from tests.faults.field_views import Image
from tests.faults.row import Row

SEEDS = 20
"""The number of random subsets of the fields of each kind."""
OURS = (0.2, 0.5)
"""The smallest and the largest share of fields in the files."""
CHANGES = 3
"""The number of our fields that are changed and cleared, one after another."""
TOGETHER: Mapping[str, tuple[frozenset[str], ...]] = {
    # One is for all channels, the other for single channels: to write one also writes the other.
    "connect.user": tuple(
        frozenset({list_of, *rivals})
        for group in KINDS["connect.user"].updates
        for list_of, rivals in group.overwrites.items()
    ),
    # The second ones are among the first.
    "cognito.user_pool": (frozenset({"auto_verified_attributes", "user_attribute_update_settings"}),),
    "cognito.user_pool_client": (frozenset({"callback_urls", "default_redirect_uri"}),),
    # AWS never changes the domains of the certificate in use.
    "lightsail.load_balancer": (
        frozenset(
            {
                "tls_certificates[].certificate_name",
                "attached_certificate",
                "https_redirection_enabled",
            }
        ),
    ),
}
"""Fields that AWS stores as one: either all are ours, or none."""


def cases() -> Sequence[str]:
    """Random subsets of every kind's fields."""
    return [f"{kind} {seed}" for kind in VALUES_BY_KIND for seed in range(SEEDS)]


def check(case: str) -> Sequence[str]:
    """Run one case; return its violations."""
    kind, seed = case.split()
    return _Show(kind, random.Random(f"{kind} {seed}")).field_values()


def leaves(kind: str) -> list[FieldPath]:
    """The fields without structures, including those within structures and rows."""
    found = fields(kind).values()
    inner = {
        field_path.path
        for field_path in found
        if any(other.path.startswith((f"{field_path.path}.", f"{field_path.path}[")) for other in found)
    }
    return [
        field_path
        for field_path in found
        if field_path.path not in inner
        and field_path.path in VALUES_BY_KIND[kind].by_path
        and field_path.top != TAGS
        and not exemption(kind, field_path.path, "*")
    ]


@dataclass
class _Show:
    """One resource, our files and another client."""

    kind: str
    dice: random.Random
    strange: set[str] = field(default_factory=set)
    """The paths that the other client has set."""

    def __post_init__(self) -> None:
        self.adapter, self.kind_values = KINDS[self.kind], VALUES_BY_KIND[self.kind]
        self.field_sandbox = FieldSandbox.of(self.kind, self.kind_values)
        field_path = fields(self.kind)[TAGS]
        self.field_case = FieldCase(
            self.field_sandbox,
            self.adapter,
            self.kind_values,
            field_path,
            self.kind_values.field_values(TAGS),
            {},
        )
        self.shapes = fields_of(self.adapter.model)
        self.spots = leaves(self.kind)

    def field_values(self) -> Sequence[str]:
        written = self._create()
        if written is None:
            return self.field_case.violations
        self._let_a_stranger_write(written)
        made_pass = self.field_case.made_pass(written)
        if made_pass.outcome != "settled":
            self.field_case.add_violation(f"after the stranger: {made_pass.summary}")
        self._change_one(written)
        return self.field_case.violations

    # -- our fields ------------------------------------------------------------------------------------------------------

    def _create(self) -> Settings | None:
        """Create the resource with a random subset of its fields; with fewer if AWS or the model refuses the subset."""
        mine = [field_path for field_path in self.spots if self.dice.uniform(0, 1) < self.dice.uniform(*OURS)]
        while True:
            written = self._written(mine)
            made_pass = self.field_case.made_pass(written)
            if made_pass.outcome == "settled":
                return written
            if not mine:
                self.field_case.add_violation(f"could not be created: {made_pass.summary}")
                return None
            mine = mine[: len(mine) // 2]
            self.field_sandbox = FieldSandbox.of(self.kind, self.kind_values)
            self.field_case = FieldCase(
                self.field_sandbox,
                self.adapter,
                self.kind_values,
                self.field_case.field_path,
                self.field_case.field_values,
                {},
            )

    def _written(self, mine: Sequence[FieldPath]) -> dict[str, Any]:
        written = deepcopy(dict(self.kind_values.base))
        for field_path in mine:
            field_values = self.kind_values.field_values(field_path.path)
            if not (field_values.tops or field_values.turns[1] or field_values.base is not None):
                merged = put(
                    {**field_values.beside, **written},
                    field_path.path,
                    field_values.first,
                    self.kind_values.around,
                )
                written = merged
        return written

    # -- the other client --------------------------------------------------------------------------------------------------

    def _let_a_stranger_write(self, written: Settings) -> None:
        """Set every other field to another value with plain boto3, in one call each, unless AWS refuses it."""
        mine = set(_paths(written, ""))
        shared = [
            group for group in TOGETHER.get(self.kind, ()) if any(_covers(mine, each) for each in group)
        ]
        for field_path in self.dice.sample(self.spots, len(self.spots)):
            field_values = self.kind_values.field_values(field_path.path)
            if (
                _covers(mine, field_path.path)
                or any(_covers({each}, field_path.path) for group in shared for each in group)
                or (field_values.tops and field_path.top in written)
                or field_path.top
                in {*self.adapter.create.fixed, *self.adapter.create.write_only, scope_field(self.adapter)}
                or field_path.whole
            ):
                continue
            if self._send(field_path, field_values):
                self.strange.add(field_path.path)

    def _send(self, field_path: FieldPath, field_values: FieldValues) -> bool:
        """Return whether AWS accepted the other client's value, with the settings that it needs."""
        group = next(each for each in self.adapter.updates if field_path.top in each.fields)
        live = self._live(group.fields)
        top = (
            {field_path.top: _without_empty(live[field_path.top])}
            if field_path.top in live and not field_values.tops
            else {}
        )
        path = field_path.top if field_values.tops else field_path.path
        settings = put(top, path, field_values.second, self.kind_values.around)
        beside = {**(field_values.base or {}), **field_values.beside, **field_values.turns[2]}
        for name in beside.keys() & {*group.fields} - {field_path.top}:
            settings[name] = _with_more(live.get(name), beside[name])
        try:
            requests = [*self._requests(group, settings)]
            for request in requests:
                self._settle()
                self.field_case.stage.send(request)
        except (ClientError, ParamValidationError, CallError, KeyError):
            return False
        return bool(requests)

    def _settle(self) -> None:
        """Wait until AWS has completed earlier changes."""
        if type(self.adapter).waiting_for is Adapter.waiting_for:
            return  # this kind has no changes in progress
        sighting, api = self.field_case.stage.the_one(), self.field_case.stage.api
        for _ in range(60):
            if self.adapter.waiting_for(api, sighting) is None:
                return
            self.field_sandbox.clock.sleep(10)

    def _requests(self, group: Sends | Calls, written: Settings) -> Iterator[Request]:
        """The requests with the other client's values."""
        sighting = self.field_case.stage.the_one()
        shapes = {name: self.shapes[name] for name in group.fields if name in self.shapes}
        members = self._members(frozenset(shapes))
        encoder = Encoder(self.field_sandbox.identity, str)
        after = encoder.members(shapes, json.loads(self.field_case._fill(json.dumps(dict(written)))), members)
        if "name" in group.fields and self.adapter.identity.name:
            after[self.adapter.identity.name] = sighting.name
        if isinstance(group, Calls):
            before = encoder.members(shapes, {}, members)
            change = Change(sighting.address, sighting.arn, before, after, members, frozenset(written))
            api = self.field_case.stage.api
            seen = group.looks(api, change) if group.looks else {}
            yield from group.requests(replace(change, reported={**members, **seen}))
        elif group.whole:
            # Like everybody else, the other client sends what it would otherwise reset.
            live = self.field_case.stage.api.taken(group.operation, {**members, **after})
            kept = {name: value for name, value in live.items() if value != []}
            yield Request(group.operation, {**kept, **sighting.address})
        else:
            yield Request(group.operation, {**sighting.address, **after})

    # -- checks --------------------------------------------------------------------------------------------------------------

    def _members(self, names: frozenset[str]) -> Wired:
        sighting = self.field_case.stage.the_one()
        read = self.adapter.get_fields(
            self.field_case.stage.api, sighting, names - {*self.adapter.create.write_only}
        )
        return {**sighting.settings, **read}

    def _live(self, names: Sequence[str]) -> dict[str, Any]:
        """Live fields in the form of files."""
        known = [name for name in names if name in self.shapes and name not in self.adapter.create.write_only]
        decoder = Decoder(lambda kind, identity: self._names.get((kind, identity)))
        found = decoder.fields({name: self.shapes[name] for name in known}, self._members(frozenset(known)))
        return {name: value for name, value in found.items() if not is_empty(value)}

    @property
    def _names(self) -> Mapping[tuple[str, str], str]:
        return {
            (kind, identity): name
            for (kind, name), seen in self.field_sandbox.ids.items()
            for identity in (seen.id, seen.arn)
        }

    def _all(self) -> dict[str, Any]:
        return self._live([name for name in self.shapes if name not in (TAGS, scope_field(self.adapter))])

    def _change_one(self, written: Settings) -> None:
        """Change one of our fields, then clear it; check that nothing else changes."""
        mine = set(_paths(written, ""))
        able = [
            field_path
            for field_path in self.spots
            if field_path.path in mine
            and field_path.top not in {*self.adapter.create.fixed, *self.adapter.create.write_only}
            and not (field_values := self.kind_values.field_values(field_path.path)).tops
            and field_values.first != field_values.second
            and not (field_path.required and "[]" in field_path.path and self._is_key(field_path))
        ]
        self.dice.shuffle(able)
        for field_path in sorted(able, key=self._far_from_strange)[:CHANGES]:
            for what, value in (
                ("changed", self.kind_values.field_values(field_path.path).second),
                ("cleared", None),
            ):
                before, images = self._all(), self.field_case.image()
                made_pass = self.field_case.made_pass(
                    put(written, field_path.path, value, self.kind_values.around)
                )
                if made_pass.outcome != "settled" and not made_pass.mistake and not _is_refused(made_pass):
                    self.field_case.add_violation(f"{field_path.path} {what}: {made_pass.summary}")
                self._same(mine, before, self._all(), f"{field_path.path} {what}", field_path.top)
                self._same_images(
                    field_path.top, images, self.field_case.image(), f"{field_path.path} {what}"
                )
                self.field_case.made_pass(written)

    def _far_from_strange(self, field_path: FieldPath) -> int:
        """The distance to the nearest field of the other client: those in the same structure are most at risk."""
        groups = [group for group in self.adapter.updates if field_path.top in group.fields]
        taken_away = {name for group in groups for name in group.overwrites}
        tops = {_top(path) for path in self.strange}
        if any(path.rpartition(".")[0] == field_path.path.rpartition(".")[0] != "" for path in self.strange):
            return 0
        return 1 if field_path.top in tops or taken_away & tops else 2

    def _is_key(self, field_path: FieldPath) -> bool:
        """Whether a field identifies its row."""
        *outer, last = field_path.path.replace("[]", "").split(".")
        found, shape = self.shapes, Shape()
        for name in outer:
            shape = found[name]
            found = (shape.items or shape).fields
        return bool(shape.rows and last in shape.rows.by)

    def _same(self, mine: set[str], before: Settings, after: Settings, what: str, top: str) -> None:
        """Check that fields outside the files have not changed."""
        sides = [
            {path: value for name in side for path, value in _values(self.shapes[name], side[name], name)}
            for side in (before, after)
        ]
        for path in sorted(sides[0].keys() | sides[1].keys()):
            was, now = (side.get(path) for side in sides)
            moving = _top(path) in self.kind_values.also.get(top, ())
            if was != now and not moving and not _covers(mine, re.sub(r"\[[^]]*\]", "[]", path)):
                self.field_case.add_violation(f"{what}: {path} was {was} and is {now}")

    def _same_images(self, top: str, before: Image, after: Image, what: str) -> None:
        """Check that plain boto3 shows every other field unchanged."""
        moving = {top, *self.kind_values.also.get(top, ())}
        for name in before:
            if name not in moving and before[name] != after.get(name):
                self.field_case.add_violation(
                    f"{what}: {name} was {before[name]} and is {after.get(name)}"[:600]
                )


def _top(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _is_refused(made_pass: PassRecord) -> bool:
    """Whether everything that failed was refused by AWS or the plan, because a value does not fit the others."""
    results = made_pass.round.report.results.values() if made_pass.round else ()
    return {each.outcome for each in results if each.outcome != "done"} == {"refused"} and not any(
        "NothingToSend" in each.message for each in results
    )


def _paths(value: Any, path: str) -> Iterator[str]:
    """The path of every written value; rows without their keys."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _paths(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        for each in value:
            yield from _paths(each, f"{path}[]")
    else:
        yield path


def _covers(mine: set[str], path: str) -> bool:
    """Whether a path is written, or is within or around a written value."""
    return any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in mine)


def _with_more(live: Any, more: Any) -> Any:
    """A live list with missing elements added; any other value as it is live, if it exists."""
    if isinstance(live, list) and isinstance(more, list):
        return [*live, *(each for each in more if each not in live)]
    return more if is_empty(live) else live


def _without_empty(value: Any) -> Any:
    """A value without empty members, to leave room for a row."""
    if isinstance(value, Mapping):
        kept = {name: _without_empty(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if not is_empty(inner)}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value


def _values(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every value within a value by its path: rows with their keys, elements with their numbers."""
    if shape.part and not shape.codec and isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _values(shape.fields[name], inner, f"{path}.{name}")
    elif shape.items and shape.items.part:
        for number, row in enumerate(value or ()):
            key = "/".join(str(row.get(name)) for name in shape.rows.by) if shape.rows else number
            yield from _values(shape.items, row, f"{path}[{key}]")
    elif not is_empty(value):
        plain = sorted(value, key=str) if isinstance(value, list) else value
        yield path, json.dumps(plain, default=str, sort_keys=True)


ROW = Row(
    "unwritten_fields", "values that another client gave to fields that the files do not write", cases, check
)
