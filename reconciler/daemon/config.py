"""What the daemon is told: which stacks to watch, how often, and whom to tell; one YAML file."""

from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field, model_validator

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

Seconds: TypeAlias = Annotated[float | int, Field(ge=1, le=31 * DAY)]
Name: TypeAlias = Annotated[str, Form(r"[A-Za-z0-9._-]{1,64}", "1 to 64 of a-z, A-Z, 0-9, ., _ and -")]


class WatchPart(Part):
    """One stack to watch over."""

    stack: str
    """Its directory, from where this file is."""
    environment: str | None = None
    every: Seconds | None = None
    """Seconds between quick passes; 60 where neither this nor `cron` is written."""
    cron: str | None = None
    """When quick passes are made, as five fields of cron, in UTC."""
    audit_every: Seconds | None = None
    """Seconds between audits, which read everything anew; a day where neither this nor `audit_cron` is written."""
    audit_cron: str | None = None
    correct: bool = True
    """Whether drift is corrected; otherwise passes only report it."""
    share: Annotated[int, Field(ge=1, le=100)] = 80
    """How much of each AWS request quota to use, in percent."""
    profile: str | None = None
    """Whose credentials, by the name of a profile in the AWS configuration."""
    call_deadline: Seconds = 30
    """Seconds that one call has in all: connecting, sending, headers and body."""
    list_deadline: Seconds = 300
    """Seconds that all pages of one list have."""
    pass_deadline: Seconds | None = None
    """Seconds after which a pass begins nothing more; 900, or twice what AWS's quotas make it take, where it is left out."""
    prune_after: Seconds | None = None
    """Seconds that a resource must be absent from unchanged files before it is deleted or released; see `DaemonPart`."""

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
        """When quick passes are made."""
        return Frequency(cron=self.cron) if self.cron else Frequency(every=self.every or 60.0)

    @property
    def audit(self) -> Frequency:
        """When audits are made."""
        return (
            Frequency(cron=self.audit_cron) if self.audit_cron else Frequency(every=self.audit_every or DAY)
        )


class LeasePart(Part):
    """The lease by which one of several daemons is at work."""

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
        """The same, checked."""
        return Times(float(self.seconds), float(self.renew_deadline), float(self.retry))

    @model_validator(mode="after")
    def _times_that_hold(self) -> "LeasePart":
        self.times  # noqa: B018 -- refuses times by which two could hold the lease
        return self


class EventsPart(Part):
    """A queue into which EventBridge puts what CloudTrail sees."""

    queue_url: Annotated[str, Form(r"https?://.*", "a URL that begins with https://")]
    region: str
    profile: str | None = None


class SecretPart(Part):
    """Where a secret is kept."""

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
        """The secret; None where an environment variable holds it."""
        if self.ssm is not None:
            return Secret("ssm", self.ssm, self.member)
        if self.secretsmanager is not None:
            return Secret("secretsmanager", self.secretsmanager, self.member)
        return None


class AnnouncePart(Part):
    """Whom to tell of drift and failures."""

    sns: (
        Annotated[str, Form(r"arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:.+", "the ARN of an SNS topic")] | None
    ) = None
    """The ARN of a topic."""
    webhook: SecretPart | None = None
    """An address that takes `{"text": ...}`; whoever knows it may write there, so it is kept as a secret."""
    region: str | None = None
    """Where the webhook's secret is kept."""
    profile: str | None = None
    deadline: Seconds = DEADLINE
    """Seconds for one announcement in all, on one channel."""

    @model_validator(mode="after")
    def _a_place_for_the_secret(self) -> "AnnouncePart":
        if self.webhook is not None and self.webhook.secret is not None and self.region is None:
            raise ValueError("`region` is needed: the Region of the webhook's secret")
        return self


class HistoryPart(Part):
    """Where passes are written down."""

    at: str
    """`sqlite:FILE` or `s3://BUCKET/PREFIX`."""
    region: str | None = None
    """Where the bucket is."""
    profile: str | None = None

    @model_validator(mode="after")
    def _a_place(self) -> "HistoryPart":
        check_location(self.at)
        if self.at.startswith(S3) and self.region is None:
            raise ValueError("`region` is needed: the Region of the bucket")
        return self


class HttpPart(Part):
    """Where health and figures are asked for."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 9400


class DaemonPart(Part):
    """All that the daemon is told."""

    watches: Annotated[dict[Name, WatchPart], Field(min_length=1)]
    lease: LeasePart | None = None
    events: EventsPart | None = None
    announce: AnnouncePart = AnnouncePart()
    http: HttpPart | None = HttpPart()
    history: HistoryPart | None = None
    """Without it, the file that `once` uses too."""
    prune_after: Seconds = PRUNE_AFTER
    """The same for every watch that does not say it itself."""


def read_config(path: Path) -> DaemonPart:
    """The daemon's settings from a file; directories in it count from where the file is.

    Raises:
        InvalidStack: with every mistake, by line and column.
    """
    mistakes = Mistakes()
    config = read_file(path, DaemonPart, mistakes)
    mistakes.raise_any()
    if config is None:
        raise InvalidStack(())
    return config
