"""Finds the command that is meant and runs it; says what is wrong in one line."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn, TextIO

from sqlalchemy.exc import DBAPIError

from staff_integration.commands import (
    FAILED,
    INVALID,
    Command,
    CommandError,
    Place,
    backup,
    client,
    database,
    dead_letters,
    export_users,
    figures,
    keys,
    kpi,
    migrate,
    organisation,
    purge,
    report,
    rollout,
    serve,
    work,
)
from staff_integration.database import DatabaseUrlError
from staff_integration.interrupts import interrupts
from staff_integration.settings import SettingError

COMMANDS: Mapping[str, Command] = {
    "database": database,
    "organisation": organisation,
    "dead-letters": dead_letters,
    "report": report,
    "migrate": migrate,
    "rollout": rollout,
    "work": work,
    "keys": keys,
    "client": client,
    "serve": serve,
    "backup": backup,
    "kpi": kpi,
    "figures": figures,
    "purge": purge,
    "export-users": export_users,
}


class Parser(ArgumentParser):
    """Says in one line what is typed wrongly. `argparse` would exit with 2, which stands for changes here."""

    def error(self, message: str) -> NoReturn:
        """End with the exit code for invalid input."""
        self.exit(INVALID, f"{self.prog}: {message}; {self.prog} --help says what may be written\n")


def run(arguments: Sequence[str], environment: Mapping[str, str], out: TextIO, errors: TextIO) -> int:
    """Run a command; return the exit code. What is wrong is written to `errors`, a line each."""
    parser = Parser(prog="staff-integration", description="Staff, accounts and sign-in.")
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        summary = (module.__doc__ or "").partition(": ")[2].strip()
        module.add(commands.add_parser(name, help=summary, description=f"{summary[:1].upper()}{summary[1:]}"))
    given = parser.parse_args(arguments)
    try:
        return COMMANDS[given.name].run(Place(environment, out), given)
    except CommandError as error:
        errors.write(f"{error}\n")
        return error.code
    except (SettingError, DatabaseUrlError) as error:
        errors.write(f"{error}\n")
        return INVALID
    except DBAPIError as error:
        errors.write(f"the database answers: {error.orig}{_hint(error)}\n")
        return FAILED


def _hint(error: DBAPIError) -> str:
    """What to do where the schema is an older one."""
    words = [str(each) for each in error.orig.args] if error.orig else []
    missing = {"1146", "1054"} & set(words) or any(each.startswith("no such ") for each in words)
    return "; `database upgrade` brings the schema up" if missing else ""


def main() -> None:
    """Run the command of the command line."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it is closed, as with `>&-`
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # until the end
    sys.exit(interrupts.during(_written))


def _written() -> int:
    try:
        code = run(sys.argv[1:], os.environ, sys.stdout, sys.stderr)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever has read the output is gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:  # a disk that is full, a file that cannot be made
        where = f": {error.filename}" if error.filename else ""
        sys.stderr.write(f"the system answers: {error.strerror or type(error).__name__}{where}\n")
        return FAILED
    return code
