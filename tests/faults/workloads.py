"""The workloads on the example stacks: create all, change every field, prune, adopt a drifted centre, and so on."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from reconciler.desired import load
from reconciler.field_schema import fields_of, references_in
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.planning.ownership import KEY_MARK, STACK_MARK
from reconciler.stack import Key, Policy, Stack
from tests.faults.harness import Harness
from tests.faults.live_state import OTHER_STACK
from tests.faults.platform_edits import EDIT_CALLS, PlatformTarget

EXAMPLES = Path(__file__).parents[2] / "desired_state"
STACKS = Path(__file__).parent / "stacks"
ANY_DELETES = Options(allow_deletes=None)


@dataclass(frozen=True)
class Workload:
    """An initial state of the account, and the stack to apply."""

    name: str
    account: str
    region: str
    prepare: Callable[[Harness], object]
    wanted: Stack
    options: Options = ANY_DELETES
    recreates: bool = False
    """Whether existing resources are deleted and created again."""


SMALL = "small"
"""The stack with one resource of many kinds, for cases that run ten thousand times."""
PLATFORM = "platform"
"""The stack with a function, its dependencies and its alarms."""
MATRIX_STACKS = (SMALL, PLATFORM)


@cache
def example(name: str) -> Stack:
    """A stack of `desired_state/` in its environment for development, or a stack of the matrix."""
    if name == "stamp_rally":  # its tables and its bucket alone: functions would make the matrix slow
        return load(STACKS / "stamp_rally_before", "dev", known_kinds())
    return load((STACKS if name in MATRIX_STACKS else EXAMPLES) / name, "dev", known_kinds())


@cache
def changed(name: str) -> Stack:
    """The same resources with as many different fields as possible."""
    return load(STACKS / (f"{name}_changed" if name in MATRIX_STACKS else name), "dev", known_kinds())


def unprotected(name: str) -> Stack:
    """The same stack without protection."""
    return with_policy(example(name), protect=False)


def without(stack: Stack, removed: Callable[[Key], bool]) -> Stack:
    """The stack without some resources, which a pass deletes."""
    kept = {key: each for key, each in stack.resources.items() if not removed(key)}
    return replace(stack, resources=kept, prune=True)


def settle(harness: Harness, stack: Stack, options: Options = ANY_DELETES) -> None:
    """Apply a stack without faults."""
    for _ in range(3):
        report = harness.run(stack, options)
        if report.outcome == "settled":
            return
        harness.clock.sleep(60)
    wrong = [f"{key}: {each}" for key, each in report.results.items() if each.outcome != "done"]
    raise RuntimeError(f"{stack.name} does not settle in fair weather: {wrong[:5]} {report.refusals}")


# -- resources of others ---------------------------------------------------------------------------------------------


def create_foreign_resources(harness: Harness) -> None:
    """Create an instance, a table and a bucket of others."""
    connect = harness.client("connect")
    made = connect.create_instance(
        InstanceAlias="neighbour",
        IdentityManagementType="SAML",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=False,
        Tags={"Owner": "somebody"},
    )
    connect.describe_instance(InstanceId=made["Id"])
    _create_foreign_contents(harness, made["Id"])
    harness.client("dynamodb").create_table(
        TableName="neighbour",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "Owner", "Value": "somebody"}],
    )
    harness.client("s3").create_bucket(
        Bucket="neighbour-123456789012",
        CreateBucketConfiguration={"LocationConstraint": harness.region},
    )


def _create_foreign_contents(harness: Harness, instance: str) -> None:
    """Create resources of others in an instance, one of them with the mark of another stack."""
    connect, address = harness.client("connect"), {"InstanceId": instance}
    days = [
        {"Day": "MONDAY", "StartTime": {"Hours": 9, "Minutes": 0}, "EndTime": {"Hours": 17, "Minutes": 0}}
    ]
    hours = connect.create_hours_of_operation(**address, Name="By hand", TimeZone="Asia/Tokyo", Config=days)
    connect.create_queue(
        **address,
        Name="By hand",
        HoursOfOperationId=hours["HoursOfOperationId"],
        Tags={STACK_MARK: OTHER_STACK, KEY_MARK: "CustomerService"},
    )
    connect.create_security_profile(
        **address, SecurityProfileName="By hand", Permissions=["BasicAgentAccess"]
    )


# -- the workloads --------------------------------------------------------------------------------------------------


def applied(name: str, *stacks: Callable[[str], Stack]) -> Callable[[Harness], None]:
    """The initial state after earlier stacks were applied, with resources of others."""

    def prepare(harness: Harness) -> None:
        create_foreign_resources(harness)
        for stack in stacks:
            settle(harness, stack(name))
        for row in harness.client("connect").list_instances()["InstanceSummaryList"]:
            if row["InstanceAlias"] != "neighbour":
                _create_foreign_contents(harness, row["Id"])

    return prepare


def applied_and_edited(name: str) -> Callable[[Harness], None]:
    """The initial state after a stack was applied and others have deleted, unmarked and changed parts of it."""
    prepare = applied(name, example)

    def edit_everything(harness: Harness) -> None:
        prepare(harness)
        plane = harness.plane()
        for centre in plane.centres.values():
            if centre.alias == "neighbour":
                continue
            records = [record for store in centre._stores.values() for record in store]
            # A number without our mark cannot be identified, and a new one would be claimed instead.
            ours = [
                record
                for record in records
                if record.tags.get(STACK_MARK) and record.kind.noun != "PhoneNumber"
            ]
            for number, record in enumerate(sorted(ours, key=lambda each: (each.kind.noun, each.name))):
                if number % 3 == 0:
                    record.tags.clear()
                if number % 2 == 0:
                    record.settings["Description"] = "changed by hand"
                record.modified = plane.tick()
            for noun, removed in (("User", "new.agent"), ("QuickConnect", "Emergency Line")):
                for record in [each for each in ours if (each.kind.noun, each.name) == (noun, removed)]:
                    centre.forget(record)
        _edit_data(harness)
        _edit_platform(harness, example(name).mark)

    return edit_everything


def _edit_data(harness: Harness) -> None:
    s3, dynamodb = harness.client("s3"), harness.client("dynamodb")
    for bucket in [row["Name"] for row in s3.list_buckets()["Buckets"] if "neighbour" not in row["Name"]]:
        s3.delete_bucket_tagging(Bucket=bucket)
        s3.delete_bucket_cors(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    for number, table in enumerate(t for t in dynamodb.list_tables()["TableNames"] if "neighbour" not in t):
        arn = dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
        if number % 2:
            dynamodb.untag_resource(ResourceArn=arn, TagKeys=[STACK_MARK, KEY_MARK])
        dynamodb.update_continuous_backups(
            TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        )


def _edit_platform(harness: Harness, mark: str) -> None:
    ours = [
        each for each in harness.live_resources().values() if each.noun in EDIT_CALLS and each.owner == mark
    ]
    for number, resource in enumerate(sorted(ours, key=lambda each: (each.noun, each.name))):
        target = PlatformTarget(harness, resource)
        if resource.noun == "Alarm":
            target.delete()
            continue
        if number % 2 == 0:
            target.same_field({})
        if number % 3 == 0:
            target.unmark()


KEPT_WITHOUT_USERS = {
    "connect.instance",
    "connect.hours_of_operation",
    "connect.contact_flow",
    "connect.queue",
}


def without_users(stack: Stack) -> Stack:
    """The stack without users and what only they need, and without references to it in queues and flows."""
    queues: dict[Key, Mapping[str, Any]] = {
        key: {"quick_connects": [], "outbound_caller_config": None}
        for key in stack.resources
        if key.kind == "connect.queue"
    }
    kept = without(
        stack, lambda key: key.kind not in KEPT_WITHOUT_USERS and not stack.resources[key].existing
    )
    return with_settings(kept, queues)


def only_the_instance(stack: Stack) -> Stack:
    """The stack with only its instance."""
    return without(stack, lambda key: key.kind != "connect.instance")


def with_policy(stack: Stack, *, protect: bool | None = None, adopt: bool = False) -> Stack:
    """The stack with another protection, or with `adopt`, for every resource."""
    found = {
        key: each
        if each.existing
        else replace(each, policy=replace(each.policy, protect=protect), adopt=adopt or each.adopt)
        for key, each in stack.resources.items()
    }
    return replace(stack, resources=found)


def _prune_workload(title: str, name: str, wanted: Stack) -> Workload:
    stack = example(name)
    removed = [
        key for key, each in stack.resources.items() if key not in wanted.resources and not each.existing
    ]
    approved = Options(allow_deletes=len(removed))
    return Workload(title, stack.account, stack.region, applied(name, unprotected), wanted, approved)


def _workloads_of(name: str) -> Iterable[Workload]:
    stack = example(name)
    place = (stack.account, stack.region)
    yield Workload(f"{name}/create", *place, create_foreign_resources, stack)
    yield Workload(f"{name}/change", *place, applied(name, example), changed(name))
    yield _prune_workload(f"{name}/prune", name, without_users(stack))
    if name != "stamp_rally":
        yield _prune_workload(f"{name}/prune all", name, only_the_instance(stack))
    yield Workload(f"{name}/adopt", *place, applied_and_edited(name), with_policy(stack, adopt=True))


CENTRE = Key("connect.instance", "platform-centre")
FUNCTION, ALARM = Key("lambda.function", "lookup"), Key("cloudwatch.alarm", "Lookup fails")
TOPIC = Key("sns.topic", "alerts")
REPLACED_SETTINGS: Mapping[Key, Mapping[str, Any]] = {
    Key("ec2.security_group", "lookup"): {"description": "the lookup, replaced"},
    Key("ec2.subnet", "private-a"): {"cidr_block": "172.31.98.0/24"},
    Key("iam.role", "lookup-work"): {"path": "/replaced/"},
    Key("kms.key", "orders"): {"multi_region": True},
    Key("logs.log_group", "/platform/lookup"): {"log_group_class": "INFREQUENT_ACCESS", "metric_filters": []},
}
"""Changes that AWS cannot make, of resources that no other resource uses: each is replaced."""


def _platform_workloads() -> Iterable[Workload]:
    stack = example(PLATFORM)
    place = (stack.account, stack.region)
    yield Workload(f"{PLATFORM}/create", *place, create_foreign_resources, stack)
    yield Workload(f"{PLATFORM}/change", *place, applied(PLATFORM, example), changed(PLATFORM))
    alone = with_settings(only_the_instance(stack), {CENTRE: {"lambda_functions": []}})
    yield _prune_workload(f"{PLATFORM}/prune all", PLATFORM, alone)
    yield _platform_replace_workload()
    yield Workload(f"{PLATFORM}/adopt", *place, applied_and_edited(PLATFORM), with_policy(stack, adopt=True))


def _without_function(_: str = PLATFORM) -> Stack:
    """The stack without its function and without references to it."""
    without_references: dict[Key, Mapping[str, Any]] = {
        CENTRE: {"lambda_functions": []},
        ALARM: {"alarm_actions": []},
        TOPIC: {"subscriptions": [{"protocol": "sms", "endpoint": "+447700900123"}]},
    }
    kept = without(with_settings(unprotected(PLATFORM), without_references), lambda key: key == FUNCTION)
    return replace(kept, prune=False)


def _platform_replace_workload() -> Workload:
    stack = _without_function()
    replaceable = Policy(protect=False, replace=True)
    wanted = with_settings(stack, REPLACED_SETTINGS)
    resources = {
        key: replace(each, policy=replaceable) if key in REPLACED_SETTINGS else each
        for key, each in wanted.resources.items()
    }
    return Workload(
        f"{PLATFORM}/replace",
        stack.account,
        stack.region,
        applied(PLATFORM, _without_function),
        replace(wanted, resources=resources),
        Options(allow_deletes=len(REPLACED_SETTINGS)),
        recreates=True,
    )


REPLACE = "replace/small"
"""The workload in which an instance is replaced with its contents."""


def _instance_replace_workload() -> Workload:
    """The workload that changes a field of the small stack's instance that AWS cannot change."""
    stack = unprotected(SMALL)
    centre, user = Key("connect.instance", "small-centre"), Key("connect.user", "jo")
    replaceable = Policy(protect=False, replace=True)
    stack = replace(
        stack,
        resources={
            **{key: each for key, each in stack.resources.items() if key.kind.startswith("connect.")},
            centre: replace(stack.resources[centre], policy=replaceable),
        },
    )
    wanted = with_settings(stack, {centre: {"identity_management_type": "SAML"}})
    jo = wanted.resources[user]
    without_password = {name: value for name, value in jo.settings.items() if name != "password"}
    resources = {**wanted.resources, user: replace(jo, settings=without_password)}

    def prepare(harness: Harness) -> None:
        create_foreign_resources(harness)
        settle(harness, stack)

    approved = Options(allow_deletes=len(stack.resources))
    return Workload(
        REPLACE,
        stack.account,
        stack.region,
        prepare,
        replace(wanted, resources=resources),
        approved,
        recreates=True,
    )


@cache
def every_workload() -> Mapping[str, Workload]:
    """All workloads by name."""
    names = ("contact_center", "stamp_rally", SMALL)
    found = {each.name: each for name in names for each in _workloads_of(name)}
    return {
        **found,
        **{each.name: each for each in _platform_workloads()},
        REPLACE: _instance_replace_workload(),
    }


@cache
def workloads() -> Mapping[str, Workload]:
    """The workloads on the example stacks by name."""
    return {
        name: each for name, each in every_workload().items() if not name.startswith((f"{SMALL}/", REPLACE))
    }


@cache
def small_workloads() -> Mapping[str, Workload]:
    """The workloads on the small stack by name."""
    return {name: each for name, each in every_workload().items() if name.startswith(f"{SMALL}/")}


@cache
def platform_workloads() -> Mapping[str, Workload]:
    """The workloads on the kinds around Amazon Connect by name."""
    return {name: each for name, each in every_workload().items() if name.startswith(f"{PLATFORM}/")}


def with_settings(stack: Stack, changes: Mapping[Key, Mapping[str, Any]]) -> Stack:
    """The stack with other settings for some of its resources."""
    found = dict(stack.resources)
    for key, settings in changes.items():
        shapes = fields_of(known_kinds()[key.kind].model)
        after = {**deepcopy(dict(found[key].settings)), **settings}
        references = {
            name: tuple(Key(ref.kind, target) for ref, target in references_in(shapes[name], value))
            for name, value in after.items()
            if name in shapes
        }
        kept = {name: targets for name, targets in references.items() if targets}
        found[key] = replace(found[key], settings=after, references=kept)
    return replace(stack, resources=found)
