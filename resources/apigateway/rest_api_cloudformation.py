"""The type of CloudFormation for a REST API."""

from reconciler.cloudformation import CloudFormation

ONE_WAY = "the document is read here, and its parts are compared; how they are sent follows from them"
CLOUDFORMATION = CloudFormation(
    type="AWS::ApiGateway::RestApi",
    called={"ApiKeySourceType": "api_key_source", "Body": "openapi", "Policy": "resource_policy"},
    left_out={
        "BodyS3Location": "the document is a file beside the others",
        "CloneFrom": "the parts of an API come from its own files",
        "FailOnWarnings": ONE_WAY,
        "Mode": ONE_WAY,
        "Parameters": ONE_WAY,
    },
    write_only={"openapi": "AWS shows the parts that an import of it has made"},
    not_granted={
        "s3:GetObject": "no document is read from a bucket",
        "iam:PassRole": "allowed for each written role (`granted_for`)",
    },
)
