"""The settings of a DynamoDB table.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from reconciler.forms import Form
from reconciler.model import AtLeast, Cleared, Part, Resource, Rows, Unordered, Whole, Wire
from reconciler.resources.identifiers import KeyArn
from reconciler.resources.lasting import LASTS
from reconciler.resources.policy_document import RESOURCE_POLICY

AttributeName = Annotated[str, Field(min_length=1, max_length=255)]
NAME = Form(r"[a-zA-Z0-9_.-]{3,255}", "3 to 255 of a-z, A-Z, 0-9, _, - and .")
IndexName = Annotated[str, NAME]
Units = Annotated[int, Field(ge=1)]


class AttributeDefinition(Part):
    """The type of an attribute that is part of a key: string, number or binary."""

    attribute_name: AttributeName
    attribute_type: Literal["S", "N", "B"]


class KeyElement(Part):
    """One attribute of a key: part of the partition key (HASH) or of the sort key (RANGE)."""

    attribute_name: AttributeName
    key_type: Literal["HASH", "RANGE"]


def _simple_key(keys: list[KeyElement]) -> list[KeyElement]:
    if [each.key_type for each in keys] not in (["HASH"], ["HASH", "RANGE"]):
        raise ValueError("a key is one HASH attribute, then optionally one RANGE attribute")
    return _each_once(keys)


def _index_key(keys: list[KeyElement]) -> list[KeyElement]:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html."""
    kinds = [each.key_type for each in keys]
    hashed = kinds.count("HASH")
    sorted_by = len(kinds) - hashed
    if kinds != ["HASH"] * hashed + ["RANGE"] * sorted_by or not 1 <= hashed <= MOST or sorted_by > MOST:
        raise ValueError(
            f"a key of a global index is 1 to {MOST} HASH attributes, then up to {MOST} RANGE attributes"
        )
    return _each_once(keys)


def _each_once(keys: list[KeyElement]) -> list[KeyElement]:
    names = [each.attribute_name for each in keys]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is in the key twice")
    return keys


MOST = 4
"""The most attributes in the partition key, and in the sort key, of a global index."""
KeySchema = Annotated[list[KeyElement], Field(min_length=1, max_length=2), AfterValidator(_simple_key)]
IndexKeySchema = Annotated[
    list[KeyElement], Field(min_length=1, max_length=2 * MOST), AfterValidator(_index_key)
]


class Projection(Part):
    """The attributes that an index copies; `non_key_attributes` is for INCLUDE only."""

    projection_type: Literal["ALL", "KEYS_ONLY", "INCLUDE"]
    non_key_attributes: Annotated[
        list[AttributeName] | None, Unordered(), Field(min_length=1, max_length=20)
    ] = None

    @model_validator(mode="after")
    def _attributes_if_included(self) -> Self:
        included = self.projection_type == "INCLUDE"
        if included != bool(self.non_key_attributes):
            what = (
                "takes non_key_attributes; write them"
                if included
                else "takes no non_key_attributes; remove them"
            )
            raise ValueError(f"projection_type {self.projection_type} {what}")
        return self


class ProvisionedThroughput(Part):
    """Provisioned capacity: read and write units a second."""

    read_capacity_units: Units
    write_capacity_units: Units


class OnDemandThroughput(Part):
    """The limits of on-demand capacity: read and write units a second."""

    max_read_request_units: Annotated[Units | None, Cleared(-1)] = None
    max_write_request_units: Annotated[Units | None, Cleared(-1)] = None


class WarmThroughput(Part):
    """The capacity that is available at once: read and write units a second. AWS raises it with traffic, and never lowers it."""

    read_units_per_second: Annotated[Units | None, AtLeast(), LASTS] = None
    write_units_per_second: Annotated[Units | None, AtLeast(), LASTS] = None


class LocalIndex(Part):
    """A local secondary index: it has the table's partition key."""

    index_name: IndexName
    key_schema: KeySchema
    projection: Projection


class GlobalIndex(Part):
    """A global secondary index: it has its own key. With another key or projection it is deleted and created again.

    Partition key and sort key have up to four attributes each: first all with HASH, then those with RANGE in sort order.
    """

    index_name: IndexName
    key_schema: IndexKeySchema
    projection: Projection
    provisioned_throughput: Annotated[ProvisionedThroughput | None, LASTS] = None
    on_demand_throughput: OnDemandThroughput | None = None
    warm_throughput: Annotated[WarmThroughput | None, LASTS] = None


class StreamSpecification(Part):
    """The stream of changes, and the images of items in it."""

    stream_enabled: bool
    stream_view_type: Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] | None = None

    @model_validator(mode="after")
    def _view_if_enabled(self) -> Self:
        if self.stream_enabled == (self.stream_view_type is None):
            raise ValueError("write stream_view_type if the stream is enabled, and only then")
        return self


class Encryption(Part):
    """Encryption with a key in your account; otherwise AWS encrypts with an AWS owned key.

    If it is enabled without a key, DynamoDB uses the AWS managed key in your account.
    """

    enabled: bool
    sse_type: Annotated[Literal["KMS"] | None, Wire("SSEType"), Cleared("KMS")] = None
    # AWS also accepts an alias or an id, but reports the ARN: they would differ in every pass.
    kms_master_key_id: Annotated[KeyArn | None, Wire("KMSMasterKeyId")] = None
    """The key's ARN; if left out or null, the AWS managed key for DynamoDB."""

    @model_validator(mode="after")
    def _key_if_enabled(self) -> Self:
        if not self.enabled and (self.sse_type or self.kms_master_key_id):
            raise ValueError("sse_type and kms_master_key_id need enabled: true")
        return self


class PointInTimeRecovery(Part):
    """Continuous backups; they can restore the table to any second of the recovery period."""

    enabled: Annotated[bool, Wire("PointInTimeRecoveryEnabled")]
    recovery_period_in_days: Annotated[int | None, Field(ge=1, le=35), Cleared(35)] = None

    @model_validator(mode="after")
    def _period_if_enabled(self) -> Self:
        if not self.enabled and self.recovery_period_in_days:
            raise ValueError("recovery_period_in_days needs enabled recovery")
        return self


class TimeToLive(Part):
    """Expiry of items; the attribute holds the time in seconds since 1970."""

    enabled: bool
    attribute_name: AttributeName | None = None

    @model_validator(mode="after")
    def _attribute_if_enabled(self) -> Self:
        if self.enabled == (self.attribute_name is None):
            raise ValueError("write attribute_name if time to live is enabled, and only then")
        return self


class Table(Resource):
    """A DynamoDB table with its keys, indexes, capacity, backups and stream."""

    attribute_definitions: Annotated[list[AttributeDefinition] | None, Rows(("attribute_name",)), LASTS] = (
        None
    )
    key_schema: KeySchema | None = None
    local_secondary_indexes: Annotated[
        list[LocalIndex] | None, Rows(("index_name",)), Field(min_length=1, max_length=5)
    ] = None
    global_secondary_indexes: Annotated[
        list[GlobalIndex] | None, Rows(("index_name",)), Field(min_length=1, max_length=20)
    ] = None
    billing_mode: Annotated[Literal["PROVISIONED", "PAY_PER_REQUEST"] | None, Cleared("PROVISIONED")] = None
    provisioned_throughput: Annotated[ProvisionedThroughput | None, LASTS] = None
    on_demand_throughput: OnDemandThroughput | None = None
    warm_throughput: Annotated[WarmThroughput | None, LASTS] = None
    stream_specification: Annotated[StreamSpecification | None, Cleared({"StreamEnabled": False})] = None
    sse: Annotated[Encryption | None, Wire("SSESpecification"), Whole(), Cleared({"Enabled": False})] = None
    table_class: Annotated[Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"] | None, Cleared("STANDARD")] = (
        None
    )
    deletion_protection_enabled: Annotated[bool | None, Cleared(False)] = None
    point_in_time_recovery: Annotated[
        PointInTimeRecovery | None,
        Wire("PointInTimeRecoverySpecification"),
        Cleared({"PointInTimeRecoveryEnabled": False}),
    ] = None
    time_to_live: Annotated[
        TimeToLive | None, Wire("TimeToLiveSpecification"), Cleared({"Enabled": False})
    ] = None
    resource_policy: Annotated[dict[str, Any] | None, RESOURCE_POLICY] = None

    @model_validator(mode="after")
    def _capacity_fits_billing(self) -> Self:
        indexes = self.global_secondary_indexes or []
        holders = [("", self), *((f"{each.index_name}: ", each) for each in indexes)]
        unfit = {"PAY_PER_REQUEST": "provisioned_throughput", "PROVISIONED": "on_demand_throughput"}
        field = unfit.get(self.billing_mode or "")
        wrong = [f"{where}{field}" for where, holder in holders if field and getattr(holder, field)]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: not with billing_mode {self.billing_mode}")
        return self

    @model_validator(mode="after")
    def _keys_are_defined(self) -> Self:
        if self.attribute_definitions is None:
            return self
        defined = {each.attribute_name for each in self.attribute_definitions}
        used = {element.attribute_name for keys in self._keys() for element in keys}
        if not used <= defined:
            raise ValueError(f"attribute_definitions: {', '.join(sorted(used - defined))} is missing")
        return self

    def _keys(self) -> Iterator[list[KeyElement]]:
        yield self.key_schema or []
        for index in (*(self.local_secondary_indexes or ()), *(self.global_secondary_indexes or ())):
            yield index.key_schema
