"""Fields outside the files keep the values of another client when one of our fields changes or is cleared."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from reconciler.contract import Adapter, Calls, Change, Request, Sends, Wired
from reconciler.decoder import Decoder
from reconciler.desired.resource_builder import scope_field
from reconciler.encoder import Encoder
from reconciler.errors import CallError
from reconciler.field_schema import Shape, fields_of, is_empty
from reconciler.planning.plan import TAGS
from tests.faults.field_places import Play, Settings, Spot, put
from tests.faults.field_player import KINDS, Act, Player, Theatre
from tests.faults.field_transitions import SCENES, exemption, fields
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
}
"""Fields that AWS stores as one: either all are ours, or none."""


def cases() -> Sequence[str]:
    """Random subsets of every kind's fields."""
    return [f"{kind} {seed}" for kind in SCENES for seed in range(SEEDS)]


def check(case: str) -> Sequence[str]:
    """Run one case; return its violations."""
    kind, seed = case.split()
    return _Show(kind, random.Random(f"{kind} {seed}")).play()


def leaves(kind: str) -> list[Spot]:
    """The fields without structures, including those within structures and rows."""
    found = fields(kind).values()
    inner = {
        spot.path
        for spot in found
        if any(other.path.startswith((f"{spot.path}.", f"{spot.path}[")) for other in found)
    }
    return [
        spot
        for spot in found
        if spot.path not in inner
        and spot.path in SCENES[kind].plays
        and spot.top != TAGS
        and not exemption(kind, spot.path, "*")
    ]


@dataclass
class _Show:
    """One resource, our files and another client."""

    kind: str
    dice: random.Random
    strange: set[str] = field(default_factory=set)
    """The paths that the other client has set."""

    def __post_init__(self) -> None:
        self.adapter, self.scene = KINDS[self.kind], SCENES[self.kind]
        self.theatre = Theatre.of(self.kind, self.scene)
        spot = fields(self.kind)[TAGS]
        self.player = Player(self.theatre, self.adapter, self.scene, spot, self.scene.play(TAGS), {})
        self.shapes = fields_of(self.adapter.model)
        self.spots = leaves(self.kind)

    def play(self) -> Sequence[str]:
        written = self._create()
        if written is None:
            return self.player.broken
        self._let_a_stranger_write(written)
        act = self.player.act(written)
        if act.outcome != "settled":
            self.player.tell(f"after the stranger: {act.story}")
        self._change_one(written)
        return self.player.broken

    # -- our fields ------------------------------------------------------------------------------------------------------

    def _create(self) -> Settings | None:
        """Create the resource with a random subset of its fields; with fewer if AWS or the model refuses the subset."""
        mine = [spot for spot in self.spots if self.dice.uniform(0, 1) < self.dice.uniform(*OURS)]
        while True:
            written = self._written(mine)
            act = self.player.act(written)
            if act.outcome == "settled":
                return written
            if not mine:
                self.player.tell(f"could not be created: {act.story}")
                return None
            mine = mine[: len(mine) // 2]
            self.theatre = Theatre.of(self.kind, self.scene)
            self.player = Player(
                self.theatre, self.adapter, self.scene, self.player.spot, self.player.play, {}
            )

    def _written(self, mine: Sequence[Spot]) -> dict[str, Any]:
        written = deepcopy(dict(self.scene.base))
        for spot in mine:
            play = self.scene.play(spot.path)
            if not (play.tops or play.turns[1] or play.base is not None):
                merged = put({**play.beside, **written}, spot.path, play.first, self.scene.around)
                written = merged
        return written

    # -- the other client --------------------------------------------------------------------------------------------------

    def _let_a_stranger_write(self, written: Settings) -> None:
        """Set every other field to another value with plain boto3, in one call each, unless AWS refuses it."""
        mine = set(_paths(written, ""))
        shared = [
            group for group in TOGETHER.get(self.kind, ()) if any(_covers(mine, each) for each in group)
        ]
        for spot in self.dice.sample(self.spots, len(self.spots)):
            play = self.scene.play(spot.path)
            if (
                _covers(mine, spot.path)
                or any(_covers({each}, spot.path) for group in shared for each in group)
                or (play.tops and spot.top in written)
                or spot.top
                in {*self.adapter.create.fixed, *self.adapter.create.write_only, scope_field(self.adapter)}
                or spot.whole
            ):
                continue
            if self._send(spot, play):
                self.strange.add(spot.path)

    def _send(self, spot: Spot, play: Play) -> bool:
        """Return whether AWS accepted the other client's value, with the settings that it needs."""
        group = next(each for each in self.adapter.updates if spot.top in each.fields)
        live = self._live(group.fields)
        top = {spot.top: _without_empty(live[spot.top])} if spot.top in live and not play.tops else {}
        path = spot.top if play.tops else spot.path
        settings = put(top, path, play.second, self.scene.around)
        beside = {**(play.base or {}), **play.beside, **play.turns[2]}
        for name in beside.keys() & {*group.fields} - {spot.top}:
            settings[name] = _with_more(live.get(name), beside[name])
        try:
            requests = [*self._requests(group, settings)]
            for request in requests:
                self._settle()
                self.player.stage.send(request)
        except (ClientError, ParamValidationError, CallError, KeyError):
            return False
        return bool(requests)

    def _settle(self) -> None:
        """Wait until AWS has completed earlier changes."""
        if type(self.adapter).waiting_for is Adapter.waiting_for:
            return  # this kind has no changes in progress
        sighting, api = self.player.stage.the_one(), self.player.stage.api
        for _ in range(60):
            if self.adapter.waiting_for(api, sighting) is None:
                return
            self.theatre.clock.sleep(10)

    def _requests(self, group: Sends | Calls, written: Settings) -> Iterator[Request]:
        """The requests with the other client's values."""
        sighting = self.player.stage.the_one()
        shapes = {name: self.shapes[name] for name in group.fields if name in self.shapes}
        members = self._members(frozenset(shapes))
        encoder = Encoder(self.theatre.identity, str)
        after = encoder.members(shapes, json.loads(self.player._fill(json.dumps(dict(written)))), members)
        if "name" in group.fields and self.adapter.identity.name:
            after[self.adapter.identity.name] = sighting.name
        if isinstance(group, Calls):
            before = encoder.members(shapes, {}, members)
            yield from group.requests(Change(sighting.address, sighting.arn, before, after, members))
        else:
            yield Request(group.operation, {**sighting.address, **after})

    # -- checks --------------------------------------------------------------------------------------------------------------

    def _members(self, names: frozenset[str]) -> Wired:
        sighting = self.player.stage.the_one()
        read = self.adapter.get_fields(
            self.player.stage.api, sighting, names - {*self.adapter.create.write_only}
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
            for (kind, name), seen in self.theatre.ids.items()
            for identity in (seen.id, seen.arn)
        }

    def _all(self) -> dict[str, Any]:
        return self._live([name for name in self.shapes if name not in (TAGS, scope_field(self.adapter))])

    def _change_one(self, written: Settings) -> None:
        """Change one of our fields, then clear it; check that nothing else changes."""
        mine = set(_paths(written, ""))
        able = [
            spot
            for spot in self.spots
            if spot.path in mine
            and spot.top not in {*self.adapter.create.fixed, *self.adapter.create.write_only}
            and not (play := self.scene.play(spot.path)).tops
            and play.first != play.second
            and not (spot.required and "[]" in spot.path and self._is_key(spot))
        ]
        self.dice.shuffle(able)
        for spot in sorted(able, key=self._far_from_strange)[:CHANGES]:
            for what, value in (("changed", self.scene.play(spot.path).second), ("cleared", None)):
                before, images = self._all(), self.player.image()
                act = self.player.act(put(written, spot.path, value, self.scene.around))
                if act.outcome != "settled" and not act.mistake and not _is_refused(act):
                    self.player.tell(f"{spot.path} {what}: {act.story}")
                self._same(mine, before, self._all(), f"{spot.path} {what}", spot.top)
                self._same_images(spot.top, images, self.player.image(), f"{spot.path} {what}")
                self.player.act(written)

    def _far_from_strange(self, spot: Spot) -> int:
        """The distance to the nearest field of the other client: those in the same structure are most at risk."""
        groups = [group for group in self.adapter.updates if spot.top in group.fields]
        taken_away = {name for group in groups for name in group.overwrites}
        tops = {_top(path) for path in self.strange}
        if any(path.rpartition(".")[0] == spot.path.rpartition(".")[0] != "" for path in self.strange):
            return 0
        return 1 if spot.top in tops or taken_away & tops else 2

    def _is_key(self, spot: Spot) -> bool:
        """Whether a field identifies its row."""
        *outer, last = spot.path.replace("[]", "").split(".")
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
            moving = _top(path) in self.scene.also.get(top, ())
            if was != now and not moving and not _covers(mine, re.sub(r"\[[^]]*\]", "[]", path)):
                self.player.tell(f"{what}: {path} was {was} and is {now}")

    def _same_images(self, top: str, before: Image, after: Image, what: str) -> None:
        """Check that plain boto3 shows every other field unchanged."""
        moving = {top, *self.scene.also.get(top, ())}
        for name in before:
            if name not in moving and before[name] != after.get(name):
                self.player.tell(f"{what}: {name} was {before[name]} and is {after.get(name)}"[:600])


def _top(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _is_refused(act: Act) -> bool:
    """Whether everything that failed was refused by AWS or the plan, because a value does not fit the others."""
    results = act.round.report.results.values() if act.round else ()
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


ROW = Row("unwritten_fields", "what a stranger made of the fields that nobody wrote", cases, check)
