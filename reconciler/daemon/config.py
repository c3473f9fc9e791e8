"""The daemon's settings, from one YAML file: which stacks to watch, how often, and whom to notify."""

import re
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from reconciler.daemon.file_stability import PRUNE_AFTER
from reconciler.daemon.lease import Times
from reconciler.daemon.outbox import DEADLINE
from reconciler.daemon.schedule import DAY, Frequency
from reconciler.desired import InvalidStack
from reconciler.desired.mistakes import Mistakes
from reconciler.desired.one_file import read_file
from reconciler.forms import Form
from reconciler.history.history_location import S3, check_location
from reconciler.model import Part, Secret

LONGEST_HOLD = 31 * DAY
"""The longest time for which an edit is held, in seconds."""
UNITS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": DAY}
TIME = re.compile(r"([0-9]{1,9})([smhd]?)")


def seconds_of(value: Any) -> Any:
    """The seconds of a time with a unit, such as `2h`; any other value as it is.

    Raises:
        ValueError: it is a text, and no such time.
    """
    if not isinstance(value, str):
        return value
    found = TIME.fullmatch(value)
    if found is None:
        raise ValueError("expected a time such as 45s, 30m, 2h or 1d, or a number of seconds")
    return int(found[1]) * UNITS[found[2]]


Seconds: TypeAlias = Annotated[float | int, Field(ge=1, le=31 * DAY)]
Hold: TypeAlias = Annotated[float | int, BeforeValidator(seconds_of), Field(ge=0, le=LONGEST_HOLD)]
Name: TypeAlias = Annotated[str, Form(r"[A-Za-z0-9._-]{1,64}", "1 to 64 of a-z, A-Z, 0-9, ., _ and -")]


class WatchPart(Part):
    """One stack to watch."""

    stack: str
    """Its directory, relative to this file."""
    environment: str | None = None
    every: Seconds | None = None
    """Seconds between quick passes; 60 if neither this nor `cron` is set."""
    cron: str | None = None
    """The times of quick passes, as five fields of cron, in UTC."""
    audit_every: Seconds | None = None
    """Seconds between audits, which read everything again; one day if neither this nor `audit_cron` is set."""
    audit_cron: str | None = None
    correct: bool = True
    """Whether drift is corrected; if false, passes only report it."""
    share: Annotated[int, Field(ge=1, le=100)] = 80
    """How much of each AWS request quota to use, in percent."""
    profile: str | None = None
    """The profile in the AWS configuration whose credentials are used."""
    call_deadline: Seconds = 30
    """Total seconds for one call: connecting, sending, headers and body."""
    list_deadline: Seconds = 300
    """Total seconds for all pages of one list."""
    pass_deadline: Seconds | None = None
    """Seconds after which a pass starts no further work; by default 900, or twice the time at AWS's quotas if longer."""
    prune_after: Seconds | None = None
    """Seconds that a resource must be absent from unchanged files before it is deleted or released; see `DaemonPart`."""
    hold: Hold = 0
    """Seconds for which a field that was edited in AWS is left as it is, before it is corrected; 0: not at all."""
    hold_by_kind: dict[str, Hold] = {}
    """The same for single kinds, by kind."""

    @model_validator(mode="after")
    def _one_rhythm_of_each(self) -> "WatchPart":
        for seconds, cron in (("every", "cron"), ("audit_every", "audit_cron")):
            if getattr(self, seconds) is not None and getattr(self, cron) is not None:
                raise ValueError(f"either `{seconds}` or `{cron}`, not both")
        for name in ("cron", "audit_cron"):
            try:
                Frequency(cron=getattr(self, name)).trigger("") if getattr(self, name) is not None else None
            except ValueError as error:
                raise ValueError(f"`{name}` cannot be read: {error}") from None
        return self

    @property
    def quick(self) -> Frequency:
        """The schedule of quick passes."""
        return Frequency(cron=self.cron) if self.cron else Frequency(every=self.every or 60.0)

    @property
    def audit(self) -> Frequency:
        """The schedule of audits."""
        return (
            Frequency(cron=self.audit_cron) if self.audit_cron else Frequency(every=self.audit_every or DAY)
        )


class LeasePart(Part):
    """The lease that makes one of several daemons the active one."""

    table: Annotated[str, Field(min_length=3, max_length=255)]
    """A DynamoDB table whose partition key is the text `lease`."""
    region: str
    name: Name = "reconciler"
    seconds: Seconds = 15
    renew_deadline: Seconds = 10
    retry: Seconds = 2
    profile: str | None = None

    @property
    def times(self) -> Times:
        """The checked times of the lease, in seconds."""
        return Times(float(self.seconds), float(self.renew_deadline), float(self.retry))

    @model_validator(mode="after")
    def _times_that_hold(self) -> "LeasePart":
        self.times  # noqa: B018 -- refuses times by which two could hold the lease
        return self


class EventsPart(Part):
    """A queue that EventBridge fills with events of CloudTrail."""

    queue_url: Annotated[str, Form(r"https?://.*", "a URL that begins with https://")]
    region: str
    profile: str | None = None


class SecretPart(Part):
    """The place where a secret is kept."""

    ssm: str | None = None
    secretsmanager: str | None = None
    member: str | None = None
    environment_variable: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "SecretPart":
        if sum(each is not None for each in (self.ssm, self.secretsmanager, self.environment_variable)) != 1:
            raise ValueError("one of `ssm`, `secretsmanager` and `environment_variable` is needed")
        return self

    @property
    def secret(self) -> Secret | None:
        """The secret; None if an environment variable holds it."""
        if self.ssm is not None:
            return Secret("ssm", self.ssm, self.member)
        if self.secretsmanager is not None:
            return Secret("secretsmanager", self.secretsmanager, self.member)
        return None


class AnnouncePart(Part):
    """The channels for notifications of drift and failures."""

    sns: (
        Annotated[str, Form(r"arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:.+", "the ARN of an SNS topic")] | None
    ) = None
    """The ARN of a topic."""
    webhook: SecretPart | None = None
    """An address that takes `{"text": ...}`; it is a secret, because everyone who knows it can post there."""
    region: str | None = None
    """The Region of the webhook's secret."""
    profile: str | None = None
    deadline: Seconds = DEADLINE
    """Total seconds for one notification on one channel."""

    @model_validator(mode="after")
    def _a_place_for_the_secret(self) -> "AnnouncePart":
        if self.webhook is not None and self.webhook.secret is not None and self.region is None:
            raise ValueError("`region` is needed: the Region of the webhook's secret")
        return self


class HistoryPart(Part):
    """The place where passes are recorded."""

    at: str
    """`sqlite:FILE` or `s3://BUCKET/PREFIX`."""
    region: str | None = None
    """The Region of the bucket."""
    profile: str | None = None

    @model_validator(mode="after")
    def _a_place(self) -> "HistoryPart":
        check_location(self.at)
        if self.at.startswith(S3) and self.region is None:
            raise ValueError("`region` is needed: the Region of the bucket")
        return self


class HttpPart(Part):
    """The address of the HTTP server for health and metrics."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 9400


class DaemonPart(Part):
    """All settings of the daemon."""

    watches: Annotated[dict[Name, WatchPart], Field(min_length=1)]
    lease: LeasePart | None = None
    events: EventsPart | None = None
    announce: AnnouncePart = AnnouncePart()
    http: HttpPart | None = HttpPart()
    history: HistoryPart | None = None
    """The history; without it, the file that `once` also uses."""
    prune_after: Seconds = PRUNE_AFTER
    """The default of `prune_after` for every watch, in seconds."""
    hold_folder: str | None = None
    """The directory of the patches that record held edits; by default `$XDG_STATE_HOME/reconciler/held`."""


def read_config(path: Path) -> DaemonPart:
    """Read the daemon's settings from a file; directories in it are relative to the file.

    Raises:
        InvalidStack: with every mistake, by line and column.
    """
    mistakes = Mistakes()
    config = read_file(path, DaemonPart, mistakes)
    mistakes.raise_any()
    if config is None:
        raise InvalidStack(())
    return config
