"""The rotation, the resource policy and the replicas of a secret."""

import json
import re
from typing import Any

from moto.awslambda.utils import get_backend

from reconciler.sandbox.moto_patches.policies import is_there, listed, principals_of
from reconciler.sandbox.moto_patches.secretsmanager.secrets import (
    DAY,
    Regions,
    Reply,
    SecretStore,
    invalid,
    not_now,
    set_keys,
)
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

SCHEDULE = re.compile(r"rate\(\d+ (hours?|days?)\)|cron\(([^ ]+ ){5}[^ ]+\)")
DURATION = re.compile(r"\d{1,2}h")
LONGEST = 1000
"""Days between two rotations."""
NO_FUNCTION = (
    "You tried to enable rotation on a secret that doesn't already have a Lambda function ARN configured and you didn't "
    "include such an ARN as a parameter in this call."
)
NOT_INVOKED = (
    "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the "
    "principal secretsmanager.amazonaws.com."
)


class Settings(SecretStore):
    """The operations on rotation, policy and replicas."""

    def rotate(
        self,
        SecretId: str,
        RotationLambdaARN: str | None = None,
        RotationRules: dict[str, Any] | None = None,
        RotateImmediately: bool = True,
        ClientRequestToken: str | None = None,
    ) -> Reply:
        """RotateSecret; the function is not called.

        Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
        """
        del ClientRequestToken
        secret = self.secret(SecretId)
        before = self.rotation.get(secret.arn, {})
        function = RotationLambdaARN or before.get("RotationLambdaARN")
        if function is None:
            raise not_now(NO_FUNCTION)
        rules = _checked(RotationRules) if RotationRules else before.get("RotationRules", {})
        self._check_function(function)
        self.rotation[secret.arn] = {
            **before,
            "RotationEnabled": True,
            "RotationLambdaARN": function,
            "RotationRules": rules,
            **({"LastRotatedDate": current().clock()} if RotateImmediately else {}),
            "NextRotationDate": current().clock() + rules.get("AutomaticallyAfterDays", 1) * DAY,
        }
        return {"ARN": secret.arn, "Name": secret.name, "VersionId": secret.default_version_id}

    def stop_rotation(self, SecretId: str) -> Reply:
        """CancelRotateSecret; the function and the rules stay visible.

        Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html
        """
        secret = self.secret(SecretId)
        if secret.arn not in self.rotation:
            raise not_now(NO_FUNCTION)
        self.rotation[secret.arn]["RotationEnabled"] = False
        self.rotation[secret.arn].pop("NextRotationDate", None)
        return {"ARN": secret.arn, "Name": secret.name}

    def put_policy(self, SecretId: str, ResourcePolicy: str, BlockPublicPolicy: bool = False) -> Reply:
        """PutResourcePolicy.

        Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
        """
        secret = self.secret(SecretId)
        statements = _statements(ResourcePolicy)
        named = [who for each in statements for who in principals_of(each)]
        if not all(is_there(who, self.account_id) for who in named):
            text = "This resource policy contains an unsupported principal."
            raise SandboxError("MalformedPolicyDocumentException", text)
        if BlockPublicPolicy and "*" in named:
            text = "The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access."
            raise SandboxError("PublicPolicyException", text)
        secret.policy = ResourcePolicy
        return {"ARN": secret.arn, "Name": secret.name}

    def show_policy(self, SecretId: str) -> Reply:
        """GetResourcePolicy."""
        secret = self.secret(SecretId)
        return {"ARN": secret.arn, "Name": secret.name, "ResourcePolicy": secret.policy}

    def drop_policy(self, SecretId: str) -> Reply:
        """DeleteResourcePolicy."""
        secret = self.secret(SecretId)
        secret.policy = None
        return {"ARN": secret.arn, "Name": secret.name}

    def replicate(
        self, SecretId: str, AddReplicaRegions: Regions, ForceOverwriteReplicaSecret: bool = False
    ) -> Reply:
        """ReplicateSecretToRegions.

        Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
        """
        secret = self.secret(SecretId)
        there = {each.region for each in secret.replicas}
        if any(each["Region"] in there for each in AddReplicaRegions):
            raise invalid("The secret is already replicated to one of these Regions.")
        self.replicate_secret_to_regions(SecretId, AddReplicaRegions, ForceOverwriteReplicaSecret)
        set_keys(secret, AddReplicaRegions)
        return {"ARN": secret.arn, "ReplicationStatus": [each.config for each in secret.replicas]}

    def remove_replicas(self, SecretId: str, RemoveReplicaRegions: list[str]) -> Reply:
        """RemoveRegionsFromReplication."""
        secret = self.secret(SecretId)
        self.remove_regions_from_replication(SecretId, RemoveReplicaRegions)
        return {"ARN": secret.arn, "ReplicationStatus": [each.config for each in secret.replicas]}

    def _check_function(self, arn: str) -> None:
        """Refuse a function that does not exist, or whose policy does not let Secrets Manager in."""
        name = arn.partition(":function:")[2].partition(":")[0]
        functions = get_backend(self.account_id, self.region_name).list_functions(None)
        found = next((each for each in functions if each.function_name == name), None)
        if found is None:
            raise SandboxError("ResourceNotFoundException", f"Resource not found for ARN '{arn}'.")
        statements = found.policy.statements if found.policy else []
        if not any("secretsmanager.amazonaws.com" in principals_of(each, "Service") for each in statements):
            raise SandboxError("AccessDeniedException", NOT_INVOKED)


def _checked(rules: dict[str, Any]) -> dict[str, Any]:
    """The rules of a rotation; refuse invalid ones."""
    days, schedule = rules.get("AutomaticallyAfterDays"), rules.get("ScheduleExpression")
    if (days is None) == (schedule is None):
        raise invalid(
            "You must specify either AutomaticallyAfterDays or ScheduleExpression in RotationRules."
        )
    if days is not None and not 1 <= days <= LONGEST:
        raise invalid(f"RotationRules.AutomaticallyAfterDays must be within 1-{LONGEST}.")
    if schedule is not None and not SCHEDULE.fullmatch(schedule):
        raise invalid("Invalid ScheduleExpression.")
    if "Duration" in rules and not DURATION.fullmatch(rules["Duration"]):
        raise invalid("Invalid Duration.")
    return dict(rules)


def _statements(policy: str) -> list[Any]:
    try:
        found = listed(json.loads(policy).get("Statement"))
    except (ValueError, AttributeError):
        found = []
    if not found:
        text = "This resource policy contains invalid Json."
        raise SandboxError("MalformedPolicyDocumentException", text)
    return found
