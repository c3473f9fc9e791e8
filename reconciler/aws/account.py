"""One AWS account in one Region: credentials, endpoints, clients and secrets."""

import ipaddress
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader, create_loader
from botocore.regions import EndpointResolver

from reconciler.aws.api import CallCounter, RetryLimits, ServiceApi, WorkEnd, go_on, no_watch
from reconciler.aws.deadlines import bound
from reconciler.aws.pacing import MOST, SHARE, Pacer
from reconciler.aws.redaction import SECRETS
from reconciler.aws.replies import check_reply
from reconciler.aws.role_credentials import RoleCredentials
from reconciler.aws.service_quotas import read_quotas
from reconciler.aws.timestamps import time_of
from reconciler.cache_store import Cache
from reconciler.errors import Absent, Refused
from reconciler.model import Secret
from reconciler.runtime.clock import Clock
from reconciler.runtime.retrying import IDENTITY_TRIES
from reconciler.service import Service
from reconciler.stack import Role

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


NONE_MADE: Mapping[str, int] = {}


# Characters with which Python and urllib3 read different hosts from one URL, or that no endpoint has.
_DOUBTFUL = re.compile(r"[^!-~]|[\\@%?#]")
_NAME = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)*(?!-)[a-z0-9-]{1,63}(?<!-)")


class BadEndpoint(ValueError):
    """Raised for an endpoint, Region or AWS configuration that must not be used for signed requests."""


def check_endpoint(url: str) -> str:
    """Check an endpoint and return it: https anywhere, plain http only to this machine.

    Raises:
        BadEndpoint: any other.
    """
    with suppress(ValueError):  # a broken IPv6 address, a port that is none
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        plain = not _DOUBTFUL.search(url) and port != 0 and (_NAME.fullmatch(host) or _is_address(host))
        if plain and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)):
            return url
    shown = url.rpartition("@")[2].encode("unicode_escape").decode()  # before the @ there may be a password
    raise BadEndpoint(
        f"endpoint {shown}: only https, or plain http to this machine (127.0.0.1, localhost), "
        "by its host and port alone"
    )


def _is_address(host: str) -> bool:
    """Whether this is an IP address; `ValueError` also means no."""
    return bool(ipaddress.ip_address(host))


@cache
def _own_loader() -> Loader:
    """A loader of botocore's own data only; `~/.aws/models` and `$AWS_DATA_PATH` may hold anything."""
    return Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


@cache
def _domains() -> tuple[str, ...]:
    """The domains of all endpoints of AWS."""
    partitions = _own_loader().load_data("partitions")["partitions"]
    outputs = [partition["outputs"] for partition in partitions]
    return tuple({f".{each[name]}" for each in outputs for name in ("dnsSuffix", "dualStackDnsSuffix")})


@cache
def _regions() -> frozenset[str]:
    """The Regions of all partitions in which STS has an endpoint."""
    found = EndpointResolver(_own_loader().load_data("endpoints"))
    partitions = found.get_available_partitions()
    return frozenset(name for each in partitions for name in found.get_available_endpoints("sts", each))


@cache
def _loader(data_path: str | None) -> tuple[Loader, tuple[str, ...]]:
    """The loader that botocore makes for this configuration, and the folders in which it looks."""
    found = create_loader(data_path)
    return found, tuple(found.search_paths)


def _shared_loader(data_path: str | None) -> Loader:
    """One loader for all sessions of the process, so that each model is read once.

    Each session of boto3 adds its own folder to those of the loader, also if it is there already.
    """
    found, folders = _loader(data_path)
    found.search_paths[:] = folders
    return found


def _only_to(endpoint: str | None) -> Callable[..., None]:
    """A hook that allows requests only to AWS, or only to the one endpoint, whatever botocore's configuration is."""
    own = urlsplit(endpoint).hostname if endpoint else None

    def check(request: Any, **_: Any) -> None:
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        # S3 puts the bucket's name before the host.
        listed = host == own or host.endswith(f".{own}") if own else host.endswith(_domains())
        if not listed or (own is None and parts.scheme != "https"):
            raise Refused("request", "UnlistedHost", f'"{host}" is not a host of AWS; nothing was sent to it')

    return check


def _straight_to(endpoint: str) -> Callable[..., None]:
    """A hook that removes what botocore puts before the host, such as an account id: an endpoint has one name."""
    own = urlsplit(endpoint).netloc

    def straighten(request: Any, **_: Any) -> None:
        parts = urlsplit(request.url)
        if parts.netloc.endswith(f".{own}"):
            request.url = parts._replace(netloc=own).geturl()

    return straighten


def check_region(region: str) -> str:
    """Check a Region and return it; botocore itself would use any word as a host name.

    Raises:
        BadEndpoint: botocore does not know the Region.
    """
    if region not in _regions():
        shown = region.encode("unicode_escape").decode()
        raise BadEndpoint(f'"{shown}" is not an AWS Region')
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
    tally: CallCounter = field(default_factory=CallCounter)
    patience: RetryLimits = RetryLimits()
    gate: Callable[[], None] = go_on
    """Called before each call (see `reconciler.aws.api.ServiceApi`)."""
    watched: Callable[[str, str], AbstractContextManager[None]] = no_watch
    """A context manager around each call."""
    ends: WorkEnd = field(default_factory=WorkEnd)
    """The time after which no call is started."""
    role: RoleCredentials | None = None
    """The role whose credentials all calls use, if they do not use those of the environment."""
    _apis: dict[str, ServiceApi] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def api(self, service: str) -> ServiceApi:
        """The API of one service."""
        with self._lock:  # a session must not make two clients at once
            if service not in self._apis:
                self._apis[service] = self._new_api(service)
            return self._apis[service]

    def width(self, service: str) -> int:
        """How many calls to one service may usefully run at the same time."""
        return self.pacer.width(service)

    def seconds(self, calls: Mapping[tuple[str, str], int], made: Mapping[str, int] = NONE_MADE) -> float:
        """Seconds that the given numbers of calls by (service, operation) take at quota, less those `made`."""
        left = Counter(calls)
        for name, number in made.items():
            service, _, operation = name.partition(":")
            left[service, xform_name(operation)] -= number
        return self.pacer.seconds(left)

    def until(self, moment: float | None) -> None:
        """Start no call after this time of the clock, in seconds; None removes the limit."""
        self.ends.at = moment

    def learn_quotas(
        self, services: Iterable[Service], asked: Collection[str], cache: Cache, now: float
    ) -> None:
        """Keep to the published rates of these services from now on.

        The `asked` services keep to the account's own quotas, if Service Quotas returns them.
        """
        self.pacer.services = {**self.pacer.services, **{each.name: each for each in services}}
        for service in (self.pacer.services[each] for each in sorted(asked)):
            if service.lists_rates:
                rates = read_quotas(self.api("service-quotas"), service, cache, now)
                known = self.pacer.quotas.get(service.name, {})
                self.pacer.quotas = {**self.pacer.quotas, service.name: {**rates, **known}}

    def identity(self) -> str:
        """The account id that the credentials belong to (sts:GetCallerIdentity).

        This is the first call of a pass: if the address cannot be reached, it gives up after three tries. If there is a
        role, it is assumed before.

        Raises:
            CallError: AWS did not accept the credentials or the role, or did not answer.
        """
        if self.role is not None:
            self.role.get_frozen_credentials()
        sts = self.api("sts")
        sts = replace(sts, patience=sts.patience._replace(unreached=IDENTITY_TRIES))
        return str(sts.call("get_caller_identity")["Account"])

    def assume(self, role: Role) -> None:
        """Use this role for every call; it is assumed with the present credentials, before the first call."""
        source, core = self.session, _core()
        made: list[ServiceApi] = []

        def sts() -> ServiceApi:
            if not made:
                made.append(self._api_of(source, "sts"))
            return replace(made[0], patience=made[0].patience._replace(unreached=IDENTITY_TRIES))

        self.role = RoleCredentials(role, sts, self.clock)
        core._credentials = self.role  # noqa: SLF001 -- botocore has no public way to credentials of one's own
        self.session = boto3.Session(botocore_session=core)

    def reveal(self, secret: Secret) -> str:
        """Fetch a secret now (ssm:GetParameter, secretsmanager:GetSecretValue); from then on it is hidden in all texts.

        Raises:
            CallError: AWS did not return it.
            Refused: it does not exist, is not text, or does not have this member.
        """
        value = self._kept(secret)
        SECRETS.keep(str(value))
        if secret.member is None:
            return str(value)
        found = _member(value, secret.member)
        if found is None:
            what = f'"{secret.name}" is not a JSON object with a member "{secret.member}"'
            raise Refused("get_secret_value", "NoSuchMember", what) from None
        SECRETS.keep(found)
        return found

    def _kept(self, secret: Secret) -> Any:
        """The text that is stored under a secret's name."""
        try:
            if secret.store == "ssm":
                reply = self.api("ssm").call("get_parameter", Name=secret.name, WithDecryption=True)
                return reply["Parameter"]["Value"]
            reply = self.api("secretsmanager").call("get_secret_value", SecretId=secret.name)
        except Absent as error:
            what = "no parameter" if secret.store == "ssm" else "no secret"
            missing = Refused(error.operation, error.code, f'there is {what} "{secret.name}"')
        else:
            if "SecretString" in reply:
                return reply["SecretString"]
            missing = Refused("get_secret_value", "NoText", f'"{secret.name}" is kept as bytes, not as text')
        raise missing

    def _new_api(self, service: str) -> ServiceApi:
        return self._api_of(self.session, service)

    def _api_of(self, session: boto3.Session, service: str) -> ServiceApi:
        """The API of one service with the credentials of a session."""
        client, paginators = self._client_of(session, service)
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
            patience=self.patience,
            gate=self.gate,
            watched=self.watched,
            ends=self.ends,
            others=self.api,
        )

    def _client_of(self, session: boto3.Session, service: str) -> tuple[Any, Any]:
        """A new client of one service, and botocore's paginator model of the service, or None."""
        config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"},
            max_pool_connections=MOST,
            connect_timeout=self.patience.connect_timeout,
            read_timeout=self.patience.call_deadline,
            # Endpoints come only from our own command line, never from a profile that the user may have forgotten.
            ignore_configured_endpoint_urls=True,
            # A proxy sees only the address of an https request, but all of a plain http request.
            proxies={} if self.endpoint and urlsplit(self.endpoint).scheme == "http" else None,
            user_agent_extra="connect-reconciler",
        )
        core = session._session  # noqa: SLF001 -- boto3 has no public way to botocore's parsers and paginators
        core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=time_of)
        try:
            client = session.client(
                service, region_name=self.region, endpoint_url=self.endpoint, config=config
            )
        except (BotoCoreError, ValueError) as error:
            raise Refused("client", type(error).__name__, str(error)) from None
        client.meta.events.register("before-send", _only_to(self.endpoint))
        client.meta.events.register("before-parse", check_reply)
        bound(client)
        if self.endpoint and service != "s3":  # S3 tells a bucket by its host
            name = client.meta.service_model.service_id.hyphenize()
            client.meta.events.register_first(f"request-created.{name}", _straight_to(self.endpoint))
        try:
            return client, core.get_paginator_model(service)
        except BotoCoreError:
            return client, None


def _member(text: str, member: str) -> str | None:
    """One member of a JSON object; None if it has none. Raises no error: a traceback would hold the secret."""
    with suppress(ValueError, KeyError, TypeError):
        return str(json.loads(text)[member])
    return None


@dataclass(frozen=True)
class Connection:
    """How AWS is reached."""

    endpoint_url: str | None = None
    """The URL that every call goes to instead of to AWS."""
    share: float = SHARE
    """Our share of each quota, from 0 to 1."""
    profile: str | None = None
    """The profile of the AWS configuration; None: the credentials of the environment."""
    patience: RetryLimits = RetryLimits()
    role: Role | None = None
    """The role that every call uses; None: the credentials themselves."""


def _core() -> botocore.session.Session:
    """A new session of botocore."""
    core = botocore.session.get_session()
    core._components.lazy_register_component(  # noqa: SLF001 -- the profile, which may name the path, is set later
        "data_loader", lambda: _shared_loader(core.get_config_variable("data_path"))
    )
    # For the clients too that botocore makes by itself, to assume the role of a profile say.
    core.set_default_client_config(Config(ignore_configured_endpoint_urls=True))
    return core


def open_account(account: str, region: str, clock: Clock, connection: Connection = Connection()) -> Account:
    """Open the account of the credentials for calls in one Region.

    Raises:
        BadEndpoint: signed requests must not be sent there, or the AWS configuration cannot be read.
    """
    check_region(region)
    endpoint = check_endpoint(connection.endpoint_url) if connection.endpoint_url else None
    try:
        session = boto3.Session(botocore_session=_core(), profile_name=connection.profile)
    except BotoCoreError as error:
        raise BadEndpoint(f"the AWS configuration cannot be used: {error}") from None
    pacer = Pacer(clock, connection.share)
    jitter = Random()  # noqa: S311 -- no secret
    found = Account(session, account, region, clock, jitter, pacer, endpoint, patience=connection.patience)
    if connection.role is not None:
        found.assume(connection.role)
    return found
