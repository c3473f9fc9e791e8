"""DynamoDB's tables: keeps every setting, refuses what AWS refuses, and simulates the states of tables and indexes.

Known-lossy: global tables and vector indexes (refused with 501); a warm throughput is stored as requested and never
UPDATING; TTL can be switched more than once an hour; items of a table that is CREATING can be written; the counts
and sizes of indexes are always current, while AWS refreshes them every six hours.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import GlobalSecondaryIndex, RestoredPITTable, RestoredTable, Table
from moto.dynamodb.responses import DynamoHandler
from moto.kms.models import kms_backends

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.dynamodb import rules
from reconciler.sandbox.moto_patches.dynamodb.description import describe
from reconciler.sandbox.moto_patches.dynamodb.life import Extras
from reconciler.sandbox.moto_patches.dynamodb.refusal import INVALID, invalid
from reconciler.sandbox.moto_patches.dynamodb.warmth import warm_up
from reconciler.sandbox.moto_patches.pages import cut_at
from reconciler.sandbox.moto_patches.transitions import Transition
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Params = Mapping[str, Any]
Made = TypeVar("Made", bound=Table)

NO_UNITS = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
PAGE_OF_TAGS = 10
"""Small, so that a test finds clients that read only one page."""
BEING = {"CREATING": "created", "UPDATING": "updated", "DELETING": "deleted"}


def install() -> None:
    """Replace moto's operations on tables; items, backups and the rest stay moto's."""
    extension.extend("dynamodb", Tables, "moto.dynamodb", DynamoHandler.dispatch)


class Tables(DynamoDBBackend):
    """The operations on tables; items, backups and the rest stay moto's."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.extras: dict[str, Extras] = {}
        self.operations: Mapping[str, extension.Operation] = {
            "CreateTable": self.make,
            "DescribeTable": self.show,
            "UpdateTable": self.change,
            "DeleteTable": self.drop,
            "ListTables": self.names,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsOfResource": self.tags_of,
            "UpdateTimeToLive": self.change_ttl,
            "DescribeTimeToLive": self.show_ttl,
            "UpdateContributorInsights": self.change_insights,
            "DescribeContributorInsights": self.show_insights,
        }

    def get_table(self, table_name: str) -> Table:
        """Return a table by name or ARN; moto's own operations call it too."""
        self._settle()
        return super().get_table(table_name)

    def create_table(self, name: str, *given: Any, **named: Any) -> Table:
        """Create a table; CloudFormation and imports call it too."""
        return self._born(super().create_table(name, *given, **named))

    def restore_table_from_backup(self, target_table_name: str, backup_arn: str) -> RestoredTable:
        """RestoreTableFromBackup."""
        return self._at_work(self._born(super().restore_table_from_backup(target_table_name, backup_arn)))

    def restore_table_to_point_in_time(
        self, target_table_name: str, source_table_name: str
    ) -> RestoredPITTable:
        """RestoreTableToPointInTime, which needs point-in-time recovery; the copy has what the table has now."""
        source = self.tables.get(source_table_name)
        recovery = (source.continuous_backups if source else {}).get("PointInTimeRecoveryDescription", {})
        if source and recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
            text = f"Point in time recovery is not enabled for table {source_table_name!r}"
            raise SandboxError("PointInTimeRecoveryUnavailableException", text)
        restored = super().restore_table_to_point_in_time(target_table_name, source_table_name)
        return self._at_work(self._born(restored))

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Change tags for the Resource Groups Tagging API; moto would add a key twice."""
        self.tag(arn, [{"Key": key, "Value": value} for key, value in tags.items()])

    def make(self, **params: Any) -> Reply:
        """CreateTable."""
        self._settle()
        rules.check_create(params)
        name, billing_mode = params["TableName"], params.get("BillingMode", "PROVISIONED")
        if name in self.tables:
            raise SandboxError("ResourceInUseException", f"Table already exists: {name}")
        indexes, local = params.get("GlobalSecondaryIndexes"), params.get("LocalSecondaryIndexes")
        DynamoHandler()._validate_table_creation(  # noqa: SLF001  moto's checks of keys and throughput are correct
            billing_mode=billing_mode,
            throughput=params.get("ProvisionedThroughput"),
            key_schema=params["KeySchema"],
            global_indexes=indexes,
            local_secondary_indexes=local,
            attr=params["AttributeDefinitions"],
            warm_throughput=params.get("WarmThroughput"),
        )
        table = self.create_table(
            name,
            schema=params["KeySchema"],
            throughput=params.get("ProvisionedThroughput"),
            attr=params["AttributeDefinitions"],
            global_indexes=indexes or [],
            indexes=local or [],
            streams=params.get("StreamSpecification"),
            billing_mode=billing_mode,
            sse_specification=self._encryption(params.get("SSESpecification")),
            tags=list(params.get("Tags", ())),
            deletion_protection_enabled=params.get("DeletionProtectionEnabled", False),
            warm_throughput=params.get("WarmThroughput"),
        )
        extras = self._extras(table)
        extras.life = Transition.begin("CREATING")
        extras.table_class = params.get("TableClass")
        extras.on_demand = dict(params.get("OnDemandThroughput", {}))
        extras.index_on_demand = {
            index["IndexName"]: dict(index.get("OnDemandThroughput", {})) for index in indexes or ()
        }
        extras.on_demand_since = table.created_at if billing_mode == "PAY_PER_REQUEST" else None
        if "ResourcePolicy" in params:
            self.put_resource_policy(table.table_arn, params["ResourcePolicy"], None)
        return {"TableDescription": describe(table, extras, "CREATING")}

    def show(self, TableName: str) -> Reply:
        """DescribeTable."""
        table = self._table(TableName)
        return {"Table": describe(table, self._extras(table))}

    def names(self, Limit: int = 100, ExclusiveStartTableName: str | None = None) -> Reply:
        """ListTables, in the order of their names."""
        self._settle()
        after = sorted(name for name in self.tables if name > (ExclusiveStartTableName or ""))
        page = after[:Limit]
        return {"TableNames": page, "LastEvaluatedTableName": page[-1] if len(after) > Limit else None}

    def drop(self, TableName: str) -> Reply:
        """DeleteTable."""
        table = self._table(TableName)
        extras = self._extras(table)
        _refuse_busy(table, extras)
        if table.deletion_protection_enabled:
            raise invalid(
                f"Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
                f"protection first: {table.name}"
            )
        extras.life = Transition.begin("DELETING")
        reply = {"TableDescription": describe(table, extras, "DELETING")}
        self._settle()
        return reply

    def change(self, TableName: str, **params: Any) -> Reply:
        """UpdateTable."""
        table = self._table(TableName)
        extras = self._extras(table)
        _refuse_busy(table, extras)
        known = {definition["AttributeName"]: definition for definition in table.attr}
        attributes = [
            *{**known, **{a["AttributeName"]: a for a in params.get("AttributeDefinitions", ())}}.values()
        ]
        rules.check_update(table, params, attributes)
        encryption = self._new_encryption(table, params)
        _change_class(extras, params)
        if encryption is not None:
            table.sse_specification = encryption
        _change_indexes(table, extras, params.get("GlobalSecondaryIndexUpdates", ()))
        _change_billing(table, extras, params)
        if "StreamSpecification" in params:
            table.set_stream_specification(params["StreamSpecification"])
        if "DeletionProtectionEnabled" in params:
            table.deletion_protection_enabled = params["DeletionProtectionEnabled"]
        if "WarmThroughput" in params:
            table.warm_throughput = {**table.warm_throughput, **params["WarmThroughput"]}
        table.attr = [
            attribute for attribute in attributes if attribute["AttributeName"] in table.attribute_keys
        ]
        extras.life = Transition.begin("UPDATING")
        return {"TableDescription": describe(table, extras, "UPDATING")}

    def tag(self, ResourceArn: str, Tags: list[dict[str, str]]) -> None:
        """TagResource; an existing key gets the new value."""
        table = self._by_arn(ResourceArn)
        present = {tag["Key"]: tag["Value"] for tag in table.tags}
        rules.check_tags(Tags, present)
        present |= {tag["Key"]: tag["Value"] for tag in Tags}
        table.tags = [{"Key": key, "Value": value} for key, value in present.items()]

    def untag(self, ResourceArn: str, TagKeys: list[str]) -> None:
        """UntagResource; missing keys are accepted."""
        table = self._by_arn(ResourceArn)
        table.tags = [tag for tag in table.tags if tag["Key"] not in TagKeys]

    def tags_of(self, ResourceArn: str, NextToken: str | None = None) -> Reply:
        """ListTagsOfResource."""
        tags = self._by_arn(ResourceArn).tags
        page, token = cut_at(tags, PAGE_OF_TAGS, NextToken, invalid("The provided NextToken is not valid"))
        return {"Tags": page, "NextToken": token}

    def change_ttl(self, TableName: str, TimeToLiveSpecification: dict[str, Any]) -> Reply:
        """UpdateTimeToLive."""
        table = self._table(TableName)
        enabled, attribute = TimeToLiveSpecification["Enabled"], TimeToLiveSpecification["AttributeName"]
        if enabled is (table.ttl["TimeToLiveStatus"] == "ENABLED"):
            raise invalid(f"TimeToLive is already {'enabled' if enabled else 'disabled'}")
        if not enabled and table.ttl["AttributeName"] != attribute:
            raise invalid(
                "TimeToLive is active on a different AttributeName: current AttributeName is "
                f"{table.ttl['AttributeName']}"
            )
        table.ttl = (
            {"TimeToLiveStatus": "ENABLED", "AttributeName": attribute}
            if enabled
            else {"TimeToLiveStatus": "DISABLED"}
        )
        return {"TimeToLiveSpecification": TimeToLiveSpecification}

    def show_ttl(self, TableName: str) -> Reply:
        """DescribeTimeToLive."""
        return {"TimeToLiveDescription": self._table(TableName).ttl}

    def change_insights(
        self, TableName: str, ContributorInsightsAction: str, IndexName: str | None = None, **_: Any
    ) -> Reply:
        """UpdateContributorInsights."""
        table = self._table(TableName)
        extras = self._extras(table)
        extras.insights[IndexName] = f"{ContributorInsightsAction}D"
        status = f"{ContributorInsightsAction[:-1]}ING"
        return {"TableName": table.name, "IndexName": IndexName, "ContributorInsightsStatus": status}

    def show_insights(self, TableName: str, IndexName: str | None = None) -> Reply:
        """DescribeContributorInsights."""
        table = self._table(TableName)
        status = self._extras(table).insights.get(IndexName, "DISABLED")
        return {"TableName": table.name, "IndexName": IndexName, "ContributorInsightsStatus": status}

    def _settle(self) -> None:
        """Remove tables whose deletion is complete."""
        for name, extras in list(self.extras.items()):
            if extras.life.state == "DELETING" and extras.life.passed:
                gone = self.tables.pop(name, None)
                self.resource_policies.pop(gone.table_arn if gone else "", None)
                del self.extras[name]

    def _table(self, name: str) -> Table:
        self._settle()
        table = self.tables.get(name.rpartition("/")[2])
        if table is not None and name in {table.name, table.table_arn}:
            return table
        raise SandboxError(
            "ResourceNotFoundException", f"Requested resource not found: Table: {name} not found"
        )

    def _by_arn(self, arn: str) -> Table:
        self._settle()
        table = self.tables.get(arn.rpartition("/")[2])
        if table is None or table.table_arn != arn:
            raise SandboxError(
                "ResourceNotFoundException", f"Requested resource not found: ResourceArn: {arn} not found"
            )
        return table

    def _extras(self, table: Table) -> Extras:
        return self.extras[table.name]

    def _born(self, table: Made) -> Made:
        """Record a new table."""
        self.extras[table.name] = Extras()
        return table

    def _at_work(self, table: Made) -> Made:
        """Let a restored table be CREATING for a while."""
        self.extras[table.name].life = Transition.begin("CREATING")
        return table

    def _encryption(self, wanted: Params | None) -> dict[str, Any] | None:
        """Return the specification with the key's ARN, as AWS reports it; None for an AWS owned key."""
        if not wanted or not wanted.get("Enabled"):
            return None
        key = wanted.get("KMSMasterKeyId")
        if key is None:
            return {"Enabled": True, "SSEType": "KMS"}
        if not key.startswith("arn:") or ":alias/" in key:
            try:
                key = kms_backends[self.account_id][self.region_name].describe_key(key).arn
            except (JsonRESTError, KeyError, AttributeError) as unknown:
                raise invalid(f"{INVALID}KMS validation error: no such key: {key}") from unknown
        return {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}

    def _new_encryption(self, table: Table, params: Params) -> dict[str, Any] | None:
        if "SSESpecification" not in params:
            return None
        wanted = self._encryption(params["SSESpecification"]) or {"Enabled": False}
        if wanted["Enabled"] and "KMSMasterKeyId" not in wanted:
            wanted["KMSMasterKeyId"] = table._get_default_encryption_key(self.account_id, self.region_name)  # noqa: SLF001
        before = table.sse_specification or {"Enabled": False}
        if wanted.get("KMSMasterKeyId") == before.get("KMSMasterKeyId"):
            raise invalid(f"{INVALID}Table is already encrypted by given KMSMasterKeyId")
        return wanted


def _refuse_busy(table: Table, extras: Extras) -> None:
    if not extras.life.passed:
        raise SandboxError(
            "ResourceInUseException",
            "Attempt to change a resource which is still in use: "
            f"Table is being {BEING[extras.life.state]}: {table.name}",
        )


def _change_class(extras: Extras, params: Params) -> None:
    wanted = params.get("TableClass")
    if wanted is None:
        return
    if wanted == (extras.table_class or "STANDARD"):
        raise invalid(f"{INVALID}Table class is already {wanted}")
    extras.table_class, extras.class_changed = wanted, datetime.now(UTC)


def _change_indexes(table: Table, extras: Extras, updates: Sequence[Params]) -> None:
    by_name = {index.name: index for index in table.global_indexes}
    for update in updates:
        if "Create" in update:
            created = GlobalSecondaryIndex.create(update["Create"], table.table_key_attrs)
            by_name[created.name] = created
            extras.index_life[created.name] = Transition.begin("CREATING")
            extras.index_on_demand[created.name] = dict(update["Create"].get("OnDemandThroughput", {}))
        if "Update" in update:
            changed = update["Update"]
            index = by_name[changed["IndexName"]]
            index.throughput = changed.get("ProvisionedThroughput", index.throughput)
            index.warm_throughput = {**index.warm_throughput, **changed.get("WarmThroughput", {})}
            extras.index_on_demand.setdefault(index.name, {}).update(changed.get("OnDemandThroughput", {}))
            warm_up(index)
            extras.index_life[index.name] = Transition.begin("UPDATING")
        if "Delete" in update:
            gone = by_name.pop(update["Delete"]["IndexName"])
            extras.index_life[gone.name] = Transition.begin("DELETING")
            extras.index_on_demand.pop(gone.name, None)
            extras.leaving = [index for index in extras.leaving if index.name != gone.name] + [gone]
    table.global_indexes = list(by_name.values())


def _change_billing(table: Table, extras: Extras, params: Params) -> None:
    wanted = params.get("BillingMode", table.billing_mode)
    if wanted == "PAY_PER_REQUEST" and table.billing_mode != wanted:
        table.throughput = dict(NO_UNITS)
        for index in table.global_indexes:
            index.throughput = dict(NO_UNITS)
        extras.on_demand_since = datetime.now(UTC)
    if wanted == "PROVISIONED" and table.billing_mode != wanted:
        extras.on_demand.clear()
        extras.index_on_demand.clear()
    table.billing_mode = wanted
    if "ProvisionedThroughput" in params:
        table.throughput = dict(params["ProvisionedThroughput"])
        warm_up(table)
    extras.on_demand.update(params.get("OnDemandThroughput", {}))
