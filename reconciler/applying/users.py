"""Finds who uses a resource that AWS does not delete because it is in use, so that somebody can let go of it."""

from collections.abc import Iterator
from typing import Any

from reconciler.applying.sending import Sender
from reconciler.contract import Adapter, Address
from reconciler.errors import CallError, members_needed
from reconciler.observing import known
from reconciler.planning.users import fields_to, refers
from reconciler.shapes import fields_of
from reconciler.stack import Key

READS = 50
"""So many resources are read one by one at most, to find out whether they use another one."""
NAMED = 5


def whose_use(sender: Sender, key: Key) -> str:
    """Who uses a resource, as far as a look tells, and what is to be done about it."""
    users = sorted(_users(sender, key))
    advice = f"delete that or let it go first, or write {key} in the files again, or under `release`"
    if not users:
        return f"nothing that is known here uses it: empty it or let go of it by hand; {advice}"
    more = f" and {len(users) - NAMED} more" if len(users) > NAMED else ""
    return f"it is used by {', '.join(users[:NAMED])}{more}; {advice}"


def _users(sender: Sender, key: Key) -> Iterator[str]:
    """`kind/name` of all that refers to it; what cannot be read is passed over."""
    reads = READS
    for kind, adapter in sorted(sender.kinds.items()):
        fields, scope = fields_to(adapter, key.kind), _scope(sender, key, adapter)
        if not fields or scope is None or adapter.within == key.kind:
            continue
        try:
            with members_needed("look"):
                found = list(_looked_through(sender, key, adapter, scope, reads))
        except CallError:
            continue
        reads -= sum(read for _, _, read in found)
        yield from (f"{kind}/{name}" for name, uses, _ in found if uses)


def _looked_through(
    sender: Sender, key: Key, adapter: Adapter[Any], scope: Address, reads: int
) -> Iterator[tuple[str, bool, bool]]:
    """Each resource of a kind: its name, whether it refers to the other one, and whether that took a read."""
    api, target = sender.api_of(adapter.service), sender.sighting_of(key)
    shapes = {name: fields_of(adapter.model)[name] for name in fields_to(adapter, key.kind)}
    for seen in [each for each in adapter.sight(api, scope) if each.arn != target.arn]:
        members = dict(seen.settings)
        unknown = frozenset(
            name for name, shape in shapes.items() if not known(adapter, name, shape, seen, None)
        )
        read = bool(unknown) and reads > 0
        if read:
            reads -= 1
            members |= adapter.read(api, seen, unknown)
        yield seen.name, refers(members, target), read


def _scope(sender: Sender, key: Key, adapter: Adapter[Any]) -> Address | None:
    """Where resources of a kind are that may use it: all there are, or what lives where it does."""
    if adapter.within is None:
        return {}
    desired = sender.stack.resources.get(key)
    scope = desired.scope if desired else sender.scope_of_stray(key)
    return sender.world.scope_of(scope) if scope and scope.kind == adapter.within else None
