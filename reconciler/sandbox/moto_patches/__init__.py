"""Makes moto answer as AWS does where a reconciler would notice the difference; one module for each service."""

from reconciler.sandbox.moto_patches import (
    awslambda,
    cloudwatch,
    dynamodb,
    iam,
    kms,
    logs,
    s3,
    s3_logging,
    sns,
    sqs,
    tagging,
)


def install() -> None:
    """Register every patch with moto."""
    awslambda.install()
    cloudwatch.install()
    dynamodb.install()
    iam.install()
    kms.install()
    logs.install()
    s3.install()
    s3_logging.install()
    sns.install()
    sqs.install()
    tagging.install()
