"""A lease in DynamoDB, so that only one daemon is active at a time; it saves calls, and correctness does not need it.

The scheme is that of the DynamoDB lock client: the item holds no time, only a version that its holder changes every few
seconds. A daemon that has seen the same version for a whole lease, by its own clock, may take the lease over. Clocks are
never compared. A holder that could not renew in time stops working before another daemon may start.
https://aws.amazon.com/blogs/database/building-distributed-locks-with-the-dynamodb-lock-client/
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from reconciler.contract import Api
from reconciler.errors import CallError
from reconciler.runtime.clock import Clock
from reconciler.runtime.shutdown import Shutdown

log = structlog.get_logger(__name__)

JITTER = 1.2
"""A factor: a try that is a fifth late must still be in time."""
SHORTEST = 0.1
"""The least seconds between two tries."""
LOST = "ConditionalCheckFailedException"
CALLS = ("delete_item", "get_item", "put_item")
"""All operations of DynamoDB that are called, for the IAM policy."""


@dataclass(frozen=True)
class Times:
    """Times in seconds, as in Kubernetes' leader election, with the same rules."""

    lease: float = 15.0
    """Seconds for which an unchanged version excludes other daemons."""
    renew_deadline: float = 10.0
    """Seconds without a renewal after which a holder stops working."""
    retry: float = 2.0
    """Seconds between two tries to renew or to take over."""

    def __post_init__(self) -> None:
        """Refuse times with which two daemons could hold the lease.

        Raises:
            ValueError: with the problem.
        """
        if self.retry <= 0:
            raise ValueError("`retry` has to be more than 0 seconds")
        if self.renew_deadline <= JITTER * self.retry:
            raise ValueError("`renew_deadline` has to be more than 1.2 times `retry`")
        if self.lease <= self.renew_deadline:
            raise ValueError(
                "`seconds` has to be more than `renew_deadline`: the holder must stop before another daemon starts"
            )


class LeaseLost(Shutdown):
    """Raised when the lease is no longer held: no more work may start, because another daemon may be active."""


@dataclass
class Lease:
    """A lease that this process holds or tries to take."""

    api: Api
    """The API of DynamoDB; its calls must not wait for other calls."""
    clock: Clock
    table: str
    name: str
    holder: str
    """The unique name of this process."""
    new_version: Callable[[], str]
    """A function that returns a new unique version."""
    times: Times = Times()
    _mine: str | None = None
    _renewed: float = float("-inf")
    """When the last successful renewal began, by our clock, in seconds."""
    _seen: tuple[str | None, float] = (None, float("-inf"))
    """The version of another holder, and when we first saw it, in seconds."""
    terms: int = 0
    """How often we have taken it; between two terms another daemon may have held it."""
    other: str | None = None
    """The other holder, as far as we know."""

    @property
    def held(self) -> bool:
        """Whether we may work now."""
        return self._mine is not None and self.clock.now() - self._renewed < self.times.renew_deadline

    @property
    def pause(self) -> float:
        """Seconds until the next `turn`, at the latest when the lease of another holder ends."""
        version, since = self._seen
        if self._mine is not None or version is None:
            return self.times.retry
        return min(self.times.retry, max(SHORTEST, since + self.times.lease - self.clock.now()))

    def check(self) -> None:
        """Raise an error if no more work may start.

        Raises:
            LeaseLost: the lease is not held, or no longer held.
        """
        if not self.held:
            raise LeaseLost

    def turn(self) -> bool:
        """Renew the lease, or try to take it; returns whether we hold it now. Call it after each `pause`."""
        try:
            return self._renew() if self._mine is not None else self._try_to_take()
        except CallError as error:
            log.warning("lease request failed", lease=self.name, error=str(error))
            if not self.held:
                self._let_go()
            return self.held

    def release(self) -> None:
        """Give the lease back, so that another daemon need not wait. Call it once no work is under way."""
        if self._mine is None:
            return
        try:
            self.api.call(
                "delete_item",
                TableName=self.table,
                Key=self._key,
                ConditionExpression="version = :version",
                ExpressionAttributeValues={":version": {"S": self._mine}},
            )
        except CallError as error:
            log.warning("lease release failed", lease=self.name, error=str(error))
        self._let_go()

    @property
    def _key(self) -> dict[str, Any]:
        return {"lease": {"S": self.name}}

    def _renew(self) -> bool:
        began = self.clock.now()
        if self._write(self._mine):
            self._renewed = began
        return self.held

    def _try_to_take(self) -> bool:
        began = self.clock.now()
        item = self._item()
        version, self.other = item.get("version"), item.get("holder")
        if version is not None and version != self._seen[0]:
            self._seen = (version, began)
        if version is not None and began - self._seen[1] < self.times.lease:
            return False
        if self._write(version):
            self._renewed = began
            self.other = None
            self.terms += 1
            log.info("lease acquired", lease=self.name, holder=self.holder)
        return self.held

    def _write(self, version: str | None) -> bool:
        """Replace this version, or none, by one of ours; returns whether the lease is ours."""
        new = self.new_version()
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(version)"}
        if version is not None:
            values = {":version": {"S": version}}
            condition = {"ConditionExpression": "version = :version", "ExpressionAttributeValues": values}
        item = {
            **self._key,
            "version": {"S": new},
            "holder": {"S": self.holder},
            "seconds": {"N": f"{self.times.lease:g}"},
        }
        try:
            self.api.call("put_item", TableName=self.table, Item=item, **condition)
        except CallError as error:
            if error.code != LOST:
                raise
            return self._is_ours(new)
        self._mine = new
        return True

    def _is_ours(self, new: str) -> bool:
        """Whether a write had its effect although its condition failed.

        A write whose reply was lost fails on its own condition when it is tried again, and so does the next one.
        """
        item = self._item()
        if item.get("holder") != self.holder:
            self._let_go()
            log.info("lease lost", lease=self.name, holder=self.holder)
            return False
        self._mine = item["version"]
        return self._mine == new

    def _item(self) -> dict[str, str]:
        reply = self.api.call("get_item", TableName=self.table, Key=self._key, ConsistentRead=True)
        return {name: next(iter(value.values())) for name, value in (reply.get("Item") or {}).items()}

    def _let_go(self) -> None:
        self._mine = None
        self._renewed = float("-inf")
        self._seen = (None, float("-inf"))
