"""`rollout`: opens the functions to one cohort of staff after the other, goes back, and says whether to go on."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from staff_integration.commands import PENDING, REFUSED, SETTLED, CommandError, Place
from staff_integration.database import in_transaction
from staff_integration.rollout import plan
from staff_integration.rollout.files import InvalidRolloutError, RolloutFile, rollout_in
from staff_integration.rollout.standing import (
    CohortFigures,
    RefusedMoveError,
    Standing,
    Watched,
    back,
    standing,
    widen,
)

DECISIONS = {
    "go": "go: cohort {} may be opened by `rollout widen`",
    "no-go": "no-go: cohort {} may not be opened",
    "complete": "complete: every cohort is open",
    "none": "no rollout is loaded: the functions are open to all staff",
}


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    load = actions.add_parser("load", help="put the cohorts of a folder into the database")
    load.add_argument("folder", type=Path, help="the folder with the YAML file")
    load.add_argument("--dry-run", action="store_true", help="only say what would change (exit code 2)")
    for name, text in (
        ("status", "say where it stands, and whether the next cohort may be opened"),
        ("widen", "open the next cohort, unless a figure is red (exit code 4)"),
        ("back", "close the cohort that was opened last, whatever the figures are"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("--json", action="store_true", help="print the report as JSON")


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: the file is wrong, or the cohort is not opened or closed.
    """
    if given.action == "load":
        return _load(place, given.folder, dry_run=given.dry_run)
    work = {"status": standing, "widen": widen, "back": back}[given.action]
    try:
        found = in_transaction(place.sessions(), lambda session: work(session, datetime.now(UTC)))
    except RefusedMoveError as error:
        raise CommandError(str(error), REFUSED) from None
    if given.json:
        place.say(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
        return SETTLED
    for line in _lines(found, given.action):
        place.say(line)
    return SETTLED


def _load(place: Place, folder: Path, *, dry_run: bool) -> int:
    try:
        file = rollout_in(folder)
    except InvalidRolloutError as error:
        raise CommandError(str(error)) from None

    def work(session: Session) -> tuple[list[str], Standing]:
        now = datetime.now(UTC)
        return _loaded(session, file, now, dry_run=dry_run), standing(session, now)

    changed, found = in_transaction(place.sessions(), work)
    for line in changed:
        place.say(line)
    if not changed:
        place.say("the database has these cohorts; nothing to change")
        return SETTLED
    count = f"{len(changed)} {'change' if len(changed) == 1 else 'changes'}"
    place.say(f"dry run: {count} to make" if dry_run else f"{count} made")
    if found.last is None:
        then = "then no cohort" if dry_run else "no cohort"
        place.say(f"{then} is open: nobody can use the functions until `rollout widen`")
    return PENDING if dry_run else SETTLED


def _loaded(session: Session, file: RolloutFile, now: datetime, *, dry_run: bool) -> list[str]:
    wrong = list(plan.mistakes(session, file, now))
    if wrong:
        raise CommandError("\n".join(wrong))
    before = plan.kept(session)
    refused = list(plan.refusals(before, file.content))
    if refused:
        raise CommandError("\n".join(refused), REFUSED)
    changed = list(plan.changes(before, file.content))
    if changed and not dry_run:
        plan.write(session, file.content)
    return changed


def _lines(found: Standing, action: str) -> Iterator[str]:
    if action == "widen" and found.last is not None:
        yield f"cohort {found.last.cohort_id} is open"
    if action == "back":
        closed = found.following
        yield f"cohort {closed.cohort_id if closed else ''} is closed; its members are refused from now on"
    for cohort in found.cohorts:
        yield _cohort(cohort)
    for each in found.watched:
        yield _figure(each)
    if found.cohorts:
        yield f"{found.reached} members of staff are reached, {found.beyond} are not; {found.waiting} entries wait"
    for note in found.notes():
        yield f"note: {note}"
    following = found.following
    yield DECISIONS[found.decision].format(following.cohort_id if following else "")


def _cohort(cohort: CohortFigures) -> str:
    state = "closed" if cohort.opened_at is None else f"open since {cohort.opened_at:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"cohort {cohort.cohort_id} ({cohort.name}): {state}, {cohort.members} members of staff, "
        f"{cohort.accounts} accounts"
    )


def _figure(watched: Watched) -> str:
    word = {True: "green", False: "RED", None: "no data"}[watched.kpi.green]
    return f"{word}: {watched}"
