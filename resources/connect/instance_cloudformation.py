"""The differences between CloudFormation's schema and the declaration of connect.instance, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::Connect::Instance",
    needed={
        "attributes": "inbound and outbound calls are separate fields here, and required",
        "inbound_calls_enabled": "one of Attributes there, which are required",
        "outbound_calls_enabled": "one of Attributes there, which are required",
    },
    not_granted={"iam:DeleteRolePolicy": "not documented for any operation that we call"},
)
