"""Log groups: class, key, retention, protection against deletion, tags."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.logs.models import LogGroup, LogsBackend
from moto.utilities.tagging_service import TaggingService

from reconciler.sandbox.moto_patches.keys import find_key, lets_in
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Params = Mapping[str, Any]

# Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTIONS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
PAGE = 50
MOST_TAGS = 50


def invalid(text: str) -> SandboxError:
    """Return CloudWatch Logs' error for an invalid parameter."""
    return SandboxError("InvalidParameterException", text)


def missing(what: str = "log group") -> SandboxError:
    """Return CloudWatch Logs' error for a missing resource."""
    return SandboxError("ResourceNotFoundException", f"The specified {what} does not exist.")


def now() -> int:
    """Return the sandbox's time in milliseconds since 1970."""
    return int(current().clock() * 1000)


def wrong_token() -> SandboxError:
    """Return the error for an invalid token."""
    return invalid("The specified nextToken is invalid.")


@dataclass
class Extras:
    """The part of a log group that moto does not store."""

    group_class: str = "STANDARD"
    protected: bool = False
    bearer_tokens: bool = False
    data_protection: dict[str, Any] | None = None
    data_protection_status: str | None = None
    index_policy: dict[str, Any] | None = None
    transformer: dict[str, Any] | None = None
    resource_policy: dict[str, Any] | None = None
    metric_filters: dict[str, dict[str, Any]] = field(default_factory=dict)
    subscription_filters: dict[str, dict[str, Any]] = field(default_factory=dict)


class Groups(LogsBackend):
    """The operations on log groups."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.extras: dict[str, Extras] = {}
        self.query_key: str | None = None

    def group(self, name: str) -> LogGroup:
        """Return a log group by its name or its ARN."""
        if name.startswith("arn:"):
            name = next((each.name for each in self.groups.values() if each.arn == name), "")
        if name not in self.groups:
            raise missing()
        return self.groups[name]

    def extras_of(self, group: LogGroup) -> Extras:
        """Return the part of a log group that moto does not store."""
        return self.extras[group.name]

    def create_log_group(self, log_group_name: str, tags: dict[str, str], **kwargs: Any) -> LogGroup:
        """Create a log group; CloudFormation calls it too."""
        group = super().create_log_group(log_group_name, tags, **kwargs)
        self.extras[log_group_name] = Extras()
        return group

    def ensure_log_group(self, log_group_name: str) -> None:
        """Create a log group if there is none; functions call it."""
        super().ensure_log_group(log_group_name)
        self.extras.setdefault(log_group_name, Extras())

    def delete_log_group(self, log_group_name: str) -> None:
        """Delete a log group with its filters, policies and tags; CloudFormation calls it too.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protecting-log-groups-from-deletion.html
        """
        group = self.group(log_group_name)
        if self.extras_of(group).protected:
            text = f"The log group {group.name} cannot be deleted because deletion protection is enabled."
            raise SandboxError("ValidationException", text)
        super().delete_log_group(log_group_name)
        del self.extras[group.name]
        self.tagger.delete_all_tags_for_resource(group.arn)

    def make_group(self, logGroupName: str, **params: Any) -> None:
        """CreateLogGroup.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
        """
        if logGroupName.startswith("aws/"):
            raise invalid("Log groups starting with aws/ are reserved for AWS.")
        tags = params.get("tags", {})
        _check_tags(tags)
        key = params.get("kmsKeyId")
        if key is not None and logGroupName not in self.groups:
            self._check_key(
                key,
                f"arn:{self.partition}:logs:{self.region_name}:{self.account_id}:log-group:{logGroupName}",
            )
        extra = self.extras_of(self.create_log_group(logGroupName, tags, kmsKeyId=key))
        extra.group_class = params.get("logGroupClass", "STANDARD")
        extra.protected = params.get("deletionProtectionEnabled", False)

    def drop_group(self, logGroupName: str) -> None:
        """DeleteLogGroup."""
        self.delete_log_group(logGroupName)

    def show_groups(self, limit: int = PAGE, nextToken: str | None = None, **asked: Any) -> Reply:
        """DescribeLogGroups, sorted by name.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
        """
        prefix, pattern = asked.get("logGroupNamePrefix"), asked.get("logGroupNamePattern")
        if prefix and pattern:
            raise invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
        found = [
            group
            for group in self.groups.values()
            if group.name.startswith(prefix or "") and (pattern or "") in group.name
        ]
        if "logGroupClass" in asked:
            found = [each for each in found if self.extras_of(each).group_class == asked["logGroupClass"]]
        if "logGroupIdentifiers" in asked:
            names = set(asked["logGroupIdentifiers"])
            found = [each for each in found if {each.name, each.arn} & names]
        page, token = cut(found, lambda each: str(each.name), limit, nextToken, wrong_token())
        return {
            "logGroups": [self.shown_group(each, short=bool(pattern)) for each in page],
            "nextToken": token,
        }

    def shown_group(self, group: LogGroup, *, short: bool = False) -> Params:
        """Return a group in the form of DescribeLogGroups; `short` is the form of a search by pattern."""
        shown = group.to_describe_dict()
        if short:
            return {name: shown[name] for name in ("arn", "creationTime", "logGroupName")}
        extra = self.extras_of(group)
        return {
            **shown,
            "metricFilterCount": len(extra.metric_filters),
            "logGroupClass": extra.group_class,
            "deletionProtectionEnabled": extra.protected,
            "bearerTokenAuthenticationEnabled": extra.bearer_tokens,
            "dataProtectionStatus": extra.data_protection_status,
        }

    def keep_for(self, logGroupName: str, retentionInDays: int) -> None:
        """PutRetentionPolicy."""
        if retentionInDays not in RETENTIONS:
            allowed = ", ".join(map(str, RETENTIONS))
            raise invalid(
                f"1 validation error detected: Value '{retentionInDays}' at 'retentionInDays' failed to satisfy "
                f"constraint: Member must satisfy enum value set: [{allowed}]"
            )
        self.group(logGroupName).retention_in_days = retentionInDays

    def keep_for_ever(self, logGroupName: str) -> None:
        """DeleteRetentionPolicy."""
        self.group(logGroupName).retention_in_days = None

    def add_key(self, kmsKeyId: str, **target: str) -> None:
        """AssociateKmsKey.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
        """
        group = self._target(target)
        self._check_key(kmsKeyId, group.arn if group else target["resourceIdentifier"])
        if group:
            group.kms_key_id = kmsKeyId
        else:
            self.query_key = kmsKeyId

    def remove_key(self, **target: str) -> None:
        """DisassociateKmsKey."""
        group = self._target(target)
        if group:
            group.kms_key_id = None
        else:
            self.query_key = None

    def protect(self, logGroupIdentifier: str, deletionProtectionEnabled: bool) -> None:
        """PutLogGroupDeletionProtection."""
        self.extras_of(self.group(logGroupIdentifier)).protected = deletionProtectionEnabled

    def take_bearer_tokens(self, logGroupIdentifier: str, bearerTokenAuthenticationEnabled: bool) -> None:
        """PutBearerTokenAuthentication."""
        self.extras_of(self.group(logGroupIdentifier)).bearer_tokens = bearerTokenAuthenticationEnabled

    def tag(self, resourceArn: str, tags: dict[str, str]) -> None:
        """TagResource; an existing key gets the new value."""
        self.tag_resource(self._tagged(resourceArn), tags)

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags within AWS's limits; the Resource Groups Tagging API calls it too.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
        """
        _check_tags(tags or {})
        if len(self.tagger.get_tag_dict_for_resource(arn).keys() | (tags or {}).keys()) > MOST_TAGS:
            text = f"The resource {arn} can have no more than {MOST_TAGS} tags."
            raise SandboxError("TooManyTagsException", text, resourceName=arn)
        self.tagger.tag_resource(arn, TaggingService.convert_dict_to_tags_input(tags))

    def untag(self, resourceArn: str, tagKeys: list[str]) -> None:
        """UntagResource; missing keys are accepted."""
        self.untag_resource(self._tagged(resourceArn), tagKeys)

    def tags_of(self, resourceArn: str) -> Reply:
        """ListTagsForResource."""
        return {"tags": self.tagger.get_tag_dict_for_resource(self._tagged(resourceArn))}

    def _tagged(self, arn: str) -> str:
        """Return the ARN of a tagged resource; for a log group without `:*` at its end."""
        others = (self.delivery_destinations, self.delivery_sources, self.deliveries, self.destinations)
        if any(arn == each.arn for kind in (self.groups, *others) for each in kind.values()):
            return arn
        raise missing("resource")

    def _target(self, target: Mapping[str, str]) -> LogGroup | None:
        """Return the group of a key; None if the key is for the results of queries."""
        if ("logGroupName" in target) == ("resourceIdentifier" in target):
            raise invalid("Exactly one of logGroupName and resourceIdentifier must be specified.")
        if target.get("resourceIdentifier", "").endswith(":query-result:*"):
            return None
        return self.group(target.get("logGroupName") or target["resourceIdentifier"])

    def _check_key(self, key_id: str, arn: str) -> None:
        """Refuse a key that does not exist, is disabled or not symmetric, or whose policy does not allow CloudWatch Logs.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        """
        key = find_key(self.account_id, self.region_name, key_id)
        usable = key is not None and key.enabled and key.key_spec == "SYMMETRIC_DEFAULT"
        if key is None or not usable or not lets_in(key, "logs.amazonaws.com"):
            raise invalid(
                f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'"
            )


def _check_tags(tags: Mapping[str, str]) -> None:
    if any(key.lower().startswith("aws:") for key in tags):
        raise invalid("aws: prefixed tag key names are not allowed for external use.")
