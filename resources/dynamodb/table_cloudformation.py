"""The differences between CloudFormation's schema and the declaration of dynamodb.table, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::DynamoDB::Table",
    called={
        "PointInTimeRecoverySpecification": "point_in_time_recovery",
        "SSESpecification": "sse",
        "TimeToLiveSpecification": "time_to_live",
    },
    left_out={
        "ContributorInsightsSpecification": "not built: UpdateContributorInsights",
        "ImportSourceSpecification": "loads data from S3 once; a table is not created by an import",
        "KinesisStreamSpecification": "not built: EnableKinesisStreamingDestination",
        "VectorIndexes": "not built: indexes of vectors",
    },
    fixed={"local_secondary_indexes": "UpdateTable cannot change them; CloudFormation replaces the table"},
    needed={
        "attribute_definitions": "required in CreateTable; CloudFormation requires it only in its description"
    },
    not_granted={
        "dynamodb:*ContributorInsights": "not built",
        "dynamodb:*Item": "data is never read or written",
        "dynamodb:*KinesisStreamingDestination": "not built",
        "dynamodb:*TableReplica": "replicas of a table are not built",
        "dynamodb:Query": "data is never read or written",
        "dynamodb:Scan": "data is never read or written",
        "dynamodb:*Import*": "no table is made by an import",
        "iam:CreateServiceLinkedRole": "for Kinesis streams and replicas, which are not built",
        "kinesis:*": "Kinesis streams are not built",
        "kms:*": "allowed through DynamoDB if `sse` names a key (`granted_for`); aliases are not resolved",
        "logs:*": "an import's log; no table is made by an import",
        "s3:*": "an import's source; no table is made by an import",
    },
)
