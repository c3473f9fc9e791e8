"""`backup`: copies the database, encrypted, into a bucket or a folder, and makes a database of a copy."""

import contextlib
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping

from staff_integration import migrations
from staff_integration.assembly import library_from
from staff_integration.backup import BackupError
from staff_integration.backup.calendar import KINDS
from staff_integration.backup.drill import drill, said
from staff_integration.backup.library import Library, Listed
from staff_integration.backup.loading import restore, resume
from staff_integration.backup.lock import LockedError, alone
from staff_integration.backup.manifest import Manifest
from staff_integration.backup.runs import Run, recorded
from staff_integration.clock import JAPAN, SystemClock
from staff_integration.commands import FAILED, REFUSED, SETTLED, CommandError, Place
from staff_integration.database import engine_for
from staff_integration.settings import PREFIX, optional, setting


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for kind in KINDS:
        made = actions.add_parser(kind, help=f"make a {kind} backup, check it, and delete those not kept")
        made.add_argument(
            "--wait",
            type=float,
            default=900,
            metavar="SECONDS",
            help="how long to wait for another backup that is being made (default: 900)",
        )
    listing = actions.add_parser("list", help="list the backups, the oldest first")
    listing.add_argument("--json", action="store_true", help="print JSON")
    verify = actions.add_parser("verify", help="read a backup as a whole and compare it with its manifest")
    restoring = actions.add_parser("restore", help="fill an empty database from a backup")
    for each in (verify, restoring):
        each.add_argument("backup", metavar="NAME", help="the name of the backup, or `newest`")
    restoring.add_argument(
        "--into",
        metavar="URL",
        help=f"the URL of an empty database (default: {PREFIX}RESTORE_DATABASE_URL, else {PREFIX}DATABASE_URL)",
    )
    drilling = actions.add_parser(
        "drill", help="rebuild the newest backup elsewhere, compare it, measure, and clean up"
    )
    drilling.add_argument(
        "--not-kept", action="store_true", help="do not write the result into the database, which may be gone"
    )


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: it failed, or another process makes a backup.
        SettingError: a setting is missing or wrong.
        DatabaseUrlError: a URL cannot be used.
    """
    action: str = given.action
    try:
        return ACTIONS.get(action, _make)(place, given, library_from(place.environment))
    except BackupError as error:
        raise CommandError(str(error), FAILED) from None
    except LockedError:
        raise CommandError("another process is at it; try again when it has ended", REFUSED) from None


def _make(place: Place, given: Namespace, library: Library) -> int:
    sessions, clock = place.sessions(), SystemClock()
    engine = sessions.kw["bind"]
    with alone(engine, clock, given.wait), recorded(sessions, clock, given.action) as run:
        manifest = library.make(engine, given.action)
        run.kept = {"backup": manifest.name, "row_count": manifest.rows}
        _say(place, "made", manifest)
        for name in library.prune(given.action):
            place.say(f"deleted {name}")
    return SETTLED


def _list(place: Place, given: Namespace, library: Library) -> int:
    found = library.listed()
    if given.json:
        place.say(json.dumps([_as_dict(each) for each in found], indent=1))
        return SETTLED
    for each in found:
        place.say(f"{each.name}  {each.made_at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S %Z}  {each.size:,} bytes")
    if not found:
        place.say("there is no backup")
    return SETTLED


def _as_dict(listed: Listed) -> dict[str, object]:
    return {
        "name": listed.name,
        "kind": listed.kind,
        "madeAt": listed.made_at.isoformat(),
        "bytes": listed.size,
    }


def _verify(place: Place, given: Namespace, library: Library) -> int:
    _say(place, "whole:", library.verify(_name(given, library)))
    return SETTLED


def _restore(place: Place, given: Namespace, library: Library) -> int:
    engine = engine_for(
        given.into
        or optional(place.environment, "RESTORE_DATABASE_URL")
        or setting(place.environment, "DATABASE_URL")
    )
    clock = SystemClock()
    began = clock.now()
    name = _name(given, library)
    manifest = library.manifest(name)
    # A second restore at the same time would drop the tables of the first one when it fails.
    with alone(engine, clock, 0, "restore"):
        restore(engine, library.lines(name), manifest)
        resume(engine, manifest)
    _say(place, f"restored in {said(clock.now() - began)}:", manifest)
    place.say(
        f"the database is as at {manifest.covers.isoformat(timespec='seconds')}; sessions have ended; both systems have to "
        "send again what they have sent since"
    )
    if manifest.revision != migrations.newest():
        place.say(
            f"its schema is at revision {manifest.revision}; `database upgrade` brings it to {migrations.newest()}"
        )
    return SETTLED


def _drill(place: Place, given: Namespace, library: Library) -> int:
    url, clock = optional(place.environment, "DRILL_DATABASE_URL"), SystemClock()
    with contextlib.ExitStack() as stack:
        run = Run() if given.not_kept else stack.enter_context(recorded(place.sessions(), clock, "drill"))
        found = drill(library, clock, url)
        run.kept = {
            "backup": found.name,
            "row_count": found.rows,
            "rpo_seconds": found.rpo.total_seconds(),
            "rto_seconds": found.rto.total_seconds(),
        }
        place.say(
            f"drill: {found.name} rebuilt, {found.tables} tables with {found.rows} rows as in its manifest; "
            f"RPO {said(found.rpo)}, RTO {said(found.rto)}"
        )
        if found.misses:
            raise CommandError("; ".join(found.misses), FAILED)
    return SETTLED


def _name(given: Namespace, library: Library) -> str:
    name: str = given.backup
    return library.newest().name if name == "newest" else name


def _say(place: Place, what: str, manifest: Manifest) -> None:
    place.say(
        f"{what} {manifest.name}: {len(manifest.tables)} tables with {manifest.rows} rows, "
        f"revision {manifest.revision}, covers {manifest.covers.isoformat(timespec='seconds')}"
    )
    if manifest.left_out:
        place.say(f"not in it, because they are not of this application: {', '.join(manifest.left_out)}")


ACTIONS: Mapping[str, Callable[[Place, Namespace, Library], int]] = {
    "list": _list,
    "verify": _verify,
    "restore": _restore,
    "drill": _drill,
}
