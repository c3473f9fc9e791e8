"""The live resources of the services around Amazon Connect, read from the sandbox's internal data."""

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple


class Held(NamedTuple):
    """One live resource of the sandbox."""

    noun: str
    id: str
    """Its identifier in the API: an id, or a name or ARN after the type of resource."""
    name: str
    tags: Mapping[str, str]
    held: Any
    going: bool = False
    """Whether its deletion is scheduled; then another one may exist as well."""


def platform(account: str, region: str) -> Iterator[Held]:
    """Every live resource of one account and Region, without those that AWS created."""
    for service, (package, look) in LOOKS.items():
        loaded = sys.modules.get(f"moto.{package}.models")
        backends = getattr(loaded, f"{service}_backends", {})
        if account not in backends:
            continue
        regions = backends[account]
        for place in (region, "aws"):
            if place in regions:
                yield from look(regions[place])


def address_of(id_: str) -> str:
    """The identifier of a resource in the API of its service."""
    return id_.rpartition("|")[2]


def _pairs(rows: Any) -> dict[str, str]:
    found = rows.values() if isinstance(rows, Mapping) else rows or ()
    return {row["Key"]: row["Value"] for row in found}


def _without(thing: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in vars(thing).items() if name not in names}


def _iam(iam: Any) -> Iterator[Held]:
    for role in iam.roles.values():
        if not role.path.startswith("/aws-service-role/"):
            held = _without(role, "id", "name", "tags", "managed_policies", "last_used", "create_date")
            yield Held(
                "Role",
                f"Role|{role.name}",
                role.name,
                _pairs(role.tags),
                {**held, "attached": [*role.managed_policies]},
            )
    for policy in iam.managed_policies.changes().values():
        if policy.arn.split(":")[4] == iam.account_id:
            document = next(each.document for each in policy.versions if each.is_default)
            held = {"path": policy.path, "description": policy.description, "document": document}
            yield Held("Policy", f"Policy|{policy.arn}", policy.name, _pairs(policy.tags), held)


def _kms(kms: Any) -> Iterator[Held]:
    for key in kms.keys.values():
        held = _without(
            key, "id", "arn", "creation_date", "deletion_date", "key_material", "private_key", "rotations"
        )
        held |= {"aliases": [*key.aliases], "period": kms.rotation.get(key.id, (None,))[0]}
        going = key.key_state == "PendingDeletion"
        tags = kms.tagger.get_tag_dict_for_resource(key.id)
        yield Held("Key", key.id, "", tags, {"key_state": key.key_state} if going else held, going)


def _logs(logs: Any) -> Iterator[Held]:
    for name, group in logs.groups.items():
        held = {**_without(group, "name", "arn", "creation_time", "streams"), "extras": logs.extras.get(name)}
        yield Held(
            "LogGroup", f"LogGroup|{name}", name, logs.tagger.get_tag_dict_for_resource(group.arn), held
        )


def _ec2(ec2: Any) -> Iterator[Held]:
    for group in (each for groups in ec2.groups.values() for each in groups.values()):
        if not group.is_default:
            rules = {"in": _rules(group.ingress_rules), "out": _rules(group.egress_rules)}
            held = {"description": group.description, **rules}
            yield Held("SecurityGroup", group.id, group.name, dict(ec2.tags.get(group.id, {})), held)
    for subnet in (each for zone in ec2.subnets.values() for each in zone.values()):
        if not subnet.default_for_az:
            held = {
                "zone": subnet.availability_zone,
                "cidr_block": subnet.cidr_block,
                "map_public_ip_on_launch": subnet.map_public_ip_on_launch,
                "sandbox_kept": vars(subnet).get("sandbox_kept", {}),
            }
            yield Held("Subnet", subnet.id, "", dict(ec2.tags.get(subnet.id, {})), held)


def _rules(rules: Any) -> list[dict[str, Any]]:
    return [_without(each, "id", "account_id", "filters", "ec2_backend") for each in rules]


def _cloudwatch(cloudwatch: Any) -> Iterator[Held]:
    for name, alarm in cloudwatch.alarms.items():
        held = {
            part: value
            for part, value in vars(alarm).items()
            if not part.startswith("state_")
            and part not in ("history", "configuration_updated_timestamp", "name")
        }
        settings = cloudwatch.settings.get(name) or {}
        held |= {"settings": {part: value for part, value in settings.items() if part != "ActionsEnabled"}}
        yield Held(
            "Alarm", f"Alarm|{name}", name, cloudwatch.tagger.get_tag_dict_for_resource(alarm.alarm_arn), held
        )


SHOWN = (
    "handler", "role", "run_time", "environment_vars", "description", "memory_size", "package_type", "kms_key_arn",
    "timeout", "layers", "tracing_config", "reserved_concurrency", "code_sha_256", "settings",
)  # fmt: skip


def _functions(functions: Any) -> Iterator[Held]:
    for each in functions._lambdas.all():
        held = {name: vars(each)[name] for name in SHOWN} | {"permissions": each.policy.statements}
        yield Held("Function", f"Function|{each.function_name}", each.function_name, dict(each.tags), held)


def _topics(sns: Any) -> Iterator[Held]:
    for arn, topic in sns.topics.items():
        subscriptions = {
            f"{each.protocol} {each.endpoint}": dict(each.attributes)
            for each in sns.subscriptions.values()
            if each.topic is topic
        }
        held = {"settings": sns.settings.get(arn), "subscriptions": subscriptions}
        yield Held("Topic", f"Topic|{arn}", topic.name, dict(topic._tags), held)


LOOKS: Mapping[str, tuple[str, Callable[[Any], Iterator[Held]]]] = {
    "iam": ("iam", _iam),
    "kms": ("kms", _kms),
    "logs": ("logs", _logs),
    "ec2": ("ec2", _ec2),
    "cloudwatch": ("cloudwatch", _cloudwatch),
    "lambda": ("awslambda", _functions),
    "sns": ("sns", _topics),
}
"""By service: its package in moto, and a function that returns its resources."""
