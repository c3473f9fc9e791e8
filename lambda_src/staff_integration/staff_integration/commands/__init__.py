"""The commands of `python -m staff_integration`, one module each."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TextIO

from staff_integration.database import Sessions, engine_for, sessions_of
from staff_integration.settings import setting

SETTLED, FAILED, PENDING, INVALID, REFUSED = 0, 1, 2, 3, 4
"""Exit codes: done or nothing to do; failed; a dry run has found changes; invalid input; refused."""
MOST_DAYS = 3660
"""How long the time of a report may be."""


@dataclass(frozen=True)
class Place:
    """Where a command runs."""

    environment: Mapping[str, str]
    out: TextIO

    def say(self, line: str) -> None:
        """Print a line."""
        self.out.write(f"{line}\n")

    def sessions(self) -> Sessions:
        """Sessions of the database.

        Raises:
            SettingError: there is no URL of a database.
            DatabaseUrlError: the URL cannot be used.
        """
        return sessions_of(engine_for(setting(self.environment, "DATABASE_URL")))


class CommandError(Exception):
    """Raised where a command cannot do what it is asked for; the message is one line or several.

    Args:
        message: what is wrong, and what to do.
        code: the exit code.
    """

    def __init__(self, message: str, code: int = INVALID) -> None:
        super().__init__(message)
        self.code = code


def port(text: str) -> int:
    """The number of a port, as the type of an argument.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) < 65536):
        raise ArgumentTypeError(f"{text} is no port; write a number from 1 to 65535")
    return int(text)


def window_of(name: str, value: float, unit: timedelta) -> timedelta:
    """A stretch of time that an option asks for, as a number of hours or days.

    Raises:
        CommandError: it is none, or too long.
    """
    most = timedelta(days=MOST_DAYS) / unit
    if not 0 < value <= most:
        raise CommandError(f"{name} {value:g}: from more than 0 to {most:g}")
    return value * unit


class Command(Protocol):
    """A module of this package; its docstring begins with the name of the command."""

    __doc__: str | None

    def add(self, parser: ArgumentParser) -> None:
        """Describe the arguments."""

    def run(self, place: Place, given: Namespace) -> int:
        """Carry the command out; return the exit code."""
