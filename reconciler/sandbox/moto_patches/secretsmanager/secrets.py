"""Secrets: create, change, describe, list, delete, restore."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend

from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Tags = list[dict[str, str]]
Regions = list[dict[str, str]]

DAY = 86_400
LONGEST_WAIT, SHORTEST_WAIT = 30, 7
MOST_TAGS = 50
NAMED = ("ARN", "Name")
WAITS = "You can't create this secret because a secret with this name is already scheduled for deletion."
GONE = "You can't perform this operation on the secret because it was marked for deletion."


def invalid(text: str) -> SandboxError:
    """Return the error for an invalid parameter."""
    return SandboxError("InvalidParameterException", text)


def not_now(text: str) -> SandboxError:
    """Return the error for a request that the state of the secret does not allow."""
    return SandboxError("InvalidRequestException", text)


class SecretStore(SecretsManagerBackend):
    """The operations on secrets."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.rotation: dict[str, dict[str, Any]] = {}  # by ARN: the function and the rules

    def secret(self, secret_id: str, *, deleted: bool = False) -> FakeSecret:
        """Return a secret by its name or ARN; one that is scheduled for deletion only if `deleted`.

        Raises:
            SandboxError: there is none, or the operation is not possible now.
        """
        self.settle()
        if secret_id not in self.secrets:
            text = "Secrets Manager can't find the specified secret."
            raise SandboxError("ResourceNotFoundException", text)
        found = self.secrets[secret_id]
        if isinstance(found, ReplicaSecret):
            raise not_now(
                "Operation not permitted on a replica secret. Call must be made in primary secret's region."
            )
        if found.is_deleted() and not deleted:
            raise not_now(GONE)
        return found

    def dated(self, operation: Callable[..., Any], SecretId: str, **params: Any) -> Any:
        """The reply of an operation that changes a secret in any way: then the time of its last change is now.

        Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html (LastChangedDate)
        """
        reply = operation(SecretId=SecretId, **params)
        secret = self.secrets.get(SecretId)
        if isinstance(secret, FakeSecret):
            secret.last_changed_date = int(current().clock())
        return reply

    def settle(self) -> None:
        """Delete the secrets whose recovery window is over."""
        now = current().clock()
        for each in [*self.secrets.values()]:
            if isinstance(each, FakeSecret) and each.deleted_date is not None and each.deleted_date <= now:
                self.forget(each)

    def forget(self, secret: FakeSecret) -> None:
        """Delete a secret with its settings."""
        self.secrets.pop(secret.name)
        self.rotation.pop(secret.arn, None)

    def make(self, Name: str, Description: str = "", **params: Any) -> Reply:
        """CreateSecret.

        Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
        """
        self.settle()
        if Name in self.secrets and self.secrets[Name].is_deleted():
            raise not_now(WAITS)
        if "SecretString" in params and "SecretBinary" in params:
            raise invalid(
                "You can't specify both a binary secret value and a string secret value in the same secret."
            )
        tags, regions = params.get("Tags", []), params.get("AddReplicaRegions", [])
        _check_tags(tags, {})
        made = self.create_secret(
            Name,
            **_values_in(params),
            description=Description,
            tags=tags,
            kms_key_id=params.get("KmsKeyId"),
            replica_regions=regions,
            force_overwrite=params.get("ForceOverwriteReplicaSecret", False),
        )
        secret = self.secret(Name)
        set_keys(secret, regions)
        secret.last_changed_date = int(current().clock())
        return dict(json.loads(made))

    def change(self, SecretId: str, Description: str | None = None, **params: Any) -> Reply:
        """UpdateSecret; an empty text removes the description.

        Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
        """
        secret = self.secret(SecretId)
        reply = {}
        if "SecretString" in params or "SecretBinary" in params:
            reply = json.loads(self.update_secret(SecretId, **_values_in(params)))
        secret.description = secret.description if Description is None else Description
        secret.kms_key_id = params.get("KmsKeyId") or secret.kms_key_id
        return {"ARN": secret.arn, "Name": secret.name, **reply}

    def show(self, SecretId: str) -> Reply:
        """DescribeSecret, also of a secret that is scheduled for deletion."""
        self.settle()
        return self._whole(self.describe_secret(SecretId).to_dict())

    def list_secrets(self, *args: Any, **kwargs: Any) -> tuple[list[dict[str, Any]], str | None]:
        """Return a page of secrets; moto's handler of ListSecrets calls it."""
        self.settle()
        rows, token = super().list_secrets(*args, **kwargs)
        return [self._whole(row) for row in rows], token

    def drop(
        self,
        SecretId: str,
        RecoveryWindowInDays: int | None = None,
        ForceDeleteWithoutRecovery: bool = False,
    ) -> Reply:
        """DeleteSecret.

        Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
        """
        if RecoveryWindowInDays is not None and ForceDeleteWithoutRecovery:
            raise invalid(
                "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
            )
        days = LONGEST_WAIT if RecoveryWindowInDays is None else RecoveryWindowInDays
        if not SHORTEST_WAIT <= days <= LONGEST_WAIT:
            raise invalid("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
        secret = self.secret(SecretId, deleted=ForceDeleteWithoutRecovery)
        if secret.replicas:
            regions = ",".join(each.region for each in secret.replicas)
            raise invalid(f"You can't delete secret {secret.name} that still has replica regions [{regions}]")
        when = current().clock() + (0 if ForceDeleteWithoutRecovery else days * DAY)
        if ForceDeleteWithoutRecovery:
            self.forget(secret)
        else:
            secret.delete(when)
        return {"ARN": secret.arn, "Name": secret.name, "DeletionDate": when}

    def bring_back(self, SecretId: str) -> Reply:
        """RestoreSecret."""
        secret = self.secret(SecretId, deleted=True)
        secret.restore()
        return {"ARN": secret.arn, "Name": secret.name}

    def tag(self, SecretId: str, Tags: Tags) -> None:
        """TagResource."""
        secret = self.secret(SecretId)
        _check_tags(Tags, {each["Key"]: each["Value"] for each in secret.tags or []})
        self.tag_resource(secret.arn, {each["Key"]: each["Value"] for each in Tags})

    def untag(self, SecretId: str, TagKeys: list[str]) -> None:
        """UntagResource."""
        self.untag_resource(self.secret(SecretId).arn, TagKeys)

    def _whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """The members of a secret in a reply, with its rotation; the service writes no members that are null."""
        found = {name: value for name, value in row.items() if value is not None}
        return {**found, **self.rotation.get(row["ARN"], {})}


def set_keys(secret: FakeSecret, regions: Regions) -> None:
    """Store the keys of replicas, which moto drops."""
    keys = {each["Region"]: each["KmsKeyId"] for each in regions if "KmsKeyId" in each}
    for replica in secret.replicas:
        replica.config["KmsKeyId"] = keys.get(replica.region, replica.config["KmsKeyId"])


def _values_in(params: Mapping[str, Any]) -> dict[str, str | None]:
    """The value and the token in a request, as moto takes them."""
    binary = params.get("SecretBinary")
    return {
        "secret_string": params.get("SecretString"),
        "secret_binary": None if binary is None else base64.b64encode(binary).decode(),
        "client_request_token": params.get("ClientRequestToken"),
    }


def _check_tags(tags: Tags, present: Mapping[str, str]) -> None:
    """Refuse reserved keys, keys that are there twice, and too many tags."""
    keys = [each["Key"] for each in tags]
    if len(set(keys)) < len(keys):
        raise invalid("Tag keys must be unique.")
    if any(key.lower().startswith("aws:") for key in keys):
        raise invalid("Tag keys can't start with aws:")
    if len({*keys, *present}) > MOST_TAGS:
        raise invalid(f"A secret can have at most {MOST_TAGS} tags.")
