"""Every field of every kind through every transition (after Acto, SOSP'23)."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from reconciler.planning.plan import TAGS
from tests.contract.contract_samples import has_sample
from tests.faults.field_edges import beyond, edges, never_null
from tests.faults.field_exemptions import EXEMPT
from tests.faults.field_places import Scene, Settings, Spot, put, spots
from tests.faults.field_player import KINDS, Player, Theatre
from tests.faults.field_views import Image
from tests.faults.generated_fields import scene_of
from tests.faults.row import Row

VALID_AGAIN = "valid again"
ONCE = ("new", VALID_AGAIN)
"""The transitions that a structure has as a whole, and its members not again, if its own operation writes it after the create:
the requests of a new resource are those of `set` and `boundary`, and AWS refuses the operation."""
OF_THEIR_OWN: dict[str, Scene] = {
    kind: scene
    for file in sorted(Path(__file__).parent.glob("field_values_*.py"))
    for kind, scene in import_module(f"tests.faults.{file.stem}").SCENES.items()
}
"""Kinds whose values do not come from their samples alone."""
SCENES: dict[str, Scene] = {
    kind: OF_THEIR_OWN[kind] if kind in OF_THEIR_OWN else scene_of(adapter)
    for kind, adapter in KINDS.items()
    if has_sample(kind)
}


@cache
def fields(kind: str) -> dict[str, Spot]:
    """Every field of a kind by its path."""
    return {spot.path: spot for spot in spots(KINDS[kind])}


def cases() -> Sequence[str]:
    """Every transition of every field, without exemptions."""
    return [
        f"{kind} {path} {transition}"
        for kind in SCENES
        for path, spot in fields(kind).items()
        for transition in PLAYED
        if has(kind, spot, transition) and not exemption(kind, path, transition)
    ]


def exemption(kind: str, path: str, transition: str) -> str:
    """Why a field is exempt from a transition; empty if it is not."""
    table = EXEMPT.get(kind, {})
    return table.get((path, transition)) or table.get((path, "*")) or ""


def has(kind: str, spot: Spot, transition: str) -> bool:
    """Whether a field has the transition: an enum with one value has no change, and a field without limits no boundary."""
    if (spot.path, "*") in EXEMPT.get(kind, {}) or spot.path not in SCENES[kind].plays:
        return False
    play = SCENES[kind].play(spot.path)
    if transition in ONCE and "." in spot.path and spot.top not in KINDS[kind].create.fields:
        return False
    if transition == "boundary":
        return bool(edges(spot, play))
    if transition in ("changed", VALID_AGAIN):
        return bool(play.first != play.second)
    return True


def check(case: str) -> Sequence[str]:
    """Run one case; return its violations."""
    kind, path, transition = case.split(" ", 2)
    spot, scene = fields(kind)[path], SCENES[kind]
    required = {each.path: each.required for each in fields(kind).values()}
    player = Player(Theatre.of(kind, scene), KINDS[kind], scene, spot, scene.play(path), required)
    PLAYED[transition](player)
    return player.broken


def _is_fixed(player: Player) -> bool:
    return player.spot.top in player.adapter.create.fixed


def _is_write_only(player: Player) -> bool:
    return player.spot.top in player.adapter.create.write_only


def _unset(player: Player) -> tuple[Settings | None, str]:
    """The settings before the field was written; None if AWS creates nothing without it."""
    without, path = player.absent(player.first)
    without = {**without, **player.play.turns[0]}
    return (None if path in player.needed else without), path


def _set(player: Player) -> None:
    """Write a field of a resource that was created without it."""
    before, _ = _unset(player)
    if before is None:
        image = player.settles(player.first, "created with it")
        player.shows(image, player.first, "created with it")
        return
    image = player.made(before)
    if _is_write_only(player):
        player.quiet(player.first, "written, and only ever sent on create")
    elif _is_fixed(player):
        _replaced(player, player.first, "set", image)
    else:
        after = player.settles(player.first, "set", image)
        player.shows(after, player.first, "set")


def _changed(player: Player) -> None:
    """Change a field from one valid value to another."""
    image = player.made(player.first)
    player.shows(image, player.first, "created with it")
    if _is_write_only(player):
        player.quiet(player.second, "changed, and only ever sent on create")
    elif _is_fixed(player):
        _replaced(player, player.second, "changed", image)
    else:
        after = player.settles(player.second, "changed", image)
        player.shows(after, player.second, "changed")
        if not player.play.tops and "." in player.spot.path:
            player.same_beside(image, after, "changed")


def _replaced(player: Player, settings: Settings, what: str, image: Image) -> None:
    """Check that a change that AWS cannot make is refused, and that the resource is replaced once if the policy allows it."""
    player.refused(settings, what, player.spot.top, image)
    policy = {**settings.get("policy", {}), "replace": True, "protect": False}
    act = player.act({**settings, "policy": policy})
    if act.outcome != "settled":
        player.tell(f"{what} with `replace: true`: {act.story}")
    sent = [call.operation.lower() for call in act.calls]
    for operation in (player.adapter.create.operation, *player.adapter.delete.operations[:1]):
        times = sent.count((operation or "").replace("_", ""))
        if times != 1:
            player.tell(f"{what} with `replace: true`: {operation} was sent {times} times: {sent}")
    player.shows(player.image(), settings, f"{what} with `replace: true`")
    player.quiet({**settings, "policy": policy}, f"{what} with `replace: true`")


def _cleared(player: Player) -> None:
    """Leave a field out, which changes nothing; then clear it with null, which may be refused."""
    known = fields(player.adapter.kind)
    full = _far_from_cleared(player)
    without, path = player.absent(full)
    image = player.made(full)
    if path not in known:
        _taken_away(player, without, image, "its row is left out")
        return
    if known[path].whole:
        _taken_away(player, without, image, "left out of the whole")
        player.act(full)
        image = player.image()
    else:
        _left_out(player, without, path, image)
        if player.image() != image:
            player.tell("left out: something was touched")
    if _is_write_only(player):
        return
    settings = {**put(full, path, None, player.scene.around), **player.play.turns[0]}
    if player.spot.top == TAGS:
        settings = {**full, TAGS: dict.fromkeys(full[TAGS])}
    null_is_a_mistake = never_null(known[path]) or path in player.scene.needed
    if player.spot.top != TAGS and (_is_fixed(player) or null_is_a_mistake):
        name = player.spot.top if _is_fixed(player) else path.rpartition(".")[2]
        player.refused(settings, "null", name, image)
        return
    after = player.settles(settings, "null", image)
    if after.get(player.spot.top) == image.get(player.spot.top):
        player.tell(f"null: AWS shows {after.get(player.spot.top)} still")


def _left_out(player: Player, without: Settings, path: str, image: Image) -> None:
    """Check that a pass without the field has nothing to do. If create needs the field, only an adopted resource may omit it."""
    if path in player.needed and player.act(without).mistake:
        player.refused(without, "left out", path.rpartition(".")[2], image)
        without = {**without, "adopt": True}
        if path in player.scene.needed and player.act(without).mistake:
            return
    player.quiet(without, "left out")


def _taken_away(player: Player, without: Settings, image: Image, what: str) -> None:
    """Check that a row, or a part of a structure that is always sent whole, is removed if it is left out, as with null."""
    after = player.settles(without, what, image)
    if after.get(player.spot.top) == image.get(player.spot.top):
        player.tell(f"{what}: AWS shows {after.get(player.spot.top)} still")


def _far_from_cleared(player: Player) -> Settings:
    """The settings with the value that differs from what AWS shows for a cleared field."""
    cleared = player.spot.shape.cleared
    if cleared:
        return player.second if player.play.first == cleared.value else player.first
    top = fields(player.adapter.kind)[player.spot.top]
    return player.first if top.shape.cleared else player.second


def _boundary(player: Player) -> None:
    """Change a field to its boundary values."""
    image = player.made(player.first)
    for value, settings in _at_edges(player):
        shown = repr(value)[:40]
        image = player.settles(settings, f"boundary {shown}", image)
        player.shows(image, settings, f"boundary {shown}")


def _at_edges(player: Player) -> list[tuple[object, Settings]]:
    """Each boundary value, and the settings with it."""
    top = player.play.tops and player.play.edges is not None
    return [
        (value, player.written(value) if top else player.leaf(player.first, value))
        for value in edges(player.spot, player.play)
    ]


def _new(player: Player) -> None:
    """Create a resource with the field; the next pass must have nothing to do."""
    for value, written in [(player.play.second, player.second), *_at_edges(player)]:
        if written == player.first:
            continue
        what, fresh = f"created with {value!r}"[:60], player.anew()
        image = fresh.settles(written, what)
        if value != _nothing(player.spot):
            fresh.shows(image, written, what)
        player.broken.extend(fresh.broken)
    fresh = player.anew()
    act = fresh.act(_with_null(player))
    if act.outcome == "settled":
        fresh.quiet(_with_null(player), "created with null")
    elif player.spot.top not in act.story or act.calls:
        fresh.tell(f"created with null: {act.story}")
    player.broken.extend(fresh.broken)


def _nothing(spot: Spot) -> object:
    """An empty value, which AWS may omit."""
    return spot.shape.cleared.value if spot.shape.cleared else None


def _with_null(player: Player) -> Settings:
    """The settings with null as the value of the field, without dependent settings."""
    without, path = player.absent(player.first)
    if player.spot.top == TAGS:
        return {**player.first, TAGS: dict.fromkeys(player.first[TAGS])}
    if path not in fields(player.adapter.kind):
        return player.first
    return {**put(without, path, None, player.scene.around), **player.play.turns[0]}


def _invalid(player: Player) -> None:
    """Check that invalid values are mistakes, and that a refusal by AWS is reported and changes nothing else."""
    image = player.made(player.first)
    for value in beyond(player.spot, player.play):
        settings = player.leaf(player.first, value)
        shown = f"invalid {value!r}"[:50]
        before = len(player.broken)
        act = player.act(settings)
        if act.outcome != "a mistake":
            player.tell(f"{shown}: the loader takes it: {act.story}")
        elif player.spot.top not in act.mistake:
            player.tell(f"{shown}: the mistake does not name {player.spot.top}: {act.mistake}")
        if act.calls or (act.mistake and act.reads):
            player.tell(f"{shown}: AWS was called")
        if len(player.broken) > before and act.calls:
            return
    if player.play.first != player.play.second and not (_is_fixed(player) or _is_write_only(player)):
        player.turned_down(player.second, "refused by AWS", image)


def _valid_again(player: Player) -> None:
    """Check that a valid value is settled in one pass after a mistake and a refusal."""
    image = player.made(player.first)
    values = beyond(player.spot, player.play)
    act = player.act(player.leaf(player.first, values[0]))
    if act.outcome != "a mistake":
        player.tell(f"invalid: the loader takes {values[0]!r}: {act.story}")
    if _is_write_only(player):
        player.quiet(player.second, "valid again")
        return
    if _is_fixed(player):
        player.quiet(player.first, "valid again")
        return
    player.turned_down(player.second, "refused by AWS", image)
    after = player.settles(player.second, "valid again", image)
    player.shows(after, player.second, "valid again")


PLAYED: Mapping[str, Callable[[Player], None]] = {
    "set": _set,
    "changed": _changed,
    "cleared": _cleared,
    "boundary": _boundary,
    "new": _new,
    "invalid": _invalid,
    VALID_AGAIN: _valid_again,
}
ROW = Row("field_transitions", "every field through every transition", cases, check)
