"""One AWS account in one Region: credentials, endpoints, clients and secrets."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from threading import Lock
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from reconciler.aws.api import ServiceApi, Tally
from reconciler.aws.pacing import SHARE, Pacer
from reconciler.aws.quotas import read_quotas
from reconciler.cache import Cache
from reconciler.clock import Clock
from reconciler.errors import Refused
from reconciler.model import Secret

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


NONE_MADE: Mapping[str, int] = {}


class BadEndpoint(ValueError):
    """An endpoint or Region that signed requests must not be sent to."""


def check_endpoint(url: str) -> str:
    """An endpoint that may be used: https anywhere, plain http to this machine only.

    Raises:
        BadEndpoint: any other.
    """
    with suppress(ValueError):  # a broken IPv6 address
        parts = urlsplit(url)
        if parts.scheme == "https" and parts.hostname:
            return url
        if parts.scheme == "http" and parts.hostname in LOOPBACK:
            return url
    raise BadEndpoint(f"endpoint {url}: only https, or plain http to this machine (127.0.0.1, localhost)")


def check_region(region: str) -> str:
    """A Region that botocore knows; botocore itself would take any word as a host name.

    Raises:
        BadEndpoint: it knows no such Region.
    """
    session = botocore.session.get_session()
    known = {
        name
        for partition in session.get_available_partitions()
        for name in session.get_available_regions("sts", partition, allow_non_regional=False)
    }
    if region not in known:
        raise BadEndpoint(f'"{region}" is not an AWS Region')
    return region


@dataclass
class Account:
    """Hands out one paced, counted API for each service."""

    session: boto3.Session
    account: str
    region: str
    clock: Clock
    random: Random
    pacer: Pacer
    endpoint: str | None = None
    tally: Tally = field(default_factory=Tally)
    _apis: dict[str, ServiceApi] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def api(self, service: str) -> ServiceApi:
        """The API of one service."""
        with self._lock:  # a session must not make two clients at once
            if service not in self._apis:
                self._apis[service] = self._new_api(service)
            return self._apis[service]

    def seconds(self, calls: Mapping[tuple[str, str], int], made: Mapping[str, int] = NONE_MADE) -> float:
        """How long so many calls by (service, operation) take at quota, less those made, by `service:Operation`."""
        left = Counter(calls)
        for name, number in made.items():
            service, _, operation = name.partition(":")
            left[service, xform_name(operation)] -= number
        return self.pacer.seconds(left)

    def learn_quotas(self, services: Collection[str], cache: Cache, now: float) -> None:
        """Pace by the account's own request quotas from now on, where Service Quotas tells them."""
        if "connect" in services:  # the one service that lists the rate of each operation
            rates = read_quotas(self.api("service-quotas"), "connect", cache, now)
            self.pacer.quotas = {
                **self.pacer.quotas,
                "connect": {**rates, **self.pacer.quotas.get("connect", {})},
            }

    def identity(self) -> str:
        """The account id that the credentials belong to (sts:GetCallerIdentity)."""
        return str(self.api("sts").call("get_caller_identity")["Account"])

    def reveal(self, secret: Secret) -> str:
        """Fetch a secret now (ssm:GetParameter, secretsmanager:GetSecretValue).

        Raises:
            CallError: AWS did not give it.
            Refused: it is no text, or has no such member.
        """
        if secret.store == "ssm":
            reply = self.api("ssm").call("get_parameter", Name=secret.name, WithDecryption=True)
            value = reply["Parameter"]["Value"]
        else:
            value = (
                self.api("secretsmanager").call("get_secret_value", SecretId=secret.name).get("SecretString")
            )
            if value is None:
                raise Refused("get_secret_value", "NoText", f'"{secret.name}" is kept as bytes, not as text')
        if secret.member is None:
            return str(value)
        try:
            return str(json.loads(value)[secret.member])
        except (ValueError, KeyError, TypeError):
            what = f'"{secret.name}" is not a JSON object with a member "{secret.member}"'
            raise Refused("get_secret_value", "NoSuchMember", what) from None

    def _new_api(self, service: str) -> ServiceApi:
        config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"},
            connect_timeout=10,
            read_timeout=60,
            # Endpoints come from our own command line, never from a profile that nobody looked at.
            ignore_configured_endpoint_urls=True,
            user_agent_extra="connect-reconciler",
        )
        try:
            client = self.session.client(
                service, region_name=self.region, endpoint_url=self.endpoint, config=config
            )
        except BotoCoreError as error:
            raise Refused("client", type(error).__name__, str(error)) from None
        core = self.session._session  # noqa: SLF001 -- boto3 has no public way to botocore's paginator model
        try:
            paginators = core.get_paginator_model(service)
        except BotoCoreError:
            paginators = None
        return ServiceApi(
            service=service,
            account=self.account,
            region=self.region,
            partition=client.meta.partition,
            client=client,
            paginators=paginators,
            pacer=self.pacer,
            clock=self.clock,
            random=self.random,
            tally=self.tally,
        )


def open_account(
    account: str, region: str, clock: Clock, endpoint_url: str | None = None, share: float = SHARE
) -> Account:
    """The account that the environment's credentials belong to, for calls in one Region, and our share of its quotas.

    Raises:
        BadEndpoint: signed requests must not be sent there.
    """
    check_region(region)
    endpoint = check_endpoint(endpoint_url) if endpoint_url else None
    return Account(boto3.Session(), account, region, clock, Random(), Pacer(clock, share), endpoint)  # noqa: S311 -- jitter
