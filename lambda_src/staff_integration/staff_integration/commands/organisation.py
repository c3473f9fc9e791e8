"""`organisation`: puts the organisation of a folder into the database, or says what that would change."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from staff_integration.commands import PENDING, REFUSED, SETTLED, CommandError, Place
from staff_integration.database import in_transaction
from staff_integration.organisation import plan
from staff_integration.organisation.files import InvalidOrganisationError, organisation_in


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("folder", type=Path, help="the folder with the YAML files")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change (exit code 2)")


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: the files are wrong, or staff have what they leave out.
    """
    try:
        wanted = organisation_in(given.folder)
    except InvalidOrganisationError as error:
        raise CommandError(str(error)) from None

    def work(session: Session) -> tuple[list[plan.Change], Mapping[tuple[str, str], str]]:
        planned = plan.changes(session, wanted)
        refused = list(plan.refusals(session, planned))
        if refused:
            raise CommandError("\n".join(refused), REFUSED)
        if not given.dry_run:
            plan.write(session, planned)
        return list(planned), plan.brought_by_migrations(session, wanted)

    done, brought = in_transaction(place.sessions(), work)
    for (word, key), batch in brought.items():
        place.say(
            f"= {word} {key}: stays, because batch {batch} of a migration has brought it; add it to the files"
        )
    for change in done:
        place.say(str(change))
    count = f"{len(done)} {'change' if len(done) == 1 else 'changes'}"
    if not done:
        place.say("the database has this organisation; nothing to change")
        return SETTLED
    place.say(f"dry run: {count} to make" if given.dry_run else f"{count} made")
    return PENDING if given.dry_run else SETTLED
