"""The live resources of the services around Amazon Connect, read from the sandbox's internal data."""

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple


class RawResource(NamedTuple):
    """One live resource of the sandbox."""

    noun: str
    id: str
    """Its identifier in the API: an id, or a name or ARN after the type of resource."""
    name: str
    tags: Mapping[str, str]
    settings: Any
    deletion_scheduled: bool = False
    """Whether its deletion is scheduled; then another one may exist as well."""


def platform(account: str, region: str) -> Iterator[RawResource]:
    """Every live resource of one account and Region, without those that AWS created."""
    for service, (package, read) in READERS.items():
        loaded = sys.modules.get(f"moto.{package}.models")
        backends = getattr(loaded, f"{service}_backends", {})
        if account not in backends:
            continue
        regions = backends[account]
        for place in (region, "aws"):
            if place in regions:
                yield from read(regions[place])


def address_of(id_: str) -> str:
    """The identifier of a resource in the API of its service."""
    return id_.rpartition("|")[2]


def _pairs(rows: Any) -> dict[str, str]:
    found = rows.values() if isinstance(rows, Mapping) else rows or ()
    return {row["Key"]: row["Value"] for row in found}


def _without(resource: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in vars(resource).items() if name not in names}


def _iam(iam: Any) -> Iterator[RawResource]:
    for role in iam.roles.values():
        if not role.path.startswith("/aws-service-role/"):
            settings = _without(role, "id", "name", "tags", "managed_policies", "last_used", "create_date")
            yield RawResource(
                "Role",
                f"Role|{role.name}",
                role.name,
                _pairs(role.tags),
                {**settings, "attached": [*role.managed_policies]},
            )
    for policy in iam.managed_policies.changes().values():
        if policy.arn.split(":")[4] == iam.account_id:
            document = next(each.document for each in policy.versions if each.is_default)
            settings = {"path": policy.path, "description": policy.description, "document": document}
            yield RawResource("Policy", f"Policy|{policy.arn}", policy.name, _pairs(policy.tags), settings)


def _kms(kms: Any) -> Iterator[RawResource]:
    for key in (each for each in kms.keys.values() if each.key_manager != "AWS"):
        settings = _without(
            key, "id", "arn", "creation_date", "deletion_date", "key_material", "private_key", "rotations"
        )
        settings |= {"aliases": [*key.aliases], "period": kms.rotation.get(key.id, (None,))[0]}
        deletion_scheduled = key.key_state == "PendingDeletion"
        tags = kms.tagger.get_tag_dict_for_resource(key.id)
        yield RawResource(
            "Key",
            key.id,
            "",
            tags,
            {"key_state": key.key_state} if deletion_scheduled else settings,
            deletion_scheduled,
        )


def _logs(logs: Any) -> Iterator[RawResource]:
    for name, group in logs.groups.items():
        settings = {
            **_without(group, "name", "arn", "creation_time", "streams"),
            "extras": logs.extras.get(name),
        }
        yield RawResource(
            "LogGroup", f"LogGroup|{name}", name, logs.tagger.get_tag_dict_for_resource(group.arn), settings
        )


def _ec2(ec2: Any) -> Iterator[RawResource]:
    for group in (each for groups in ec2.groups.values() for each in groups.values()):
        if not group.is_default:
            rules = {"in": _rules(group.ingress_rules), "out": _rules(group.egress_rules)}
            settings = {"description": group.description, **rules}
            yield RawResource(
                "SecurityGroup", group.id, group.name, dict(ec2.tags.get(group.id, {})), settings
            )
    for subnet in (each for zone in ec2.subnets.values() for each in zone.values()):
        if not subnet.default_for_az:
            settings = {
                "zone": subnet.availability_zone,
                "cidr_block": subnet.cidr_block,
                "map_public_ip_on_launch": subnet.map_public_ip_on_launch,
                "sandbox_kept": vars(subnet).get("sandbox_kept", {}),
            }
            yield RawResource("Subnet", subnet.id, "", dict(ec2.tags.get(subnet.id, {})), settings)


def _rules(rules: Any) -> list[dict[str, Any]]:
    return [_without(each, "id", "account_id", "filters", "ec2_backend") for each in rules]


def _cloudwatch(cloudwatch: Any) -> Iterator[RawResource]:
    for name, alarm in cloudwatch.alarms.items():
        attributes = {
            part: value
            for part, value in vars(alarm).items()
            if not part.startswith("state_")
            and part not in ("history", "configuration_updated_timestamp", "name")
        }
        sent = cloudwatch.settings.get(name) or {}
        attributes["settings"] = {part: value for part, value in sent.items() if part != "ActionsEnabled"}
        yield RawResource(
            "Alarm",
            f"Alarm|{name}",
            name,
            cloudwatch.tagger.get_tag_dict_for_resource(alarm.alarm_arn),
            attributes,
        )


FUNCTION_MEMBERS = (
    "handler", "role", "run_time", "environment_vars", "description", "memory_size", "package_type", "kms_key_arn",
    "timeout", "layers", "tracing_config", "reserved_concurrency", "code_sha_256", "settings",
)  # fmt: skip


def _functions(functions: Any) -> Iterator[RawResource]:
    for each in functions._lambdas.all():
        settings = {name: vars(each)[name] for name in FUNCTION_MEMBERS} | {
            "permissions": each.policy.statements
        }
        yield RawResource(
            "Function", f"Function|{each.function_name}", each.function_name, dict(each.tags), settings
        )


def _topics(sns: Any) -> Iterator[RawResource]:
    for arn, topic in sns.topics.items():
        subscriptions = {
            f"{each.protocol} {each.endpoint}": dict(each.attributes)
            for each in sns.subscriptions.values()
            if each.topic is topic
        }
        settings = {"settings": sns.settings.get(arn), "subscriptions": subscriptions}
        yield RawResource("Topic", f"Topic|{arn}", topic.name, dict(topic._tags), settings)


READERS: Mapping[str, tuple[str, Callable[[Any], Iterator[RawResource]]]] = {
    "iam": ("iam", _iam),
    "kms": ("kms", _kms),
    "logs": ("logs", _logs),
    "ec2": ("ec2", _ec2),
    "cloudwatch": ("cloudwatch", _cloudwatch),
    "lambda": ("awslambda", _functions),
    "sns": ("sns", _topics),
}
"""By service: its package in moto, and a function that returns its resources."""
KINDS_SHOWN = frozenset(
    {
        *("iam.role", "iam.policy", "kms.key", "logs.log_group", "ec2.security_group", "ec2.subnet"),
        *("cloudwatch.alarm", "lambda.function", "sns.topic", "dynamodb.table", "s3.bucket"),
    }
)
"""The kinds around Amazon Connect that `live_state` reads from internal data; `declared_state` shows the others."""
