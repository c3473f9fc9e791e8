"""ec2.route_table: a route table with its routes and associations."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    FREE,
    Address,
    Api,
    Attribute,
    Create,
    Delete,
    Marked,
    Reads,
    Sighting,
    Wired,
    own_fields,
)
from reconciler.model import Means, Settings
from reconciler.resources.ec2 import unused
from reconciler.resources.ec2.common import NamedByTag, row_of, tagging_of
from reconciler.resources.ec2.route_table_changes import GROUPS, around, before_delete
from reconciler.resources.ec2.route_table_cloudformation import CLOUDFORMATION
from reconciler.resources.ec2.route_table_model import RouteTable
from reconciler.resources.ec2.route_table_problems import problems
from reconciler.resources.ec2.route_table_reading import (
    BEFORE,
    at_work,
    black_holes,
    by_instance,
    shown,
    with_neighbours,
)


class RouteTableAdapter(NamedByTag[RouteTable]):
    """CreateRouteTable, and operations for its routes and associations."""

    kind = "ec2.route_table"
    listed_after = "ec2.vpc"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="network", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "vpc_id": Attribute("the id of the VPC that it is in", "VpcId", means=Means("ec2.vpc", "id"))
    }
    model = RouteTable
    costs = FREE
    summary = "a route table with its routes, and the subnets and gateways that use it"
    console = (
        "https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}"
        "#RouteTableDetails:RouteTableId={id}"
    )
    identity = Marked(
        address="RouteTableId",
        id_in="RouteTable.RouteTableId",
        arns=("arn:{partition}:ec2:{region}:{account}:route-table/{id}",),
        chosen_by=frozenset({"id", "tags", "vpc_id", "main"}),
        shares_names=True,
    )
    create = Create(
        "create_route_table",
        ("vpc_id",),
        needed=frozenset({"vpc_id"}),
        fixed=frozenset({"vpc_id"}),
        token="ClientToken",  # noqa: S106 -- the name of a member
    )
    updates = GROUPS
    delete = Delete(
        "delete_route_table", before=before_delete, calls=("describe_route_tables", *GROUPS[2].operations[1:])
    )
    reads = Reads(
        list="describe_route_tables",
        get="describe_route_tables",
        shown_in="RouteTables",
        listed=frozenset(own_fields(RouteTable)),
    )
    tagging_api_type = "ec2:route-table"
    unused = unused.ROUTE_TABLE
    tagging = tagging_of("route-table", identity, reads)
    problems = staticmethod(problems)
    shown = staticmethod(shown)
    compared: ClassVar[Mapping[str, Callable[[Any, Settings, Wired], Any]]] = {"routes": by_instance}

    def list(self, api: Api, scope: Address) -> Iterator[Sighting]:
        for row, around_it in with_neighbours(api.pages(self.reads.list, MaxResults=self.reads.page)):
            seen = self.seen(api, scope, row)
            yield replace(seen, settings={**seen.settings, **around_it})

    def list_tagged(self, api: Api, scope: Address, tag: str, value: str) -> Iterator[Sighting]:
        # The tables around a table are needed too, so a filter would hide some of them.
        return (each for each in self.list(api, scope) if (each.tags or {}).get(tag) == value)

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        row = row_of(api, self.identity, self.reads, sighting)
        return {**shown(row), **around(api, row)}

    def same_place(self, settings: Settings, sighting: Sighting) -> bool:
        return bool(settings.get("vpc_id") in (None, sighting.settings.get("VpcId")))

    def made_by_aws(self, sighting: Sighting) -> bool:
        """Whether AWS created it with its VPC. The main table is another one only if the first one is unused now."""
        return bool(sighting.settings.get("Main")) and not sighting.settings.get(BEFORE)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(row_of(api, self.identity, self.reads, sighting))

    def remarks(self, written: Settings, reported: Wired) -> Iterable[str]:
        del written
        return black_holes(reported)
