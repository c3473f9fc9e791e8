"""The state of the one sandbox in a process: its account, its clock, its password."""

import os
import secrets
import string
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from moto.core.base_backend import BackendDict

from reconciler.sandbox.fault_injection.middleware import Middleware
from reconciler.sandbox.fault_injection.sandbox_settings import SandboxSettings, applied
from reconciler.sandbox.journal import Journal
from reconciler.sandbox.lambda_runner import Runner
from reconciler.token_bucket import TokenBucket

Clock = Callable[[], float]  # seconds since the epoch
Sleep = Callable[[float], None]

SERVED = "MOTO_ACCOUNT_ID"
"""The variable from which moto takes the account of a request."""
DEFAULT_ACCOUNT = "123456789012"
ACCOUNT_DIGITS = 12

# Nothing of the user's own AWS set-up may reach a sandbox, least of all credentials or another endpoint.
SANDBOXED_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIASANDBOXSANDBOX00",
    "AWS_SECRET_ACCESS_KEY": "sandbox",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
}
FORGOTTEN_ENVIRONMENT = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")


def new_password() -> str:
    """Return a password that Amazon Connect accepts, and Cognito as a client secret: 24 to 64 characters with lower, upper and digit."""
    letters = string.ascii_letters + string.digits
    drawn = "".join(secrets.choice(letters) for _ in range(24))
    return f"{drawn}aA1"


@dataclass
class ProcessState:
    """The settings of a whole sandbox.

    `settling_seconds` is how long a table or an index stays in CREATING, UPDATING or DELETING by the clock; `sleep`
    lets time pass on the same clock.
    """

    account: str = DEFAULT_ACCOUNT
    clock: Clock = time.time
    settling_seconds: float = 0.0
    password: str = field(default_factory=new_password, repr=False)
    sleep: Sleep | None = None
    settings: SandboxSettings = field(default_factory=SandboxSettings)
    journal: Journal = field(default_factory=Journal, init=False, repr=False)
    keeper: Middleware = field(init=False, repr=False)
    roles: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    """The account of each access key that AssumeRole has returned, and of those of functions."""
    runner: Runner = field(default_factory=Runner, init=False, repr=False)
    api_buckets: dict[tuple[str, ...], TokenBucket] = field(default_factory=dict, init=False, repr=False)
    """The tokens of the methods of stages, and of usage plans."""
    api_usage: dict[tuple[str, ...], int] = field(default_factory=dict, init=False, repr=False)
    """The requests that were counted for quotas of usage plans and for canaries."""
    url: str | None = field(default=None, init=False)
    """Where the sandbox is served over HTTP; None in process, until a function runs."""
    listen: Callable[[], None] | None = field(default=None, init=False, repr=False)
    """Serves a sandbox within a process over HTTP, which sets `url`."""

    _listening: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        """Raise ValueError for an invalid account, and for latency on a clock without `sleep`."""
        digits = self.account.isascii() and self.account.isdecimal()
        if len(self.account) != ACCOUNT_DIGITS or not digits:
            raise ValueError(f"an AWS account has {ACCOUNT_DIGITS} digits, not {self.account!r}")
        spends_time = self.settings.latency or self.settings.timeout
        if spends_time and self.sleep is None and self.clock is not time.time:
            raise ValueError("latency and timeouts on a clock of one's own need its `sleep` too")
        self.keeper = Middleware(
            self.settings,
            self.journal,
            self.account,
            self.now,
            self.sleep or time.sleep,
            account_of=self.account_of,
        )

    def url_for_functions(self) -> str:
        """The URL at which functions reach the sandbox. A sandbox within a process listens from the first call on."""
        with self._listening:
            if self.url is None and self.listen is not None:
                self.listen()
        if self.url is None:
            raise RuntimeError("no sandbox is on in this process")
        return self.url

    def now(self) -> float:
        """The present time on the clock in use."""
        return self.clock()

    def account_of(self, access_key: str) -> str:
        """The account that an access key belongs to."""
        return self.roles.get(access_key, self.account)


class _Held:
    world: ProcessState | None = None
    fallback = ProcessState()


def current() -> ProcessState:
    """Return the active state, or a default one outside any sandbox."""
    return _Held.world or _Held.fallback


def account_served() -> str:
    """Return the account to which the present request belongs."""
    return os.environ.get(SERVED, current().account)


@contextmanager
def serving(access_key: str) -> Iterator[None]:
    """Let the present request belong to the account of its access key; only one request is served at a time."""
    account = current().roles.get(access_key)
    if account is None:
        yield
        return
    with serving_account(account):
        yield


@contextmanager
def serving_account(account: str) -> Iterator[None]:
    """Let the present request belong to an account; only one request is served at a time."""
    before = os.environ[SERVED]
    os.environ[SERVED] = account
    try:
        yield
    finally:
        os.environ[SERVED] = before


@contextmanager
def serving_others() -> Iterator[None]:
    """Let requests of other accounts be served while the present one waits."""
    account = os.environ.get(SERVED)
    if account is None:  # no sandbox is on
        yield
        return
    os.environ[SERVED] = current().account
    try:
        yield
    finally:
        os.environ[SERVED] = account


def keeper() -> Middleware | None:
    """Return the middleware of the active sandbox, if there is one."""
    return _Held.world.keeper if _Held.world else None


@contextmanager
def hold(world: ProcessState, environment: Mapping[str, str] | None = None) -> Iterator[ProcessState]:
    """Make this state the process's state, with empty services, and undo it at the end.

    Raises RuntimeError if another one is active: moto keeps its state in the process, not in an object.
    """
    if _Held.world is not None:
        raise RuntimeError("a sandbox is already on in this process")
    _Held.world = world
    before = dict(os.environ)
    try:
        os.environ.update({SERVED: world.account, **(environment or {})})
        if environment:
            for name in FORGOTTEN_ENVIRONMENT:
                os.environ.pop(name, None)
        BackendDict.reset()
        with applied(world.settings):
            yield world
    finally:
        world.runner.close()
        BackendDict.reset()
        _Held.world = None
        _restore(before)


def _restore(before: Mapping[str, str]) -> None:
    touched = {SERVED, *SANDBOXED_ENVIRONMENT, *FORGOTTEN_ENVIRONMENT}
    for name in touched:
        if name in before:
            os.environ[name] = before[name]
        else:
            os.environ.pop(name, None)
