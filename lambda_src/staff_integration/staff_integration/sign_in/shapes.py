"""What sign-in takes, answers and raises."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from staff_integration.clock import Clock, SystemClock
from staff_integration.database import Sessions
from staff_integration.sign_in.passwords import Passwords
from staff_integration.vault import Vault


class RefusedError(Exception):
    """Raised where somebody is not let in; the message does not tell why."""


class SlowedError(Exception):
    """Raised where attempts come too often.

    Args:
        seconds: until the next one is allowed.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__("too many attempts")
        self.seconds = seconds


@dataclass(frozen=True)
class Tokens:
    """What a system gets for a member of staff."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    must_change_password: bool

    def __repr__(self) -> str:
        return "Tokens()"


@dataclass(frozen=True)
class Attempt:
    """Who wants to sign in, and from where."""

    username: str
    password: str
    address: str

    def __repr__(self) -> str:
        return "Attempt()"


@dataclass(frozen=True)
class SignInTools:
    """What sign-in works with."""

    sessions: Sessions
    vault: Vault
    passwords: Passwords
    clock: Clock = field(default_factory=SystemClock)
    new_secret: Callable[[], str] = lambda: secrets.token_urlsafe(32)
