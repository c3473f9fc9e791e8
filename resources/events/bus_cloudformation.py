"""The differences between CloudFormation's schema and the declaration of events.bus, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::Events::EventBus",
    called={"Policy": "bus_policy"},
    not_granted={"kms:*": "allowed through EventBridge if `kms_key_identifier` is written (`granted_for`)"},
)
