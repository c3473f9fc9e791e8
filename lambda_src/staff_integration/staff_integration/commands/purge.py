"""`purge`: deletes old rows that nothing needs any more."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

from staff_integration.commands import PENDING, SETTLED, CommandError, Place
from staff_integration.purging import AGES, purge


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "--dry-run", action="store_true", help="only say how many there are (exit code 2 if any)"
    )
    for age in AGES:
        parser.add_argument(
            _option(age.table),
            type=int,
            default=age.days,
            metavar="DAYS",
            help=f"how long rows of {age.table} are kept (default: {age.days}, at least {age.least})",
        )


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: an age is too low.
    """
    days = {age.table: getattr(given, age.table) for age in AGES}
    wrong = [
        f"{_option(age.table)} {days[age.table]}: at least {age.least}, because {age.reason}"
        for age in AGES
        if not age.least <= days[age.table] <= 36500
    ]
    if wrong:
        raise CommandError("\n".join(wrong))
    found = purge(place.sessions(), datetime.now(UTC), days, dry_run=given.dry_run)
    for table, count in found.items():
        place.say(
            f"{table}: {count} {'row' if count == 1 else 'rows'} "
            f"older than {days[table]} days {'to delete' if given.dry_run else 'deleted'}"
        )
    return PENDING if given.dry_run and any(found.values()) else SETTLED


def _option(table: str) -> str:
    return f"--{table.replace('_', '-')}"
