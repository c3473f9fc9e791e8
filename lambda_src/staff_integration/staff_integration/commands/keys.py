"""`keys`: lists the keys that sign tokens, or makes a new one."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

from sqlalchemy import select

from staff_integration.assembly import vault_from
from staff_integration.commands import SETTLED, CommandError, Place
from staff_integration.database import in_transaction
from staff_integration.sign_in import keys
from staff_integration.sign_in_tables import SigningKey


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "action", choices=("list", "rotate", "first"), help="first: make a key unless there is one"
    )
    parser.add_argument(
        "--compromised", action="store_true", help="the new key signs at once and all others are deleted"
    )


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: a key that is to be listed is said to be compromised.
        SettingError: the vault has no keys.
    """
    if given.compromised and given.action != "rotate":
        raise CommandError("--compromised goes with rotate")
    if given.action == "rotate" or (given.action == "first" and not _any(place)):
        vault = vault_from(place.environment)
        made = in_transaction(
            place.sessions(),
            lambda session: keys.rotate(session, vault, datetime.now(UTC), compromised=given.compromised),
        )
        place.say(f"key {made.key_id} signs from {made.active_at:%Y-%m-%d %H:%M:%S} UTC")
        return SETTLED
    with place.sessions()() as session:
        for key in session.scalars(select(SigningKey).order_by(SigningKey.active_at)):
            place.say(f"{key.key_id}  signs from {key.active_at:%Y-%m-%d %H:%M:%S} UTC")
    return SETTLED


def _any(place: Place) -> bool:
    with place.sessions()() as session:
        return session.scalar(select(SigningKey.key_id).limit(1)) is not None
