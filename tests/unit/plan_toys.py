"""Small kinds, desired and live resources for tests of plans."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Create,
    Delete,
    Sends,
    Sighting,
    Tagging,
    Wired,
)
from reconciler.field_schema import fields_of, references_in
from reconciler.model import Ref, Resource, Wire
from reconciler.planning.ownership import KEY_MARK, STACK_MARK, Owner, owner_of
from reconciler.planning.world import Observed, World
from reconciler.service import Service
from reconciler.stack import Desired, Key, Place, Stack

PLACE = Place("stack.yaml", 1, 1)
ARNS = ("arn:{partition}:toy:{region}:{account}:{name}",)


class Hours(Resource):
    zone: str | None = None


class Queue(Resource):
    size: int | None = None
    note: str | None = None
    sort: str | None = None
    hours: Annotated[str | None, Ref("toy.hours"), Wire("HoursId")] = None
    overflow: Annotated[str | None, Ref("toy.queue"), Wire("OverflowId")] = None


class Menu(Resource):
    leads: Annotated[list[Annotated[str, Ref("toy.menu")]] | None, Wire("LeadsTo")] = None
    start: Annotated[str | None, Ref("toy.menu"), Wire("StartId")] = None


class Toy(Adapter[Any]):
    """A kind for plans only: it makes no calls."""

    service = Service(name="toy")
    identity = Assigned(address="Id", arn_in="Arn", arns=ARNS)
    delete = Delete("delete_it")
    tagging = Tagging(lambda tags: {"Tags": tags}, lambda *_: {}, lambda *_: (), ())

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        return ()

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        return {}


def kind(name: str, model: type[Resource], **declared: Any) -> Toy:
    """A kind with these declarations. By default, create and one update send every field.

    `fixed`, `needed`, `write_only` and `deferrable` are for its create, `protected` for its delete.
    """
    fields = tuple(each for each in model.model_fields if each != "tags")
    changing = tuple(each for each in fields if each not in declared.get("fixed", ()))
    of_create = {
        each: declared.pop(each)
        for each in ("fixed", "needed", "write_only", "deferrable")
        if each in declared
    }
    plain = {
        "create": Create("create_it", fields, **of_create),
        "updates": (Sends("update_it", ("name", *changing)),),
        "delete": Delete("delete_it", protected=declared.pop("protected", False)),
    }
    found: Toy = type(name, (Toy,), {"kind": name, "model": model, **plain, **declared})()
    return found


HOURS = kind("toy.hours", Hours)
QUEUE = kind("toy.queue", Queue)
MENU = kind("toy.menu", Menu, deferrable={"leads": None})
KINDS: Mapping[str, Toy] = {"toy.hours": HOURS, "toy.queue": QUEUE, "toy.menu": MENU}


def key(text: str) -> Key:
    """`toy.queue/Sales` as a key."""
    return Key(*text.split("/", 1))


def want(text: str, settings: Mapping[str, Any] | None = None, **said: Any) -> Desired:
    """A desired resource: its key, its settings, and its options."""
    written = settings or {}
    shapes = fields_of(KINDS[key(text).kind].model)
    references = {
        name: tuple(Key(ref.kind, target) for ref, target in references_in(shapes[name], value))
        for name, value in written.items()
    }
    return Desired(key(text), written, PLACE, references={k: v for k, v in references.items() if v}, **said)


def stack(*resources: Desired, **said: Any) -> Stack:
    """A stack named `shop` of these resources."""
    return Stack("shop", "dev", "111111111111", "eu-west-2", {each.key: each for each in resources}, **said)


def marked(name: str, owner: str = "shop/dev", **more: str) -> dict[str, str]:
    """The tags of a live resource with a mark."""
    return {
        STACK_MARK: owner,
        KEY_MARK: name,
        **{tag.replace("_", ":"): value for tag, value in more.items()},
    }


def seen(name: str, tags: Mapping[str, str] | None = None, arn: str | None = None) -> Sighting:
    """A live resource by its name in AWS."""
    return Sighting(name, {"Id": arn or name}, f"arn:{arn or name}", tags=tags)


def world(live: Mapping[str, tuple[Sighting, Mapping[str, Any]]] | None = None, **more: Any) -> World:
    """The live resources by key: the sighting and the settings."""
    found = World(**more)
    for text, (sighting, settings) in (live or {}).items():
        found.remember(key(text), sighting)
        tags = sighting.tags or {}
        owner = owner_of(tags, "shop/dev")
        other = tags.get(STACK_MARK) if owner is Owner.FOREIGN else None
        found.observed[key(text)] = Observed(
            sighting, owner, tags, {}, settings, frozenset(fields_of(Queue)), other
        )
    return found


def ours(name: str, settings: Mapping[str, Any] | None = None) -> tuple[Sighting, Mapping[str, Any]]:
    """A live resource with this name and our mark."""
    return seen(name, marked(name)), settings or {}
