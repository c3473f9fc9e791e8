"""The differences between CloudFormation's schema and the declaration of logs.log_group, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::Logs::LogGroup",
    called={"FieldIndexPolicies": "index_policy", "ResourcePolicyDocument": "resource_policy"},
    fixed={"log_group_class": "no operation changes it; CloudFormation says that it can be updated"},
    not_granted={
        "firehose:TagDeliveryStream": "deliveries of logs are a separate type",
        "logs:CreateLogDelivery": "deliveries of logs are a separate type",
        "s3:REST.PUT.OBJECT": "no action of IAM",
    },
)
