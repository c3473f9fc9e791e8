"""`dead-letters`: lists the entries of the outbox that wait for somebody, or sends them again."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from staff_integration import outbox
from staff_integration.commands import PENDING, SETTLED, CommandError, Place
from staff_integration.database import in_transaction
from staff_integration.tables import Event


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--send", type=int, nargs="+", metavar="ID", help="send these entries again")
    again.add_argument("--send-all", action="store_true", help="send all of them again")


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: an entry that is named does not wait.
    """
    if given.send or given.send_all:
        count = in_transaction(place.sessions(), lambda session: _send(session, given.send))
        place.say(f"{count} {'entry is' if count == 1 else 'entries are'} due again")
        return SETTLED
    with place.sessions()() as session:
        found = _dead(session)
    for each in found:
        place.say(
            f"{each.event_id}  {each.event_type}  {each.staff_id}  "
            f"{each.created_at:%Y-%m-%d %H:%M:%S}  {each.attempts} attempts: {each.last_error}"
        )
    if not found:
        place.say("no entry waits for somebody")
        return SETTLED
    count = len(found)
    place.say(
        f"{count} {'entry waits' if count == 1 else 'entries wait'} for somebody; "
        "send them again with --send ID ... or --send-all"
    )
    return PENDING


def _dead(session: Session) -> Sequence[Event]:
    return session.scalars(select(Event).where(Event.state == "dead").order_by(Event.event_id)).all()


def _send(session: Session, wanted: Sequence[int] | None) -> int:
    dead = {each.event_id: each for each in _dead(session)}
    missing = [str(each) for each in wanted or () if each not in dead]
    if missing:
        raise CommandError(f"there is no entry {', '.join(missing)} that waits")
    chosen = [dead[each] for each in wanted] if wanted else list(dead.values())
    for event in chosen:
        staff = outbox.locked(session, event.staff_id)
        outbox.send_again(event)
        session.flush()
        if staff is not None:
            outbox.settle(session, staff)
    return len(chosen)
