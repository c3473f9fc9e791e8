"""The differences between CloudFormation's schema and the declaration of sqs.queue, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::SQS::Queue",
    called={"KmsMasterKeyId": "kms_master_key_id", "QueueName": "name"},
)
