"""events.rule: a rule of a bus with its targets."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    PAIR,
    Adapter,
    Address,
    Api,
    Create,
    Delete,
    FieldRead,
    Named,
    Reads,
    Sends,
    Sighting,
    TagOperations,
    Wired,
    own_fields,
    tagging,
)
from reconciler.errors import Absent
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.events import unused
from reconciler.resources.events.bus_model import DEFAULT
from reconciler.resources.events.rule_changes import REMOVE, TARGETS, targets_of, without_targets
from reconciler.resources.events.rule_checks import CHECKS
from reconciler.resources.events.rule_grants import GRANTED_FOR
from reconciler.resources.events.rule_model import DEFAULTS, NAMES, Rule
from reconciler.resources.events.rule_problems import problems
from reconciler.resources.events.service import EVENTS

LISTS = "list_targets_by_rule"
OF_RULE = own_fields(Rule, "targets")


class RuleAdapter(Adapter[Rule]):
    """PutRule, which creates a rule and replaces all its settings, and PutTargets."""

    kind = "events.rule"
    cloudformation = CloudFormation(
        type="AWS::Events::Rule",
        called={"RoleArn": "role_arn"},
        not_granted={"iam:PassRole": "allowed for each written role (`granted_for`)"},
    )
    appearance = Appearance(column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = GRANTED_FOR
    service = EVENTS
    model = Rule
    costs = FREE
    summary = "a rule of an event bus: a pattern or a schedule, and its targets"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Named(
        name="Name",
        arns=(
            "arn:{partition}:events:{region}:{account}:rule/{name}",
            "arn:{partition}:events:{region}:{account}:rule/*/{name}",  # of another bus than default
        ),
        forms=NAMES,
    )
    create = Create("put_rule", OF_RULE, fixed=frozenset({"event_bus_name"}), upsert=True)
    updates = (Sends("put_rule", own_fields(Rule, "targets", "event_bus_name"), whole=True), TARGETS)
    delete = Delete("delete_rule", before=without_targets, calls=(LISTS, REMOVE))
    reads = Reads(
        list="list_rules",
        get="describe_rule",
        called=("list_event_buses",),
        alone={"targets": FieldRead(targets_of, (LISTS,))},
        listed=frozenset(OF_RULE),
    )
    tagging = tagging(TagOperations(at="ResourceARN", pair=PAIR))
    tagging_api_type = "events:rule"
    checks = CHECKS
    unused = unused.RULE
    problems = staticmethod(problems)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for bus in api.pages("list_event_buses"):
            for row in api.pages("list_rules", EventBusName=bus["Name"]):
                yield self.seen(api, scope, row)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        del api, scope
        place = {"EventBusName": row["EventBusName"], "Name": row["Name"]}
        return Sighting(row["Name"], place, row["Arn"], settings=row)

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del api, scope
        place = {"EventBusName": parameters.get("EventBusName", DEFAULT), "Name": parameters["Name"]}
        return place, reply["RuleArn"]

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        return next((seen for seen in self.list(api, scope) if seen.name == name), None)

    def find_in_place(self, api: Api, scope: Address, name: str, settings: Settings) -> Sighting | None:
        bus = settings.get("event_bus_name") or DEFAULT
        try:
            return self.seen(api, scope, api.call("describe_rule", EventBusName=bus, Name=name))
        except Absent:
            return None

    def same_place(self, settings: Settings, sighting: Sighting) -> bool:
        return bool(sighting.address["EventBusName"] == (settings.get("event_bus_name") or DEFAULT))

    def made_by_aws(self, sighting: Sighting) -> bool:
        return "ManagedBy" in sighting.settings

    def impossible(self, field: str, written: Settings, reported: Wired) -> str:
        del field, written
        owner = reported.get("ManagedBy")
        return (
            f"{owner} manages this rule, and nobody else can change it; choose another name" if owner else ""
        )
