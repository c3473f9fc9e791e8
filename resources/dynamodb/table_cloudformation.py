"""The differences between AWS::DynamoDB::Table and our declaration of a table."""

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
        "ImportSourceSpecification": "loads data from S3 once; a table is not made by an import here",
        "KinesisStreamSpecification": "not built: EnableKinesisStreamingDestination",
        "VectorIndexes": "not built: indexes of vectors",
    },
    fixed={"local_secondary_indexes": "UpdateTable cannot change them; CloudFormation makes the table anew"},
    needed={"attribute_definitions": "required in CreateTable; CloudFormation asks for it too, in words"},
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
        "kms:*": "allowed by way of DynamoDB where `sse` names a key (`granted_for`); aliases are not looked up",
        "logs:*": "an import's log; no table is made by an import",
        "s3:*": "an import's source; no table is made by an import",
    },
)
