"""Every list of Lightsail comes in pages: by boto3's paginators, and by tokens where boto3 has none."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.lightsail.backend import FAMILIES
from reconciler.sandbox.lightsail.core.operations import MODEL
from tests.sandbox.lightsail.servers import ZONE, Servers

ANSWERED = {name for operations in FAMILIES.values() for name in operations.handlers}
EMPTY = {"GetRelationalDatabaseLogEvents"}
"""Lists that never have a row."""
LISTS = sorted(
    name for name in ANSWERED - EMPTY if "pageToken" in MODEL.operation_model(name).input_shape.members
)
OF: dict[str, dict[str, str]] = {
    "GetOperationsForResource": {"resourceName": "thing-0-web"},
    "GetRelationalDatabaseEvents": {"relationalDatabaseName": "thing-0-db"},
    "GetRelationalDatabaseParameters": {"relationalDatabaseName": "thing-0-db"},
}
"""By operation: what its list belongs to."""
PAGE = 2
SHORT = {"GetLoadBalancerTlsPolicies": 1}
"""By operation: the size of a page of a list that has no more than two rows."""


@pytest.fixture(scope="module")
def full() -> Iterator[Servers]:
    """A Region with three resources of each type."""
    clock = VirtualClock(1_800_000_000.0)
    with Sandbox(clock=clock.now) as box:
        made = Servers(box, clock)
        for number in range(PAGE + 1):
            _fill(made, f"thing-{number}")
        yield made


def _fill(made: Servers, name: str) -> None:
    client = made.client
    web, disk, database = f"{name}-web", f"{name}-disk", f"{name}-db"
    made.create(web)
    client.allocate_static_ip(staticIpName=f"{name}-ip")
    client.import_key_pair(keyPairName=f"{name}-key", publicKeyBase64=f"ssh-rsa {name}")
    client.create_instance_snapshot(instanceSnapshotName=f"{web}-1", instanceName=web)
    client.reboot_instance(instanceName=web)
    client.stop_instance(instanceName=web)
    client.create_disk(diskName=disk, availabilityZone=ZONE, sizeInGb=8)
    client.create_disk_snapshot(diskSnapshotName=f"{disk}-1", diskName=disk)
    client.export_snapshot(sourceSnapshotName=f"{disk}-1")
    client.create_relational_database(
        relationalDatabaseName=database,
        relationalDatabaseBlueprintId="mysql_8_0",
        relationalDatabaseBundleId="micro_2_0",
        masterDatabaseName="staff",
        masterUsername="staff",
    )
    client.create_relational_database_snapshot(
        relationalDatabaseName=database, relationalDatabaseSnapshotName=f"{database}-1"
    )
    client.put_alarm(
        alarmName=f"{name}-busy",
        monitoredResourceName=web,
        metricName="CPUUtilization",
        comparisonOperator="GreaterThanThreshold",
        threshold=80,
        evaluationPeriods=1,
    )
    client.create_bucket(bucketName=f"{name}-files", bundleId="small_1_0")
    client.create_load_balancer(loadBalancerName=f"{name}-lb", instancePort=80)
    client.create_certificate(certificateName=f"{name}-site", domainName="www.example.com")


@pytest.mark.parametrize("operation", LISTS)
def test_lists_come_in_pages(full: Servers, operation: str) -> None:
    full.plane.page_size = size = SHORT.get(operation, PAGE)
    call, members = xform_name(operation), OF.get(operation, {})
    key = next(
        name
        for name, shape in MODEL.operation_model(operation).output_shape.members.items()
        if shape.type_name == "list"
    )
    pages = list(_pages(full.client, call, members, key))
    rows = [row for page in pages for row in page]
    assert len(rows) > size
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert 0 < len(pages[-1]) <= size
    assert len({str(row) for row in rows}) == len(rows)
    assert full.refused(call, **members, pageToken="!").startswith("InvalidInputException")
    if full.client.can_paginate(call):
        paginator = full.client.get_paginator(call)
        assert [page[key] for page in paginator.paginate(**members)] == pages
        # A reader who stops in the middle of a page goes on from there.
        first = paginator.paginate(**members, PaginationConfig={"MaxItems": 1}).build_full_result()
        rest = paginator.paginate(**members, PaginationConfig={"StartingToken": first["NextToken"]})
        assert [*first[key], *rest.build_full_result()[key]] == rows


def _pages(client: Any, call: str, members: dict[str, str], key: str) -> Iterator[list[Any]]:
    """Follow the tokens."""
    token: dict[str, str] = {}
    while True:
        reply = getattr(client, call)(**members, **token)
        yield reply[key]
        if "nextPageToken" not in reply:
            return
        token = {"pageToken": reply["nextPageToken"]}
