"""The handler: `connect_handler.app.handler`."""

import hashlib
import hmac
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from connect_handler import clients
from connect_handler.contact import Contact
from connect_handler.customers import READ_LANGUAGE, Customers
from connect_handler.reply import Reply, fitted
from connect_handler.secret_cache import SecretCache
from connect_handler.settings import Settings, default_language, reply_attributes

SERVICE = "connect-handler"
NAMESPACE = "ConnectHandler"
FOUND, UNKNOWN, ANONYMOUS, FAILED = "found", "unknown", "anonymous", "failed"
METRICS = {
    FOUND: "CallerFound",
    UNKNOWN: "CallerUnknown",
    ANONYMOUS: "CallerAnonymous",
    FAILED: "LookupFailed",
}
MARGIN = 0.5
"""Seconds that are left for the reply itself."""
PSEUDONYM = 16
"""Characters of a caller's pseudonym in the log."""

logger = Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME") or SERVICE)
metrics = Metrics(
    namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE") or NAMESPACE,
    service=os.environ.get("POWERTOOLS_SERVICE_NAME") or SERVICE,
)


def handler(event: object, context: Any) -> Reply:
    """Answer Amazon Connect. It never raises: whatever fails, the caller is served with the default reply."""
    try:
        return _answered(event, context)
    except Exception:  # noqa: BLE001  an error here is silence in the caller's ear
        _try(lambda: logger.exception("handler_failed"))
        return default_reply(FAILED, default_language(os.environ), reply_attributes(os.environ))


def default_reply(result: str, language: str, attributes: tuple[str, ...]) -> Reply:
    """The reply for a caller of whom nothing is known; it has the same members as every other."""
    return {**dict.fromkeys(attributes, ""), "language": language, "result": result}


@dataclass(frozen=True)
class Lookup:
    """All that the function keeps between invocations."""

    settings: Settings
    customers: Customers
    secrets: SecretCache

    def answer(self, contact: Contact) -> Reply:
        """Look the caller up; an error of DynamoDB is logged, and answered as `failed`."""
        settings = self.settings
        language = contact.language or settings.language
        if contact.phone_number is None:
            return default_reply(ANONYMOUS, language, settings.attributes)
        try:
            customer = self.customers.find(contact.phone_number)
        except Exception:
            logger.exception("lookup_failed", table=settings.table)
            return default_reply(FAILED, language, settings.attributes)
        if customer is None:
            return default_reply(UNKNOWN, language, settings.attributes)
        known = {name: customer.get(name, "") for name in settings.attributes}
        chosen = contact.language or customer.get(READ_LANGUAGE) or settings.language
        return {**known, "language": chosen, "result": FOUND}

    def pseudonym(self, contact: Contact, seconds: float) -> str | None:
        """The caller's pseudonym for the log: the same for every call of a number, and no way back without the secret.

        None without a secret, without a number, or if the `seconds` that are left are too few to read the secret.
        """
        name = self.settings.secret
        if name is None or contact.phone_number is None:
            return None
        if self.secrets.is_due(name) and seconds < clients.longest(clients.SECRET) + MARGIN:
            return None
        secret = self.secrets.get(name)
        if self.secrets.last_error is not None:
            logger.warning("secret_not_read", secret=name, error=type(self.secrets.last_error).__name__)
        if not secret:
            return None
        digest = hmac.new(secret.encode(), contact.phone_number.encode(), hashlib.sha256)
        return digest.hexdigest()[:PSEUDONYM]


@cache
def lookup() -> Lookup:
    """Build what is kept between invocations. A failure is not kept.

    Raises:
        MissingSettingError: a variable is missing.
    """
    settings = Settings.read(os.environ)
    customers = Customers(clients.dynamodb(), settings.table, settings.key, settings.attributes)
    return Lookup(settings, customers, SecretCache(clients.read_secret, time.monotonic))


def _answered(event: object, context: Any) -> Reply:
    began = time.monotonic()
    contact = Contact.read(event)
    logger.append_keys(
        contact_id=contact.contact_id, instance_id=contact.instance, request_id=context.aws_request_id
    )
    used = lookup()
    reply, emptied = fitted(used.answer(contact))
    _try(lambda: _report(used, contact, reply, emptied, _Times(time.monotonic() - began, context)))
    return reply


def _report(
    used: Lookup,
    contact: Contact,
    reply: Mapping[str, str],
    emptied: tuple[str, ...],
    times: "_Times",
) -> None:
    """Log and measure one invocation; neither holds a phone number or a name."""
    if emptied:
        logger.warning("reply_too_large", emptied=emptied)
    logger.info(
        "caller_looked_up",
        result=reply["result"],
        channel=contact.channel,
        caller=used.pseudonym(contact, times.left),
        milliseconds=round(times.spent * 1000, 1),
    )
    metrics.add_metric(name=METRICS[reply["result"]], unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="LookupTime", unit=MetricUnit.Milliseconds, value=times.spent * 1000)
    metrics.flush_metrics()


@dataclass(frozen=True)
class _Times:
    """The seconds that the lookup took, and those that are left."""

    spent: float
    context: Any

    @property
    def left(self) -> float:
        """Of the time of the function, and of that for which Amazon Connect waits."""
        of_function = float(self.context.get_remaining_time_in_millis()) / 1000
        return min(of_function, clients.CONNECT_WAITS - self.spent)


def _try(work: Callable[[], object]) -> None:
    """Do what may fail without the caller noticing."""
    try:
        work()
    except Exception as error:  # noqa: BLE001  logs and metrics are not worth a call
        print(f"not logged: {error!r}")  # noqa: T201  what is left of the log
