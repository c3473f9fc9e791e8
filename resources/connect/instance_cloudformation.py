"""The differences between CloudFormation's schema and the declaration of connect.instance, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::Connect::Instance",
    needed={
        "attributes": "calls in and out are fields of their own here, and needed",
        "inbound_calls_enabled": "one of Attributes there, which are required",
        "outbound_calls_enabled": "one of Attributes there, which are required",
    },
    not_granted={"iam:DeleteRolePolicy": "no call of ours is documented to ask for it"},
)
