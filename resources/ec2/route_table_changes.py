"""The requests that change a route table: new routes first, then associations; AWS moves an association without a break."""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, Sighting, Wired, row_changes
from reconciler.errors import InUse
from reconciler.resources.ec2.common import by, described
from reconciler.resources.ec2.route_table_reading import (
    BEFORE,
    DESTINATIONS,
    HELD,
    MAIN,
    MEMBERS,
    OF_TABLE,
    associations,
    destination,
    with_neighbours,
)

CREATE, REPLACE, DELETE = "create_route", "replace_route", "delete_route"
ASSOCIATE, MOVE, END = (
    "associate_route_table",
    "replace_route_table_association",
    "disassociate_route_table",
)
LOCAL = {"LocalTarget": True}


def set_routes(change: Change) -> Iterator[Request]:
    """Add routes, then change targets, then delete routes; a local route gets its own target back."""
    rows = row_changes(change, "Routes", destination)
    shown = {destination(each): each for each in change.reported.get("Routes") or ()}
    local = {tuple(each) for each in change.reported.get("LocalRoutes") or ()}
    for key, row in rows.new.items():
        if not row.get("LocalTarget"):
            yield _put(change, row, there=key in local)
    for key, row in rows.changed.items():
        instance = row.get("InstanceId")
        if instance is None or instance != shown.get(key, {}).get("Instance"):
            yield _put(change, row, there=True)
    for key in rows.gone:
        of_vpc = shown.get(key, {}).get("Origin") == OF_TABLE
        named = {name: value for name, value in zip(DESTINATIONS, key, strict=True) if value}
        yield Request(REPLACE if of_vpc else DELETE, {**change.address, **named, **(LOCAL if of_vpc else {})})


def _put(change: Change, row: Wired, *, there: bool) -> Request:
    """Create or replace a route; the other one if another client was faster."""
    parameters = {**change.address, **row}
    first, second = (REPLACE, CREATE) if there else (CREATE, REPLACE)
    return Request(first, parameters, apart=(Request(second, parameters),))


def set_propagation(change: Change) -> Iterator[Request]:
    """Let gateways add routes, and stop others."""
    rows = row_changes(change, "PropagatingVgws")
    for gateway in rows.new:
        yield Request("enable_vgw_route_propagation", {**change.address, "GatewayId": gateway})
    for gateway in rows.gone:
        yield Request("disable_vgw_route_propagation", {**change.address, "GatewayId": gateway})


def set_associations(change: Change) -> Iterator[Request]:
    """Associate subnets and gateways, or move them from another table; then end associations."""
    held, gone = change.reported.get(HELD) or {}, []
    for member, name in MEMBERS.items():
        rows = row_changes(change, name)
        gone += [held[target] for target in rows.gone if target in held]
        for target in rows.new:
            alone = Request(ASSOCIATE, {**change.address, member: target})
            moved = {"AssociationId": held.get(target), **change.address}
            # If the association has just ended, there is nothing to move.
            yield Request(MOVE, moved, apart=(alone,)) if target in held else alone
    for association in gone:
        yield Request(END, {"AssociationId": association})


def set_main(change: Change) -> Iterator[Request]:
    """Move the main association of the VPC to the table."""
    association = change.reported.get(MAIN)
    if association and change.desired.get("Main"):
        yield Request(MOVE, {"AssociationId": association, **change.address})


def around(api: Api, row: Any) -> Wired:
    """What the tables of a table's VPC hold."""
    others = with_neighbours(api.pages("describe_route_tables", **by("vpc-id", row["VpcId"])))
    return next((found for each, found in others if each.get("RouteTableId") == row["RouteTableId"]), {})


def before_delete(api: Api, table: Sighting) -> Iterator[Request]:
    """End the associations of a table; the unused table of the VPC, which AWS created, becomes the main one again.

    Raises:
        InUse: it is the main table, and no other table can take its place.
    """
    row = described(api, "describe_route_tables", "RouteTables", RouteTableIds=[table.id])
    held = associations(row)
    for each in (each for each in held if each.get("Main")):
        unused = around(api, row).get(BEFORE)
        if unused is None:
            why = f"it is the main route table of {row['VpcId']}; write `main: true` in another table first"
            raise InUse("delete_route_table", "DependencyViolation", why)
        yield Request(MOVE, {"AssociationId": each["RouteTableAssociationId"], "RouteTableId": unused})
    for each in (each for each in held if not each.get("Main")):
        yield Request(END, {"AssociationId": each["RouteTableAssociationId"]})


GROUPS = (
    Calls(set_routes, ("routes",), (CREATE, REPLACE, DELETE)),
    Calls(
        set_propagation,
        ("propagating_vgws",),
        ("enable_vgw_route_propagation", "disable_vgw_route_propagation"),
    ),
    Calls(
        set_associations,
        ("subnet_ids", "gateway_ids", "public_ipv4_pools"),
        (ASSOCIATE, MOVE, END),
        needs=("routes",),
    ),
    Calls(set_main, ("main",), (MOVE,), needs=("routes",)),
)
"""A subnet gets the table after its routes; while AWS refuses these, it keeps the table that it has."""
