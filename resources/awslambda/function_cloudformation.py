"""The differences between CloudFormation's schema and the declaration of lambda.function, with reasons."""

from reconciler.cloudformation import CloudFormation

NEW = "not built"

CLOUDFORMATION = CloudFormation(
    type="AWS::Lambda::Function",
    left_out={
        "CapacityProviderConfig": NEW,
        "DurableConfig": NEW,
        "FunctionScalingConfig": NEW,
        "PublishToLatestPublished": "versions are resources of their own",
        "TenancyConfig": NEW,
    },
    called={"CodeSigningConfigArn": "code_signing_config_arn", "KmsKeyArn": "kms_key_arn"},
    write_only={
        "snap_start": "GetFunction shows it",
    },
    not_granted={
        "ec2:*": "needed if a function runs in a VPC",
        "elasticfilesystem:DescribeMountTargets": "needed if a function has a file system; not documented",
        "iam:PassRole": "granted for the written role",
        "kms:*": "Lambda calls KMS with the role of the function",
        "lambda:AssociateRuntimeAlias": NEW,
        "lambda:GetCodeSigningConfig": "the configuration itself is not a setting of a function",
        "lambda:GetFunctionScalingConfig": NEW,
        "lambda:GetLayerVersion": "needed only for layers of other accounts",
        "lambda:PassCapacityProvider": NEW,
        "lambda:PutFunctionScalingConfig": NEW,
        "s3:*": "Lambda reads the object; the caller needs it only for code in S3",
        "s3files:ListMountTargets": NEW,
    },
)
