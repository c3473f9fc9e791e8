"""What CloudFormation calls a Lambda function, and where its schema and our declaration differ."""

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
        "ec2:*": "asked for where a function runs in a VPC",
        "elasticfilesystem:DescribeMountTargets": "asked of the caller where a function has a file system; not documented",
        "iam:PassRole": "granted for the written role",
        "kms:*": "Lambda calls KMS with the role of the function",
        "lambda:AssociateRuntimeAlias": NEW,
        "lambda:GetCodeSigningConfig": "the configuration itself is no setting of a function",
        "lambda:GetFunctionScalingConfig": NEW,
        "lambda:GetLayerVersion": "asked only for layers of other accounts",
        "lambda:PassCapacityProvider": NEW,
        "lambda:PublishVersion": "versions are resources of their own",
        "lambda:PutFunctionScalingConfig": NEW,
        "s3:*": "Lambda reads the object; the caller needs it only where it names one",
        "s3files:ListMountTargets": NEW,
    },
)
