"""The settings of a Lambda function.

Source: CreateFunction, UpdateFunctionConfiguration, UpdateFunctionCode, AddPermission (AWS Lambda API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.archives import Archive
from reconciler.forms import Form, without
from reconciler.model import Cleared, Means, Part, Resource, Rows, Settings, Unordered, Whole, Wire
from reconciler.resources.identifiers import (
    AccountId,
    Arn,
    BucketName,
    KeyArn,
    LogGroupName,
    RoleArn,
    SecurityGroupId,
    SubnetId,
    arn_form,
    arn_of,
)
from reconciler.resources.lasting import LASTS

Digest = Annotated[str, Form(r"[A-Za-z0-9+/]{43}=", "a SHA-256 in base64")]
RESERVED = frozenset(
    {
        "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
    }
)  # fmt: skip
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""


def reserved(name: str) -> str:
    """Why an environment variable cannot have this name; empty if it can."""
    return f"Lambda sets {name} itself; choose another name" if name in RESERVED else ""


ObjectWord = Annotated[str, Field(min_length=1, max_length=1024), Form(".*", "a text of one line")]
Runtime = Annotated[
    str,
    Form(
        r"python\d\.\d+|nodejs(\d+\.(x|\d+)(-edge)?)?|java\d+(\.al\d+)?|dotnet(core)?\d+(\.\d)?|ruby\d\.\d|go1\.x"
        r"|provided(\.al\d+)?|custom",
        "a runtime of Lambda, such as python3.13, nodejs22.x, java21 or provided.al2023",
    ),
]
"""Any version, because AWS adds several a year."""
Handler = Annotated[str, Form(r"\S+", "a handler without spaces, such as app.handler"), Field(max_length=128)]
Variable = Annotated[
    str,
    Form(r"[a-zA-Z][a-zA-Z0-9_]+", "a name of two or more of a-z, A-Z, 0-9 and _, a letter first"),
    without(reserved),
]
LayerArn = Annotated[
    str,
    Form(
        r"arn:[^:\s]+:lambda:[^:\s]*:(\d{12}:layer:[a-zA-Z0-9-_]+|:awslayer:[a-zA-Z0-9-_]+):\d+",
        "the ARN of a version of a layer, as arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION",
    ),
    Means("lambda.layer"),
]


class Code(Part):
    """The place of the code: a folder, an object in S3, or an image."""

    folder: Annotated[Archive | None, Wire("ZipFile"), LASTS] = None
    """A folder below the root of the repository with the files of the code."""
    s3_bucket: Annotated[BucketName | None, Field(max_length=63), LASTS] = None
    s3_key: Annotated[ObjectWord | None, LASTS] = None
    s3_object_version: Annotated[ObjectWord | None, LASTS] = None
    s3_object_storage_mode: Annotated[Literal["COPY", "REFERENCE"] | None, LASTS] = None
    sha256: Annotated[Digest | None, Wire("CodeSha256"), LASTS] = None
    """The SHA-256 of the object in S3 in base64. It is compared, because AWS does not show the object of a function."""
    image_uri: Annotated[str | None, LASTS] = None
    source_kms_key_arn: Annotated[KeyArn | None, Wire("SourceKMSKeyArn"), LASTS] = None


class VpcConfig(Part):
    """The subnets and security groups that a function runs in."""

    subnet_ids: Annotated[list[SubnetId], Unordered(), Field(max_length=16)]
    security_group_ids: Annotated[list[SecurityGroupId], Unordered(), Field(max_length=5)]
    ipv6_allowed_for_dual_stack: bool | None = None


class DeadLetterConfig(Part):
    """The target of events that a function could not process."""

    target_arn: Annotated[
        str,
        Form(
            r"arn:[^:\s]+:(sqs|sns):[^:\s]*:\d{12}:[^:]+",
            "the ARN of an SQS queue or of a topic, as arn:aws:sqs:REGION:ACCOUNT:NAME",
        ),
        Means("sqs.queue"),
        Means("sns.topic"),
    ]


class Environment(Part):
    """The environment variables of the code."""

    variables: dict[Variable, str | None]


class TracingConfig(Part):
    """Whether AWS X-Ray traces calls."""

    mode: Literal["Active", "PassThrough"]


class S3FilesConfig(Part):
    """The access to files of a bucket."""

    direct_s3_read: Literal["ENABLED", "DISABLED", "AUTO"]


class FileSystemConfig(Part):
    """A file system, and the path where it is mounted."""

    arn: Annotated[
        str,
        Form(
            r"arn:[^:\s]+:(elasticfilesystem:[^:\s]*:\d{12}:access-point/fsap-[a-f0-9]{17}|s3files:\S+)",
            "the ARN of an access point, as arn:aws:elasticfilesystem:REGION:ACCOUNT:access-point/fsap-ID",
        ),
        Means("efs.access_point"),
        Means("s3files.access_point"),
    ]
    local_mount_path: Annotated[str, Form(r"/mnt/[a-zA-Z0-9-_.]+", "a path such as /mnt/data")]
    s3_files_config: S3FilesConfig | None = None


class ImageConfig(Part):
    """The command of an image."""

    entry_point: Annotated[list[str] | None, Field(max_length=1500)] = None
    command: Annotated[list[str] | None, Field(max_length=1500)] = None
    working_directory: Annotated[str | None, Field(max_length=1000)] = None


class EphemeralStorage(Part):
    """The size of /tmp."""

    size: Annotated[int, Field(ge=512, le=10240)]
    """The size in MiB."""


class SnapStart(Part):
    """Whether versions start from a snapshot."""

    apply_on: Literal["PublishedVersions", "None"]


class LoggingConfig(Part):
    """Where a function logs to, and what."""

    log_format: Annotated[Literal["JSON", "Text"] | None, LASTS] = None
    application_log_level: Annotated[
        Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] | None, LASTS
    ] = None
    system_log_level: Annotated[Literal["DEBUG", "INFO", "WARN"] | None, LASTS] = None
    log_group: Annotated[LogGroupName | None, LASTS] = None


class RuntimeManagement(Part):
    """When AWS updates the runtime."""

    update_runtime_on: Literal["Auto", "Manual", "FunctionUpdate"]
    runtime_version_arn: (
        Annotated[
            str,
            arn_form(
                "lambda",
                "runtime:.+",
                "the ARN of a version of a runtime, as arn:aws:lambda:REGION::runtime:ID",
                account="",
            ),
            Means("lambda.runtime_version"),
        ]
        | None
    ) = None


OrganizationId = Annotated[
    str,
    Form(r"o-[a-z0-9]{10,32}", "the id of an organization, such as o-1234567890"),
    Means("organizations.organization", "id"),
]


class Permission(Part):
    """Who else may call a function: one statement of its resource policy."""

    statement_id: Annotated[str, Form(r"[a-zA-Z0-9-_]{1,100}", "1 to 100 of a-z, A-Z, 0-9, - and _")]
    action: Annotated[
        str, Form(r"\*|lambda:(\*|[a-zA-Z]+)", "an action of Lambda, such as lambda:InvokeFunction")
    ]
    principal: Annotated[
        str,
        Form(r"\S+", "a text without spaces"),
        Means("iam.role"),
        Means("iam.user"),
        Field(max_length=2048),
    ]
    """A service, such as connect.amazonaws.com, an account, or an ARN."""
    source_arn: Arn | None = None
    source_account: AccountId | None = None
    principal_org_id: Annotated[OrganizationId | None, Wire("PrincipalOrgID")] = None
    event_source_token: (
        Annotated[str, Form(r"[a-zA-Z0-9._-]+", "a-z, A-Z, 0-9, ., _ and - alone"), Field(max_length=256)]
        | None
    ) = None
    function_url_auth_type: Literal["NONE", "AWS_IAM"] | None = None
    invoked_via_function_url: bool | None = None


class Function(Resource):
    """A Lambda function with its permissions."""

    package_type: Annotated[Literal["Zip", "Image"] | None, LASTS] = None
    code: Annotated[Code | None, LASTS] = None
    architectures: Annotated[
        list[Literal["x86_64", "arm64"]] | None, Field(min_length=1, max_length=1), LASTS
    ] = None
    runtime: Annotated[Runtime | None, LASTS] = None
    handler: Annotated[Handler | None, LASTS] = None
    role: Annotated[RoleArn | None, LASTS] = None
    """The ARN of the role that the code has; `${iam.role:Name}` for one of the stack."""
    description: Annotated[str | None, Cleared(""), Field(max_length=256)] = None
    timeout: Annotated[int | None, Field(ge=1, le=900), LASTS] = None
    """The longest duration of a call in seconds."""
    memory_size: Annotated[int | None, Field(ge=128, le=10240), LASTS] = None
    """The size in MiB."""
    environment: Annotated[Environment | None, Cleared({"Variables": {}})] = None
    layers: Annotated[list[LayerArn] | None, Cleared([]), Field(max_length=5)] = None
    """ARNs of versions, in the order in which they are laid over each other."""
    vpc_config: Annotated[VpcConfig | None, Cleared({"SubnetIds": [], "SecurityGroupIds": []})] = None
    dead_letter_config: Annotated[DeadLetterConfig | None, Cleared({"TargetArn": ""})] = None
    kms_key_arn: Annotated[KeyArn | None, Cleared(""), Wire("KMSKeyArn")] = None
    tracing_config: Annotated[TracingConfig | None, LASTS] = None
    ephemeral_storage: Annotated[EphemeralStorage | None, LASTS] = None
    snap_start: Annotated[SnapStart | None, LASTS] = None
    logging_config: Annotated[LoggingConfig | None, LASTS] = None
    file_system_configs: Annotated[
        list[FileSystemConfig] | None, Rows(("arn",)), Cleared([]), Field(max_length=1)
    ] = None
    image_config: Annotated[ImageConfig | None, Cleared({})] = None
    code_signing_config_arn: (
        Annotated[
            str,
            *arn_of(
                "lambda.code_signing_config",
                "code-signing-config:csc-[a-z0-9]{17}",
                "a code signing configuration",
                "code-signing-config:ID",
            ),
        ]
        | None
    ) = None
    reserved_concurrent_executions: Annotated[int | None, Field(ge=0)] = None
    recursive_loop: Annotated[Literal["Allow", "Terminate"] | None, LASTS] = None
    runtime_management_config: Annotated[RuntimeManagement | None, Whole(), LASTS] = None
    permissions: Annotated[list[Permission] | None, Rows(("statement_id",))] = None
    publish: Annotated[bool | None, LASTS] = None
    """Whether a version is published whenever the code or the settings change."""
    kept_versions: Annotated[int | None, Field(ge=2, le=1000), LASTS] = None
    """How many of the newest versions are kept; older ones are deleted, except those that an alias has. At least 2, because an
    alias moves after the new version is published."""


DEFAULTS: Settings = {
    "package_type": "Zip",
    "architectures": ["x86_64"],
    "timeout": 3,
    "memory_size": 128,
    "tracing_config": {"mode": "PassThrough"},
    "ephemeral_storage": {"size": 512},
    "snap_start": {"apply_on": "None"},
    "recursive_loop": "Terminate",
    "runtime_management_config": {"update_runtime_on": "Auto"},
}
"""What Lambda gives a new function.

Source: CreateFunction, PutFunctionRecursionConfig, PutRuntimeManagementConfig (AWS Lambda API Reference).
"""
