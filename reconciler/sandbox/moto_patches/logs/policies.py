"""Policies of a log group: data protection, field indexes, transformer, resource policy."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from moto.logs.models import LogGroup

from reconciler.sandbox.moto_patches.logs.groups import (
    PAGE,
    Groups,
    Params,
    Reply,
    invalid,
    missing,
    now,
    wrong_token,
)
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.sandbox_error import SandboxError


class Policies(Groups):
    """The operations on policies of a log group."""

    def protect_data(self, logGroupIdentifier: str, policyDocument: str) -> Reply:
        """PutDataProtectionPolicy.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDataProtectionPolicy.html
        """
        _check_document(policyDocument)
        group = self.group(logGroupIdentifier)
        extra = self.extras_of(group)
        extra.data_protection = {"policyDocument": policyDocument, "lastUpdatedTime": now()}
        extra.data_protection_status = "ACTIVATED"
        return {"logGroupIdentifier": logGroupIdentifier, **extra.data_protection}

    def show_data_protection(self, logGroupIdentifier: str) -> Reply:
        """GetDataProtectionPolicy; a group without one has no document."""
        kept = self.extras_of(self.group(logGroupIdentifier)).data_protection
        return {"logGroupIdentifier": logGroupIdentifier, **(kept or {})}

    def drop_data_protection(self, logGroupIdentifier: str) -> None:
        """DeleteDataProtectionPolicy."""
        extra = self.extras_of(self.group(logGroupIdentifier))
        extra.data_protection_status = "DELETED" if extra.data_protection else extra.data_protection_status
        extra.data_protection = None

    def put_indexes(self, logGroupIdentifier: str, policyDocument: str) -> Reply:
        """PutIndexPolicy; only for groups of the Standard class.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutIndexPolicy.html
        """
        _check_document(policyDocument)
        group = self.group(logGroupIdentifier)
        extra = self.extras_of(group)
        if extra.group_class != "STANDARD":
            raise invalid("Only log groups in the Standard log class support field index policies.")
        extra.index_policy = {
            "policyDocument": policyDocument,
            "lastUpdateTime": now(),
            "source": "LOG_GROUP",
        }
        return {"indexPolicy": {"logGroupIdentifier": group.arn, **extra.index_policy}}

    def show_indexes(self, logGroupIdentifiers: list[str], nextToken: str | None = None) -> Reply:
        """DescribeIndexPolicies; a request is for one group, so there is one page."""
        if nextToken is not None:
            raise wrong_token()
        group = self.group(logGroupIdentifiers[0])
        kept = self.extras_of(group).index_policy
        return {"indexPolicies": [{"logGroupIdentifier": group.arn, **kept}] if kept else []}

    def drop_indexes(self, logGroupIdentifier: str) -> None:
        """DeleteIndexPolicy."""
        self.extras_of(self.group(logGroupIdentifier)).index_policy = None

    def transform(self, logGroupIdentifier: str, transformerConfig: list[Params]) -> None:
        """PutTransformer.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutTransformer.html
        """
        extra = self.extras_of(self.group(logGroupIdentifier))
        born = (extra.transformer or {}).get("creationTime", now())
        extra.transformer = {
            "transformerConfig": transformerConfig,
            "creationTime": born,
            "lastModifiedTime": now(),
        }

    def show_transformer(self, logGroupIdentifier: str) -> Reply:
        """GetTransformer; a group without one has an empty reply."""
        group = self.group(logGroupIdentifier)
        kept = self.extras_of(group).transformer
        return {"logGroupIdentifier": group.arn, **kept} if kept else {}

    def drop_transformer(self, logGroupIdentifier: str) -> None:
        """DeleteTransformer."""
        self.extras_of(self.group(logGroupIdentifier)).transformer = None

    def put_policy(self, policyDocument: str | None = None, **params: Any) -> Reply:
        """PutResourcePolicy, for the account or a log group; for a group, the request has the revision that it replaces.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
        """
        if policyDocument is None:
            raise invalid("policyDocument is required.")
        _check_document(policyDocument)
        if "resourceArn" not in params:
            if "policyName" not in params:
                raise invalid("policyName is required.")
            made = self.put_resource_policy(params["policyName"], policyDocument)
            return {"resourcePolicy": {**made.describe(), "policyScope": "ACCOUNT"}}
        group = self._of_policy(params)
        revision = str(uuid.uuid4())
        kept = self.extras_of(group).resource_policy = {
            "policyName": params.get("policyName"),
            "policyDocument": policyDocument,
            "lastUpdatedTime": now(),
            "policyScope": "RESOURCE",
            "resourceArn": group.arn,
            "revisionId": revision,
        }
        return {"resourcePolicy": kept, "revisionId": revision}

    def show_policies(self, limit: int = PAGE, nextToken: str | None = None, **asked: Any) -> Reply:
        """DescribeResourcePolicies: the policies of the account, or the policy of a log group.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeResourcePolicies.html
        """
        one = asked.get("resourceArn")
        groups = [self.group(one)] if one else list(self.groups.values())
        of_groups = [self.extras_of(each).resource_policy for each in groups]
        if one or asked.get("policyScope") == "RESOURCE":
            found = [each for each in of_groups if each]
        else:
            found = [
                {**each.describe(), "policyScope": "ACCOUNT"} for each in self.resource_policies.values()
            ]
        page, token = cut(found, _named, limit, nextToken, wrong_token())
        return {"resourcePolicies": page, "nextToken": token}

    def drop_policy(self, **params: Any) -> None:
        """DeleteResourcePolicy."""
        if "resourceArn" in params:
            group = self._of_policy(params)
            if self.extras_of(group).resource_policy is None:
                raise missing("resource policy")
            self.extras_of(group).resource_policy = None
        else:
            self.delete_resource_policy(params.get("policyName", ""))

    def _of_policy(self, params: Params) -> LogGroup:
        """Return the group whose policy is replaced; refuse a revision that is not the current one."""
        group = self.group(params["resourceArn"])
        present = (self.extras_of(group).resource_policy or {}).get("revisionId")
        if params.get("expectedRevisionId") != present:
            text = "The expected revision ID is not that of the resource policy."
            raise SandboxError("OperationAbortedException", text)
        return group


def _check_document(text: str) -> None:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, Mapping):
        raise invalid("The policy document is not valid JSON.")


def _named(row: Params) -> str:
    return f"{row['policyName']}\0{row.get('resourceArn', '')}"
