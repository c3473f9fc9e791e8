"""ec2.flow_log: what a VPC, a subnet, a network interface or a gateway logs about its traffic, and where to."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Address,
    Api,
    Check,
    Create,
    Delete,
    Marked,
    Reads,
    Sighting,
    Wired,
    own_fields,
    state_check,
)
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.ec2 import costs
from reconciler.resources.ec2.common import NamedByTag, tagging_of
from reconciler.resources.ec2.flow_log_grants import GRANTED_FOR
from reconciler.resources.ec2.flow_log_model import DEFAULTS, FlowLog
from reconciler.resources.ec2.flow_log_problems import problems
from reconciler.resources.ec2.flow_log_reading import (
    completed,
    error_of,
    remarks,
    with_type,
)

FIELDS = tuple(sorted(own_fields(FlowLog)))
HIDDEN = frozenset({"resource_type"})
TAGS = "AWS reads tags with its service-linked role"


class FlowLogAdapter(NamedByTag[FlowLog]):
    """CreateFlowLogs for one resource, DescribeFlowLogs, DeleteFlowLogs."""

    kind = "ec2.flow_log"
    cloudformation = CloudFormation(
        type="AWS::EC2::FlowLog",
        called={"DeliverLogsPermissionArn": "deliver_logs_permission_arn"},
        fixed={"resource_type": "it is only ever sent on create"},
        needed={"resource_type": "the id tells it"},
        write_only={"resource_type": "CloudFormation reads it from the id"},
        not_granted={
            "autoscaling:DescribeTags": TAGS,
            "ec2:DescribeTags": TAGS,
            "iam:*": "granted for the written role, and for the roles of AWS that the destination and the tags need",
            "logs:CreateLogDelivery": "granted for a bucket or a stream",
            "s3:*BucketPolicy": "granted for the written bucket",
        },
    )
    appearance = Appearance(sort="storage", column=3)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = GRANTED_FOR
    model = FlowLog
    costs = costs.FLOW_LOG
    summary = "a flow log: what a VPC, a subnet or a network interface logs about its traffic"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Marked(
        address="FlowLogId",
        arns=("arn:{partition}:ec2:{region}:{account}:vpc-flow-log/{id}",),
        shares_names=True,
        chosen_by=frozenset({"id", "name", "tags", "resource_id"}),
    )
    create = Create(
        "create_flow_logs",
        FIELDS,
        needed=frozenset({"resource_id"}),
        fixed=frozenset(FIELDS) - HIDDEN,
        write_only=HIDDEN,
        token="ClientToken",  # noqa: S106 -- the name of a member
    )
    delete = Delete("delete_flow_logs", parameters=lambda sighting: {"FlowLogIds": [sighting.id]})
    reads = Reads(
        list="describe_flow_logs",
        get="describe_flow_logs",
        shown_in="FlowLogs",
        listed=frozenset(FIELDS) - HIDDEN,
        page=1000,
    )
    tagging_api_type = "ec2:vpc-flow-log"
    tagging = tagging_of("vpc-flow-log", identity, reads)
    checks: ClassVar[Mapping[str, Check]] = {
        "delivers": state_check("DeliverLogsStatus", ("SUCCESS",), "describe_flow_logs", why=error_of)
    }
    problems = staticmethod(problems)
    prepare = staticmethod(with_type)
    remarks = staticmethod(remarks)

    def _described(self, api: Api, **filters: Any) -> Iterator[Sighting]:
        # This operation spells the parameter in its own way.
        return super()._described(
            api, **{"Filter" if name == "Filters" else name: each for name, each in filters.items()}
        )

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        for id_ in reply["FlowLogIds"]:
            return self.identity.created(api, scope, {self.identity.address: id_}, parameters)
        raise KeyError("FlowLogIds")

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return super().seen(api, scope, completed(api, row))

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        found: Wired = completed(api, super().describe(api, sighting))
        return found

    def not_written(self, sighting: Sighting) -> Collection[str]:
        del sighting
        return {"log_group_name"}  # the destination tells it
