"""Patches moto where its behaviour differs from AWS in a way that matters to a reconciler; one module for each service."""

from reconciler.sandbox.moto_patches import (
    awslambda,
    backup,
    budgets,
    cloudtrail,
    cloudwatch,
    dynamodb,
    events,
    iam,
    kms,
    logs,
    s3,
    s3_events,
    s3_forms,
    s3_logging,
    s3_policies,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    sts,
    tagging,
)


def install() -> None:
    """Install all patches."""
    awslambda.install()
    backup.install()
    budgets.install()
    cloudtrail.install()
    cloudwatch.install()
    dynamodb.install()
    events.install()
    iam.install()
    kms.install()
    logs.install()
    s3.install()
    s3_events.install()
    s3_forms.install()
    s3_logging.install()
    s3_policies.install()
    scheduler.install()
    secretsmanager.install()
    sns.install()
    sqs.install()
    sts.install()
    tagging.install()
