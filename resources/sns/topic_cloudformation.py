"""The differences between CloudFormation's schema and the declaration of sns.topic, with reasons."""

from reconciler.cloudformation import CloudFormation
from reconciler.resources.sns.topic_model import ROLES

CLOUDFORMATION = CloudFormation(
    type="AWS::SNS::Topic",
    called={
        "DeliveryStatusLogging": ROLES,
        "KmsMasterKeyId": "kms_master_key_id",
        "Subscription": "subscriptions",
        "TopicName": "name",
    },
    not_granted={
        "iam:GetRole": "only CloudFormation needs it",
        "iam:PassRole": "granted for each written role",
    },
)
