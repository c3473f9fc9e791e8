"""A small contact centre in the sandbox, passes over it, and changes by others."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from reconciler.applying import Progress, Quiet
from reconciler.cache_store import Cache, FileCache
from reconciler.field_schema import fields_of, references_in
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in
from reconciler.stack import Desired, Key, Place, Stack

REGION, ALIAS = "eu-west-2", "acme"
INSTANCE = Key("connect.instance", ALIAS)
PLACE = Place("stack.yaml", 1, 1)
MINUTE, HOUR = 60.0, 3600.0
QUIET = Quiet()

END = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
FLOW = {"Version": "2019-10-30", "StartAction": "end", "Actions": [END]}
MONDAY = {"day": "MONDAY", "start_time": "09:00", "end_time": "17:00"}


def want(kind: str, name: str, **settings: Any) -> Desired:
    """One resource of the centre, with resolved references."""
    shapes = fields_of(known_kinds()[kind].model)
    references = {
        setting: targets
        for setting, value in settings.items()
        if (targets := tuple(Key(ref.kind, target) for ref, target in references_in(shapes[setting], value)))
    }
    return Desired(Key(kind, name), settings, PLACE, INSTANCE, references)


def queue(name: str, *quick_connects: str) -> Desired:
    return want(
        "connect.queue", name, description=name, hours_of_operation="Day", quick_connects=[*quick_connects]
    )


def profile(name: str, *queues: str) -> Desired:
    rows = [{"queue": each, "channel": "VOICE", "priority": 1, "delay": 0} for each in queues]
    return want(
        "connect.routing_profile",
        name,
        description=name,
        default_outbound_queue=queues[0],
        media_concurrencies=[{"channel": "VOICE", "concurrency": 1}],
        queue_configs=rows,
    )


def quick_connect(name: str, number: str) -> Desired:
    config = {"quick_connect_type": "PHONE_NUMBER", "phone_config": {"phone_number": number}}
    return want("connect.quick_connect", name, quick_connect_config=config)


def user(name: str, profile: str = "Agents") -> Desired:
    return want(
        "connect.user",
        name,
        identity_info={"first_name": name, "last_name": "Doe"},
        phone_config={"phone_type": "SOFT_PHONE"},
        routing_profile=profile,
        security_profiles=["Callers"],
    )


def stack(*changed: Desired) -> Stack:
    """The stack of the small centre, with some resources replaced."""
    centre = [
        Desired(INSTANCE, {}, PLACE, existing=True),
        want("connect.hours_of_operation", "Day", time_zone="Europe/London", config=[MONDAY]),
        want("connect.security_profile", "Callers", description="Call", permissions=["BasicAgentAccess"]),
        quick_connect("Boss", "+442079460001"),
        quick_connect("Lawyer", "+442079460002"),
        queue("Sales", "Boss"),
        queue("Support"),
        queue("Complaints", "Boss", "Lawyer"),
        profile("Agents", "Sales", "Support"),
        profile("Angels", "Complaints"),
        *(user(name) for name in ("ann", "bob", "cy", "dee")),
        want("connect.contact_flow", "Greeting", type="CONTACT_FLOW", content=FLOW),
        want("connect.phone_number", "hotline", phone_number="+442079460000", contact_flow="Greeting"),
        *changed,
    ]
    return Stack("acme", "dev", "123456789012", REGION, {each.key: each for each in centre})


@dataclass
class Centre:
    """The small centre in the sandbox, the cache of its passes, and a client of others."""

    box: Sandbox
    clock: VirtualClock
    file: Path
    desired: Stack = field(default_factory=stack)

    @cached_property
    def connect(self) -> Any:
        """A client of others."""
        return self.box.session(REGION).client("connect")

    @property
    def instance(self) -> dict[str, str]:
        """The instance as a parameter."""
        (row,) = self.connect.list_instances()["InstanceSummaryList"]
        return {"InstanceId": row["Id"]}

    def found(self, kind: str) -> list[dict[str, Any]]:
        """Everything that AWS lists of a kind: `queues`, `users`."""
        pages = self.connect.get_paginator(f"list_{kind}").paginate(**self.instance)
        return [row for page in pages for name, rows in page.items() if name.endswith("List") for row in rows]

    def id_of(self, kind: str, name: str) -> str:
        rows = self.found(kind)
        found: str = next(row["Id"] for row in rows if name in (row.get("Name"), row.get("Username")))
        return found

    def open(self) -> None:
        self.connect.create_instance(
            InstanceAlias=ALIAS,
            IdentityManagementType="SAML",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )
        self.connect.describe_instance(**self.instance)

    def run(
        self, cache: Cache | None = None, *, dry_run: bool = False, progress: Progress = QUIET
    ) -> PassReport:
        """Run one pass, as in a separate process."""
        aws = account_in(self.box, REGION, self.clock)
        memory = cache or FileCache(self.file)
        return Pass(
            self.desired, known_kinds(), aws, self.clock, Options(dry_run=dry_run), progress, cache=memory
        ).run()

    def quiet(self) -> PassReport:
        """Run a pass that must have nothing to do."""
        report = self.run()
        assert (report.outcome, report.plan.pending, report.mutating_calls) == ("settled", (), 0), report
        return report

    def move(self, name: str, profile: str) -> None:
        """Change the routing profile of a user as another client."""
        self.connect.update_user_routing_profile(
            **self.instance,
            UserId=self.id_of("users", name),
            RoutingProfileId=self.id_of("routing_profiles", profile),
        )


def more(report: PassReport, than: PassReport) -> dict[str, int]:
    """The calls that one pass made and the other did not."""
    operations = {*report.calls, *than.calls}
    found = {each: report.calls.get(each, 0) - than.calls.get(each, 0) for each in operations}
    return {operation: count for operation, count in found.items() if count}


def total(report: PassReport) -> int:
    return sum(report.calls.values())


def changes(report: PassReport) -> list[str]:
    return [f"{action.verb} {action.key.name}" for action in report.plan.pending]


def versions(centre: Centre, kind: str) -> dict[str, Any]:
    return {row["Id"]: row["LastModifiedTime"] for row in centre.found(kind)}


def looked(centre: Centre) -> dict[str, float]:
    """The time of the last read of each cached resource with a version."""
    cache, (instance,) = FileCache(centre.file), centre.instance.values()
    scope = f"{centre.desired.account}/{REGION}/{instance}"
    kinds = ("connect.queue", "connect.user", "connect.routing_profile", "connect.quick_connect")
    return {
        identity: memory.looked for kind in kinds for identity, memory in cache.recall(kind, scope).items()
    }
