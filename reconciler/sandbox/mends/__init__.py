"""Where moto answers otherwise than AWS in a way that a reconciler would stumble over, one room a service."""

from reconciler.sandbox.mends import dynamodb, s3, sqs


def install() -> None:
    """Register every mend with moto."""
    dynamodb.install()
    s3.install()
    sqs.install()
