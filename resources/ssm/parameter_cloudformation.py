"""The differences between CloudFormation's schema and the declaration of ssm.parameter, with reasons."""

from reconciler.cloudformation import CloudFormation

SHOWN = "DescribeParameters shows it"
CLOUDFORMATION = CloudFormation(
    type="AWS::SSM::Parameter",
    fixed={"secure_value": "it is sent with every change; CloudFormation makes no SecureString"},
    needed={"value": "a SecureString has secure_value instead; CloudFormation makes none"},
    write_only={
        **dict.fromkeys(("description", "tier", "allowed_pattern", "policies"), SHOWN),
        "secure_value": "CloudFormation makes no SecureString",
    },
    not_granted={"ssm:GetParameters": "GetParameter reads one"},
)
