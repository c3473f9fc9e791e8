"""The types of fields that identify a resource of another kind: their format, and what a reference to it is replaced by.

Sources: "Amazon Resource Names" in the IAM User Guide; the API references of the services.
"""

from typing import Annotated, TypeAlias

from reconciler.forms import ACCOUNT_ID, Form
from reconciler.model import Means

ACCOUNT = ACCOUNT_ID.pattern
HEX = "[0-9a-f]{8,17}"


def arn_form(service: str, resource: str, words: str, *, account: str = ACCOUNT) -> Form:
    """The form of the ARNs of one resource type; `service` and `resource` (the part after the account) are patterns."""
    return Form(rf"arn:[^:\s]+:{service}:[^:\s]*:{account}:{resource}", words)


def arn_of(kind: str, resource: str, noun: str, example: str) -> tuple[Form, Means]:
    """The form of the ARNs of a kind, and the mark that they identify this kind.

    The name of the service is the same in ARNs and in `kind`. `resource` is the pattern of the part after the account;
    `noun` and `example` describe it in error messages.
    """
    service = kind.partition(".")[0]
    words = f"the ARN of {noun}, as arn:aws:{service}:REGION:ACCOUNT:{example}"
    return arn_form(service, resource, words), Means(kind)


ANY_ARN = Form(
    r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+", "an ARN, as arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE"
)

Arn: TypeAlias = Annotated[str, ANY_ARN, Means(None)]
"""The ARN of any resource."""
RoleArn: TypeAlias = Annotated[
    str,
    arn_form("iam", "role/.+", "the ARN of a role, as arn:aws:iam::ACCOUNT:role/NAME"),
    Means("iam.role"),
    Means("iam.service_linked_role"),
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
KeyArn: TypeAlias = Annotated[
    str,
    arn_form("kms", "key/.+", "the ARN of a KMS key, as arn:aws:kms:REGION:ACCOUNT:key/ID; not an alias"),
    Means("kms.key"),
]
"""For operations that always return the ARN of a key. An id or an alias in the files would differ from it in every pass."""
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
BUCKET_NAME = "[A-Za-z0-9._-]{3,255}"
"""Includes the names that old buckets in us-east-1 may have."""
BucketName: TypeAlias = Annotated[str, Form(BUCKET_NAME, "the name of a bucket"), Means("s3.bucket", "name")]
TopicArn: TypeAlias = Annotated[str, *arn_of("sns.topic", "[^:]+", "a topic", "NAME")]
QueueArn: TypeAlias = Annotated[str, *arn_of("sqs.queue", "[^:]+", "an SQS queue", "NAME")]
FunctionArn: TypeAlias = Annotated[
    str, *arn_of("lambda.function", "function:.+", "a Lambda function", "function:NAME")
]
NamedFunction: TypeAlias = Annotated[
    str,
    Form(
        rf"arn:[^:\s]+:lambda:[^:\s]*:{ACCOUNT}:function:.+|[a-zA-Z0-9-_]{{1,64}}",
        "the name of a function of the stack, or the ARN of a Lambda function, as "
        "arn:aws:lambda:REGION:ACCOUNT:function:NAME",
    ),
    Means("lambda.function", by_name=True, settled=True),
]
"""A function by its name in the stack, or by its ARN. Its permissions are set first."""
DataStreamArn: TypeAlias = Annotated[
    str, *arn_of("kinesis.stream", "stream/.+", "a Kinesis data stream", "stream/NAME")
]
FirehoseArn: TypeAlias = Annotated[
    str,
    *arn_of("firehose.delivery_stream", "deliverystream/.+", "a Firehose stream", "deliverystream/NAME"),
]
LogGroupName: TypeAlias = Annotated[
    str,
    Form(r"[.\-_/#A-Za-z0-9]{1,512}", "the name of a log group"),
    Means("logs.log_group", "name"),
]
VpcId: TypeAlias = Annotated[
    str,
    Form(rf"vpc-{HEX}", "the id of a VPC, such as ${ec2.vpc:NAME#id}"),
    Means("ec2.vpc", "id", settled=True),
]
"""What is in a VPC may need its settings: its secondary blocks of addresses."""

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
AccountId: TypeAlias = Annotated[str, ACCOUNT_ID]
