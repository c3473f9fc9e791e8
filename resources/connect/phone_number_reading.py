"""What a claimed number is claimed to, and the flows that answer the numbers of an instance."""

from reconciler.contract import Address, Api, Wired


def flows_of(api: Api, scope: Address) -> dict[str, str]:
    """Flows by the ARN of their number, of the whole instance in one call."""
    rows = api.pages("list_flow_associations", **scope, ResourceType="VOICE_PHONE_NUMBER", MaxResults=1000)
    return {row["ResourceId"]: row["FlowId"] for row in rows}


def target(row: Wired) -> str:
    """The id of the instance or of the traffic distribution group that a number is claimed to.

    Of a number in a group `InstanceId` names the instance that the group was made in.
    """
    return str(row.get("TargetArn", "").rpartition("/")[2] or row.get("InstanceId"))


def place(row: Wired) -> str:
    """What a number is claimed to, in words."""
    group = ":traffic-distribution-group/" in row.get("TargetArn", "")
    sort = "traffic distribution group" if group else "instance"
    return f"the {sort} {row.get('TargetArn') or target(row)}"
