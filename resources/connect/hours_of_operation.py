"""connect.hours_of_operation: opening hours, with overrides for single days."""

from reconciler.appearance import Appearance, line_of
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Api,
    Assigned,
    Create,
    Delete,
    RowCall,
    Sends,
    Sighting,
    Wired,
    by_rows,
    from_rows,
)
from reconciler.resources.connect import terraform
from reconciler.resources.connect.common import IN_INSTANCE, KEPT, NAMES, ConnectAdapter, ConnectReads
from reconciler.resources.connect.hours_of_operation_model import HoursOfOperation


def _id(_row: Wired, shown: Wired) -> Wired:
    """The parameter with the id that AWS gave to an override."""
    return {"HoursOfOperationOverrideId": shown["HoursOfOperationOverrideId"]}


class HoursOfOperationAdapter(ConnectAdapter[HoursOfOperation]):
    """CreateHoursOfOperation, UpdateHoursOfOperation and the operations of overrides and parents."""

    kind = "connect.hours_of_operation"
    cloudformation = CloudFormation(
        type="AWS::Connect::HoursOfOperation",
        called={"HoursOfOperationOverrides": "overrides", "ParentHoursOfOperations": "parents"},
        left_out={"ChildHoursOfOperations": "the reverse of `parents`, which is written at the children"},
        not_granted={"connect:ListChildHoursOfOperations": "written at the children as `parents`"},
    )
    appearance = Appearance(column=3, details=line_of("time_zone"))
    terraform = terraform.HOURS_OF_OPERATION
    model = HoursOfOperation
    summary = "opening hours, with overrides for holidays"
    identity = Assigned(
        address="HoursOfOperationId", arn_in="HoursOfOperationArn", arns=(IN_INSTANCE,), forms=NAMES
    )
    create = Create(
        "create_hours_of_operation",
        ("description", "time_zone", "config", "parents"),
        needed=frozenset({"time_zone", "config"}),
        deferrable={"parents": None},
    )
    updates = (
        Sends("update_hours_of_operation", ("name", "description")),
        Sends("update_hours_of_operation", ("time_zone",)),
        Sends("update_hours_of_operation", ("config",)),
        by_rows(
            HoursOfOperation,
            "parents",
            add=RowCall("associate_hours_of_operations", many_in="ParentHoursOfOperationConfigs"),
            remove=RowCall(
                "disassociate_hours_of_operations",
                many_in="ParentHoursOfOperationIds",
                row=lambda row, _: row["HoursOfOperationId"],
            ),
        ),
        by_rows(
            HoursOfOperation,
            "overrides",
            add=RowCall("create_hours_of_operation_override"),
            update=RowCall(
                "update_hours_of_operation_override", row=lambda row, shown: {**_id(row, shown), **row}
            ),
            remove=RowCall("delete_hours_of_operation_override", row=_id),
        ),
    )
    delete = Delete("delete_hours_of_operation", keeps_defaults=KEPT)
    reads = ConnectReads(
        list="search_hours_of_operations",
        list_versions="list_hours_of_operations",
        get="describe_hours_of_operation",
        shown_in="HoursOfOperation",
        listed=frozenset({"description", "time_zone", "config"}),
        details=frozenset({"parents", "overrides"}),
        alone={"overrides": from_rows("list_hours_of_operation_overrides", "Overrides")},
    )
    made_with_instance = frozenset({"Basic Hours"})

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        found = dict(super().describe(api, sighting))
        parents = [{"HoursOfOperationId": each["Id"]} for each in found.pop("ParentHoursOfOperations", ())]
        return {**found, "ParentHoursOfOperationConfigs": parents}
