"""Finds the resources that use one which AWS does not delete because it is in use."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.applying.executor import Sender
from reconciler.contract import Adapter, Address, Sighting
from reconciler.errors import CallError, members_needed
from reconciler.field_schema import fields_of, meant
from reconciler.planning.referrers import fields_to, mentions, refers
from reconciler.stack import Key
from reconciler.unlisted_fields import not_shown

READS = 50
"""At most this many resources are read one by one to find out whether they use another one."""
NAMED = 5


def users_line(sender: Sender, key: Key) -> str:
    """The message about a resource in use: which resources use it, as far as known, and what to do."""
    users = sorted(_users(sender, key))
    if key in sender.world.replaced:
        advice = f"a new {key} exists: make them refer to it"
    else:
        replaced = key in sender.stack.resources
        unwanted = key in sender.stack.unwanted or sender.stack.destroys is not None
        advice = _to_replace(key, len(users)) if replaced else _to_delete(key, unwanted=unwanted)
    if not users:
        return f"no resource of this stack is known to use it: empty it, or remove the references to it; {advice}"
    more = f" and {len(users) - NAMED} more" if len(users) > NAMED else ""
    return f"it is used by {', '.join(users[:NAMED])}{more}; {advice}"


def _to_delete(key: Key, *, unwanted: bool) -> str:
    first = "delete that user or its reference first"
    return first if unwanted else f"{first}, or add {key} to the files again, or under `release`"


def _to_replace(key: Key, users: int) -> str:
    only = f"{key} can only be replaced while nothing uses it"
    if not users:
        return f"{only}; or restore its former settings"
    those = "that" if users == 1 else "those"
    return (
        f"{only}: make {those} refer to another resource for one pass, and to {key} again after it; or write it under a "
        f"new name, and make {those} refer to that name"
    )


def _users(sender: Sender, key: Key) -> Iterator[str]:
    """The key of every resource that refers to it, or AWS's name if it is not ours; unreadable ones are skipped."""
    reads, keys = READS, _keys(sender)
    for kind, adapter in sorted(sender.kinds.items()):
        fields, scope = _fields_to(adapter, key.kind), _scope(sender, key, adapter)
        # Resources of one kind may name each other in texts, which are no declared references.
        if (not fields and kind != key.kind) or scope is None or adapter.parent == key.kind:
            continue
        try:
            with members_needed("look"):
                found = list(_looked_through(sender, key, adapter, scope, reads))
        except CallError:
            continue
        reads -= sum(read for _, _, read in found)
        yield from (_called(keys, kind, seen) for seen, uses, _ in found if uses)


def _keys(sender: Sender) -> Mapping[str, Key]:
    """The keys of all our resources, by ARN."""
    world = sender.world
    found = {stray.sighting.arn: stray.key for stray in world.strays}
    return found | {sighting.arn: key for key, sighting in world.sightings.items()}


def _called(keys: Mapping[str, Key], kind: str, seen: Sighting) -> str:
    """A resource's key, followed by AWS's name if that differs."""
    key = keys.get(seen.arn, Key(kind, seen.name))
    return str(key) if key.name == seen.name else f"{key} ({seen.name})"


def _looked_through(
    sender: Sender, key: Key, adapter: Adapter[Any], scope: Address, reads: int
) -> Iterator[tuple[Sighting, bool, bool]]:
    """Each resource of a kind, whether it refers to the other one, and whether a read was needed."""
    api, target = sender.api_of(adapter.service.name), sender.going(key)
    names = _fields_to(adapter, key.kind)
    for seen in [each for each in adapter.list(api, scope) if each.arn != target.arn]:
        members = dict(seen.settings)
        unknown = not_shown(adapter, names, seen, {})
        read = bool(unknown) and reads > 0
        if read:
            reads -= 1
            members |= adapter.get_fields(api, seen, unknown)
        yield seen, refers(members, target) or mentions(adapter, members, key, target), read


def _fields_to(adapter: Adapter[Any], kind: str) -> frozenset[str]:
    """The fields by which resources of one kind may name another kind, including texts."""
    shapes = fields_of(adapter.model)
    return fields_to(adapter, kind) | {name for name, shape in shapes.items() if kind in meant(shape)}


def _scope(sender: Sender, key: Key, adapter: Adapter[Any]) -> Address | None:
    """The scope in which resources of a kind may use it: the whole account, or its own parent."""
    if adapter.parent is None:
        return {}
    desired = sender.stack.resources.get(key)
    scope = desired.scope if desired else sender.scope_of_stray(key)
    return sender.world.scope_of(scope) if scope and scope.kind == adapter.parent else None
