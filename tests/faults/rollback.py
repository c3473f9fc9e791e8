"""Every field of every kind, changed by a later pass and restored by a rollback."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.applying import Quiet
from reconciler.field_schema import fields_of
from reconciler.history import Record, record_of, rollback_stack
from reconciler.history.store import pack, unpack
from reconciler.reconcile import Options, Pass, PassReport
from tests.contract.contract_samples import sample_of
from tests.faults.field_player import KINDS, Player, Theatre
from tests.faults.field_transitions import SCENES, exemption, fields, has
from tests.faults.field_views import Image
from tests.faults.row import Row
from tests.faults.shown_values import floors_in, risen, without

ONE_WAY = {("connect.contact_flow", "status")}
"""Fields that AWS cannot change back: a published flow cannot become a draft."""


@dataclass
class Book:
    """A history in memory; its records are encoded and decoded as in a store."""

    records: list[Record] = field(default_factory=list)

    def add(self, report: PassReport) -> Record:
        """Store the record of a report."""
        packed = pack(record_of(report, who="ada", trigger="once"))
        record = unpack(len(self.records) + 1, packed.brief, packed.contents.__getitem__)
        self.records.append(record)
        return record


def cases() -> Sequence[str]:
    """Every change of a field that a later pass can make."""
    return [
        f"{kind} {path} {way}"
        for kind in SCENES
        for path, spot in fields(kind).items()
        for way, (transition, _) in WAYS.items()
        if has(kind, spot, transition)
        and not exemption(kind, path, transition)
        and (way == CHANGED or not spot.whole)
        and (kind, path) not in ONE_WAY
        and spot.top not in one_way_fields(kind)
        and not {spot.top, path} & {*KINDS[kind].create.fixed, *KINDS[kind].create.write_only}
    ]


def one_way_fields(kind: str) -> set[str]:
    """The fields whose change cannot be undone, according to a sample."""
    return {each.field for each in sample_of(kind).changes if each.one_way}


def check(case: str) -> Sequence[str]:
    """Run one case; return its violations."""
    kind, path, way = case.split(" ", 2)
    spot, scene = fields(kind)[path], SCENES[kind]
    required = {each.path: each.required for each in fields(kind).values()}
    player = Player(Theatre.of(kind, scene), KINDS[kind], scene, spot, scene.play(path), required)
    WAYS[way][1](player)
    return player.broken


def _written_and_back(player: Player) -> None:
    """Roll back a pass that added the field to the files."""
    without, path = player.absent(player.first)
    without = {**without, **player.play.turns[0]}
    if path not in player.needed:
        _back(player, without, player.first)


def _changed_and_back(player: Player) -> None:
    """Roll back a change from one value to another."""
    _back(player, player.first, player.second)


def _left_out_and_back(player: Player) -> None:
    """Roll back a change of a field that an earlier pass set and a later one left out."""
    without, path = player.absent(player.first)
    if path in player.needed:
        return
    book = Book()
    if _target(player, book, player.first):
        _back(player, {**without, **player.play.turns[1]}, player.second, book)


def _back(
    player: Player, before: Mapping[str, object], after: Mapping[str, object], book: Book | None = None
) -> None:
    """Run a pass with each of two settings, and roll back to the first."""
    if book is None:
        book = Book()
        target, image = _target(player, book, before), player.created(before).image
    else:
        target, image = _kept(player, book, before, "the target"), player.image()
    if target is None or _kept(player, book, after, "changed") is None:
        return
    back = rollback_stack(target, book.records[target.number :], player.stage.kinds)
    house = player.theatre.house
    report = Pass(back.stack, player.stage.kinds, house.account, house.clock, Options(), Quiet()).run()
    if report.outcome != "settled":
        player.tell(
            f"the way back: {report.outcome}: {[str(each) for each in report.results.values()]}"[:600]
        )
    again = Pass(back.stack, player.stage.kinds, house.account, house.clock, Options(), Quiet()).run()
    if again.plan.actions:
        player.tell(f"the way back is not quiet: {again.plan.actions}"[:600])
    _compare(player, image, back.notes)


def _compare(player: Player, image: Image, notes: Sequence[str]) -> None:
    found = player.image()
    differing = sorted(
        name for name in {*image, *found} if not _same(player, name, image.get(name), found.get(name))
    )
    told = {note.split()[0].partition(f"{player.stage.name}.")[2].partition(".")[0] for note in notes}
    for name in differing:
        if name not in told:
            player.tell(f"{name} is {found.get(name)} and was {image.get(name)}; notes: {notes}"[:800])


def _same(player: Player, name: str, was: Any, now: Any) -> bool:
    """Whether two values are equal; AWS shows a cleared field as empty, and never lowers some values."""
    shape = fields_of(player.adapter.model)[name]
    if was and risen(shape, was, now):
        return True
    if shape.document and was and now:
        was, now = (shape.document.canonical(_decoded(each)) for each in (was, now))
    for floor in floors_in(shape):
        was, now = without(was, floor), without(now, floor)
    cleared = shape.cleared
    nothing = (None, cleared.value) if cleared else (None,)
    return (was or None) == (now or None) or (was in nothing and now in nothing)


def _decoded(document: Any) -> Any:
    """A document, parsed, because AWS stores its text as it was sent."""
    return json.loads(document) if isinstance(document, str) else document


def _target(player: Player, book: Book, settings: Mapping[str, object]) -> Record | None:
    """Create the resource in the first pass of a case, and store the record of the pass."""
    act = player.created(settings).act
    return book.add(act.round.report) if act.round and act.outcome == "settled" else None


def _kept(player: Player, book: Book, settings: Mapping[str, object], what: str) -> Record | None:
    """Run one pass, and store its record."""
    act = player.act(settings)
    if act.round is None or act.outcome != "settled":
        player.tell(f"{what}: {act.story}")
        return None
    return book.add(act.round.report)


CHANGED = "changed and back"
"""The way of the fields in structures that are always sent as written: to write one or leave it out changes its structure."""
WAYS: Mapping[str, tuple[str, Callable[[Player], None]]] = {
    "written and back": ("set", _written_and_back),
    CHANGED: ("changed", _changed_and_back),
    "left out and back": ("changed", _left_out_and_back),
}
ROW = Row("rollback", "every field changed by a later pass and rolled back", cases, check)
