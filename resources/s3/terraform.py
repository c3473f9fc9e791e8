"""The types of Terraform for buckets: one for the bucket, and one for each of its configurations.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket, and the pages of the other
types beside it. Terraform writes "", 0 and false where a rule has no such member.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.terraform import Attributes, TerraformPart, TerraformType, first_of, only


def _bucket(values: Attributes) -> Attributes:
    return {"object_lock_enabled_for_bucket": values.get("object_lock_enabled") or None}


def _whole(member: str) -> Callable[[Attributes], Attributes]:
    """For types whose attributes are, together, the value of one member."""
    return lambda values: {member: values}


def _versioning(values: Attributes) -> Attributes:
    found = only(values.get("versioning_configuration"))
    # "Disabled" is Terraform's word for a bucket that never had versions.
    return {"versioning_configuration": {} if found.get("status") == "Disabled" else found}


def _ownership(values: Attributes) -> Attributes:
    return {"ownership_controls": {"rules": _blocks(values, "rule")}}


def _encryption(values: Attributes) -> Attributes:
    return {"server_side_encryption_configuration": {"rules": _blocks(values, "rule")}}


def _cors(values: Attributes) -> Attributes:
    rules = [
        {**rule, "max_age_seconds": rule.get("max_age_seconds") or None}
        for rule in _blocks(values, "cors_rule")
    ]
    return {"cors_configuration": {"cors_rules": rules}}


def _lifecycle(values: Attributes) -> Attributes:
    size = "transition_default_minimum_object_size"
    rules = [_lifecycle_rule(rule) for rule in _blocks(values, "rule")]
    return {"lifecycle_configuration": {"rules": rules}, size: values.get(size)}


def _lifecycle_rule(rule: Attributes) -> dict[str, Any]:
    later = "noncurrent_version_transition"
    return {
        "id": rule.get("id"),
        "status": rule.get("status"),
        "filter": _filter(rule),
        "expiration": _without_zeros(only(rule.get("expiration"))),
        "transitions": [_dated(each) for each in _blocks(rule, "transition")],
        "noncurrent_version_expiration": _without_zeros(only(rule.get("noncurrent_version_expiration"))),
        "noncurrent_version_transitions": [_without_zeros(each) for each in _blocks(rule, later)],
        "abort_incomplete_multipart_upload": _without_zeros(
            only(rule.get("abort_incomplete_multipart_upload"))
        ),
    }


def _dated(transition: Attributes) -> dict[str, Any]:
    """A transition on a date has no days; one after 0 days is a transition at once."""
    return {**transition, "days": None} if transition.get("date") else dict(transition)


def _filter(rule: Attributes) -> dict[str, Any]:
    """All conditions of a rule, in the one form that our rules have."""
    lone = only(rule.get("filter"))
    both = only(lone.get("and"))
    tags = [*_blocks(lone, "tag"), *({"key": key, "value": value} for key, value in _map(both.get("tags")))]
    sizes = ("object_size_greater_than", "object_size_less_than")
    asked = {name: _number(both.get(name)) or _number(lone.get(name)) for name in sizes}
    prefix = both.get("prefix") or lone.get("prefix") or rule.get("prefix")
    return {"and": {**asked, "prefix": prefix, "tags": tags}}


def _map(value: Any) -> Sequence[tuple[str, str]]:
    return sorted(value.items()) if isinstance(value, Mapping) else []


def _number(value: Any) -> int | None:
    """A size, which some versions of the provider write as a text."""
    return int(value) if str(value or "").isdecimal() and int(value) else None


def _notification(values: Attributes) -> Attributes:
    configuration: dict[str, Any] = {
        f"{name}_configurations": [
            {**each, "filter": {"key": {"filter_rules": _name_rules(each)}}} for each in _blocks(values, name)
        ]
        for name in ("topic", "queue", "lambda_function")
    }
    if values.get("eventbridge"):
        configuration["event_bridge_configuration"] = {"enabled": True}
    return {"notification_configuration": configuration}


def _name_rules(listener: Attributes) -> list[dict[str, Any]]:
    ends = {name: listener.get(f"filter_{name}") for name in ("prefix", "suffix")}
    return [{"name": name, "value": value} for name, value in ends.items() if value]


def _logging(values: Attributes) -> Attributes:
    enabled = {**values, "target_grants": _blocks(values, "target_grant")}
    return {"bucket_logging_status": {"logging_enabled": enabled}}


def _website(values: Attributes) -> Attributes:
    return {"website_configuration": {**values, "routing_rules": _blocks(values, "routing_rule")}}


def _object_lock(values: Attributes) -> Attributes:
    retention = _without_zeros(only(only(values.get("rule")).get("default_retention")))
    return {"object_lock_configuration": {"rule": {"default_retention": retention}}}


def _replication(values: Attributes) -> Attributes:
    rules = [{**rule, "filter": _filter(rule)} for rule in _blocks(values, "rule")]
    return {"replication_configuration": {"role": values.get("role"), "rules": rules}}


def _blocks(values: Attributes, name: str) -> Sequence[Attributes]:
    """The objects of a block."""
    return [each for each in values.get(name) or () if isinstance(each, Mapping)]


def _without_zeros(values: Attributes) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _configuration(type_: str, settings: Callable[[Attributes], Attributes]) -> TerraformPart:
    """A type of which each bucket has one resource."""
    return TerraformPart(
        type=f"aws_s3_bucket_{type_}",
        owner_in="bucket",
        settings=lambda parts: settings(first_of(parts)),
    )


BUCKET = TerraformType(
    type="aws_s3_bucket",
    name_in="bucket",
    settings=_bucket,
    parts=(
        _configuration("public_access_block", _whole("public_access_block_configuration")),
        _configuration("ownership_controls", _ownership),
        _configuration("versioning", _versioning),
        _configuration("server_side_encryption_configuration", _encryption),
        _configuration("policy", lambda values: {"policy": values.get("policy")}),
        _configuration("cors_configuration", _cors),
        _configuration("lifecycle_configuration", _lifecycle),
        _configuration("notification", _notification),
        _configuration("logging", _logging),
        _configuration("website_configuration", _website),
        _configuration("accelerate_configuration", _whole("accelerate_configuration")),
        _configuration("request_payment_configuration", _whole("request_payment_configuration")),
        _configuration("object_lock_configuration", _object_lock),
        _configuration("replication_configuration", _replication),
    ),
)
