"""Texts that single out a resource of another kind: what they look like, and what a reference in their place stands for.

Sources: "Amazon Resource Names" in the IAM User Guide; the API references of the services.
"""

from typing import Annotated, TypeAlias

from reconciler.forms import Form
from reconciler.model import Means

ACCOUNT = r"\d{12}"
HEX = "[0-9a-f]{8,17}"


def arn_form(service: str, resource: str, words: str, *, account: str = ACCOUNT) -> Form:
    """The form of the ARNs of one type: patterns of the service and of what stands after the account."""
    return Form(rf"arn:[^:\s]+:{service}:[^:\s]*:{account}:{resource}", words)


ANY_ARN = Form(
    r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+", "an ARN, as arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE"
)

Arn: TypeAlias = Annotated[str, ANY_ARN, Means(None)]
"""The ARN of anything."""
RoleArn: TypeAlias = Annotated[
    str,
    arn_form("iam", "role/.+", "the ARN of a role, as arn:aws:iam::ACCOUNT:role/NAME"),
    Means("iam.role"),
]
PolicyArn: TypeAlias = Annotated[
    str,
    arn_form(
        "iam",
        "policy/.+",
        "the ARN of a policy, as arn:aws:iam::ACCOUNT:policy/NAME, or with aws in place of the account",
        account=rf"({ACCOUNT}|aws)",
    ),
    Means("iam.policy"),
]
KEY_ARN = arn_form(
    "kms", "key/.+", "the ARN of a KMS key, as arn:aws:kms:REGION:ACCOUNT:key/ID; not an alias"
)
KeyArn: TypeAlias = Annotated[str, KEY_ARN, Means("kms.key")]
"""For AWS that shows the ARN whatever it was given: an id or an alias would differ for ever."""
AnyKey: TypeAlias = Annotated[
    str,
    Form(
        r"(arn:[^:\s]+:kms:[^:\s]*:\d{12}:(key|alias)/\S+)|alias/\S+|(mrk-)?[0-9a-f-]{32,36}",
        "the ARN or the id of a KMS key, or an alias, as alias/NAME",
    ),
    Means("kms.key"),
    Means("kms.key", "id"),
    Means("kms.key", "alias"),
]
BucketName: TypeAlias = Annotated[
    str, Form(r"[0-9A-Za-z._-]{3,255}", "the name of a bucket"), Means("s3.bucket", "name")
]
TopicArn: TypeAlias = Annotated[
    str,
    arn_form("sns", "[^:]+", "the ARN of a topic, as arn:aws:sns:REGION:ACCOUNT:NAME"),
    Means("sns.topic"),
]
QueueArn: TypeAlias = Annotated[
    str,
    arn_form("sqs", "[^:]+", "the ARN of an SQS queue, as arn:aws:sqs:REGION:ACCOUNT:NAME"),
    Means("sqs.queue"),
]
FunctionArn: TypeAlias = Annotated[
    str,
    arn_form(
        "lambda",
        "function:.+",
        "the ARN of a Lambda function, as arn:aws:lambda:REGION:ACCOUNT:function:NAME",
    ),
    Means("lambda.function"),
]
DataStreamArn: TypeAlias = Annotated[
    str,
    arn_form(
        "kinesis",
        "stream/.+",
        "the ARN of a Kinesis data stream, as arn:aws:kinesis:REGION:ACCOUNT:stream/NAME",
    ),
    Means("kinesis.stream"),
]
FirehoseArn: TypeAlias = Annotated[
    str,
    arn_form(
        "firehose",
        "deliverystream/.+",
        "the ARN of a Firehose stream, as arn:aws:firehose:REGION:ACCOUNT:deliverystream/NAME",
    ),
    Means("firehose.delivery_stream"),
]
LogGroupName: TypeAlias = Annotated[
    str,
    Form(r"[.\-_/#A-Za-z0-9]{1,512}", "the name of a log group"),
    Means("logs.log_group", "name"),
]
VpcId: TypeAlias = Annotated[
    str,
    Form(rf"vpc-{HEX}", "the id of a VPC, such as vpc-0123456789abcdef0"),
    Means("ec2.vpc", "id"),
]
SubnetId: TypeAlias = Annotated[
    str,
    Form(rf"subnet-{HEX}", "the id of a subnet, such as ${ec2.subnet:NAME#id}"),
    Means("ec2.subnet", "id"),
]
SecurityGroupId: TypeAlias = Annotated[
    str,
    Form(rf"sg-{HEX}", "the id of a security group, such as ${ec2.security_group:NAME#id}"),
    Means("ec2.security_group", "id"),
]
AccountId: TypeAlias = Annotated[str, Form(ACCOUNT, "the 12 digits of an account")]
