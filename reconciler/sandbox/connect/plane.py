"""The Amazon Connect control plane of one account and region."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from moto.connect.models import ConnectBackend, connect_backends
from moto.core.resource_tagging import TaggedResource

from reconciler.sandbox.connect import (
    agent_statuses,
    associations,
    effective_hours,
    email_addresses,
    entities,
    evaluation_forms,
    evaluation_versions,
    flow_associations,
    flow_modules,
    flow_versions,
    flows,
    hierarchy,
    hours,
    instances,
    integrations,
    number_listings,
    overrides,
    phone_numbers,
    predefined_attributes,
    proficiencies,
    prompts,
    queues,
    quick_connects,
    replication,
    routing_profiles,
    rules,
    security_profiles,
    storage,
    tagging,
    task_templates,
    traffic_distribution,
    traffic_groups,
    users,
    view_versions,
    views,
    vocabularies,
)
from reconciler.sandbox.connect.dispatch import bound
from reconciler.sandbox.connect.instance import Instance
from reconciler.sandbox.connect.kinds import KINDS
from reconciler.sandbox.connect.operations import Operations, Reply
from reconciler.sandbox.connect.past import Past
from reconciler.sandbox.connect.records import Store
from reconciler.sandbox.connect.refusals import absent

ROOMS = (
    agent_statuses,
    associations,
    effective_hours,
    email_addresses,
    entities,
    evaluation_forms,
    evaluation_versions,
    flow_associations,
    flow_modules,
    flow_versions,
    flows,
    hierarchy,
    hours,
    instances,
    integrations,
    number_listings,
    overrides,
    phone_numbers,
    predefined_attributes,
    proficiencies,
    prompts,
    queues,
    quick_connects,
    replication,
    routing_profiles,
    rules,
    security_profiles,
    storage,
    tagging,
    task_templates,
    traffic_distribution,
    traffic_groups,
    users,
    view_versions,
    views,
    vocabularies,
)


def _all_operations() -> Operations:
    every = Operations()
    for room in ROOMS:
        every.handlers |= room.operations.handlers
        every.of_plane |= room.operations.of_plane
    return every


OPERATIONS = _all_operations()


class ConnectPlane(ConnectBackend):
    """Amazon Connect as its callers see it; the settings may be replaced on the class or on one plane."""

    NOT_STATE: ClassVar[frozenset[str]] = frozenset({"past", "quotas", "reading_lag"})

    now: Callable[[], float] = staticmethod(time.time)
    uuids: Callable[[], uuid.UUID] = staticmethod(uuid.uuid4)
    instance_creation_seconds: float = 0
    """How long a new instance stays CREATION_IN_PROGRESS."""
    number_claim_seconds: float = 0
    """How long a phone number stays IN_PROGRESS after a claim or a change."""
    number_cool_down_seconds: float = 180 * 24 * 3600.0
    """How long nobody can claim a released number."""
    token_memory_seconds: float = 7 * 24 * 3600.0
    """How long a ClientToken is remembered: of contacts AWS says seven days, of other operations nothing."""
    replication_seconds: float = 0
    """How long a new replica of an instance is not complete."""
    traffic_group_seconds: float = 0
    """How long a traffic distribution group is being created, changed or deleted."""
    vocabulary_seconds: float = 0
    """How long a vocabulary is being created or deleted."""
    form_validation_seconds: float = 0
    """How long AWS looks at an evaluation form."""
    visibility_lag: float = 0
    """How long what was just created cannot be read or changed, in seconds."""
    describe_lag: float = 0
    """How long Describe does not know what was just created, in seconds."""
    list_lag: float = 0
    """How long List does not know what was just created, in seconds."""
    search_lag: float = 0
    """How long Search does not know what was just created, in seconds."""
    stale_reads: bool = False
    """Whether reads that lag also show what was before a change, and what has been deleted."""
    default_quotas: Mapping[str, int] = MappingProxyType({})
    """How many of each kind a new plane allows."""
    search_shows_flow_content: bool = True
    children_touch_parent: bool = False
    """Whether a change of children (a queue's quick connects) moves the parent's LastModifiedTime."""
    saml_users_have_email: bool = False
    """Whether a SAML instance takes an e-mail address; AWS's documents contradict each other."""
    queues_want_known_addresses: bool = False
    """Whether a queue refuses an e-mail address that its instance does not have."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.quotas: dict[str, int] = dict(self.default_quotas)
        self.past = Past()
        self.reading_lag: float = 0
        self.failing_numbers: dict[str, str] = {}
        self.released_numbers: dict[str, float] = {}
        self.numbers = Store()
        self.offered_numbers: dict[str, tuple[str, str]] = {}
        self.allow_listed: set[str] = set()
        self.replies: dict[tuple[str, str], tuple[str, Reply, float]] = {}
        self.centres: dict[str, Instance] = {}
        # moto's own operations look instances up here; ours bear all that they read: id, arn, created_time.
        self.instances = self.centres  # type: ignore[assignment]  # see above
        self.siblings: Callable[[], Iterable[ConnectPlane]] = _planes_of_moto
        self.operations: Mapping[str, Callable[..., Mapping[str, Any] | None]] = bound(self, OPERATIONS)
        self._last_tick = 0.0

    @property
    def lag(self) -> float:
        """How far what is going on lags behind the last change, in seconds."""
        return max(self.reading_lag, self.visibility_lag)

    def lag_of(self, operation: str) -> float:
        """How far an operation lags behind the last change, in seconds."""
        if operation.startswith("List"):
            own = self.list_lag
        else:
            own = self.search_lag if operation.startswith("Search") else self.describe_lag
        return max(own, self.visibility_lag)

    def tick(self) -> float:
        """Give the time in whole milliseconds, as the wire has it, and later than ever before."""
        self._last_tick = max(round(self.now(), 3), round(self._last_tick + 0.001, 3))
        return self._last_tick

    @property
    def caller(self) -> str:
        """Who calls, for those kinds that remember who changed them."""
        return f"arn:aws:iam::{self.account_id}:user/sandbox"

    def new_id(self) -> str:
        """Make a server-side id."""
        return str(self.uuids())

    def instance(self, reference: str) -> Instance:
        """Find an instance by id or ARN."""
        found = self.centres.get(reference.rsplit("/", 1)[-1])
        if found is None or (reference.startswith("arn:") and reference != found.arn):
            raise absent("Instance", reference)
        return found

    def every_plane(self) -> set[ConnectPlane]:
        """All planes of the process, this one included: aliases and phone numbers are unique among them."""
        return {self, *self.siblings()}

    def tag_resource(self, resource_arn: str, tags: dict[str, str]) -> None:
        """Let the resource groups tagging API tag."""
        tagging.tag_resource(self, resource_arn, tags)

    def untag_resource(self, resource_arn: str, tag_keys: list[str]) -> None:
        """Let the resource groups tagging API untag."""
        tagging.untag_resource(self, resource_arn, tag_keys)

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Let the resource groups tagging API see every resource."""
        for instance in self.centres.values():
            yield TaggedResource(instance.arn, instance.tags, "connect:instance")
            for kind in KINDS:
                for record in instance.store(kind) if kind.shown[1] else ():
                    if not record.shared:
                        yield TaggedResource(record.arn, record.tags, f"connect:{kind.word}")


def _planes_of_moto() -> Iterator[ConnectPlane]:
    for account in list(connect_backends.values()):
        for plane in list(account.values()):
            if isinstance(plane, ConnectPlane):
                yield plane
