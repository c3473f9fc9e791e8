"""lambda.function."""

import base64
import hashlib
import json
from typing import Any

from reconciler.testing import Change, Drift, Given, Sample, Settings

ACCOUNT, REGION = "123456789012", "eu-west-2"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def role(name: str) -> Given:
    return Given("iam", "create_role", {"RoleName": name, "AssumeRolePolicyDocument": json.dumps(TRUST)})


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


ROLE = f"arn:aws:iam::{ACCOUNT}:role/"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/greeting:"
CONFIGURATION = ("UpdateFunctionConfiguration",)
CODE = ("UpdateFunctionCode",)
PERMISSION = ("AddPermission",)


def calling(name: str, **more: Any) -> Settings:
    return {
        "statement_id": name,
        "action": "lambda:InvokeFunction",
        "principal": "connect.amazonaws.com",
        **more,
    }


def layer(name: str, variable: str) -> Given:
    content = {"Content": {"ZipFile": EMPTY_ZIP}, "LayerName": name}
    like = arn("lambda", f"layer:{name}:1")
    return Given("lambda", "publish_layer_version", content, variable, "LayerVersionArn", like=like)


def signing(variable: str) -> Given:
    """Create a configuration for code signing; the variable is replaced by its ARN."""
    publisher = f"arn:aws:signer:{REGION}:{ACCOUNT}:/signing-profiles/{variable}/abcdefghij"
    content = {"AllowedPublishers": {"SigningProfileVersionArns": [publisher]}}
    like = arn("lambda", "code-signing-config:csc-0123456789abcdefg")
    member = "CodeSigningConfig.CodeSigningConfigArn"
    return Given("lambda", "create_code_signing_config", content, variable, member, like=like)


def access_point(last: str) -> list[Settings]:
    mounted = arn("elasticfilesystem", f"access-point/fsap-{'0' * 16}{last}")
    return [{"arn": mounted, "local_mount_path": f"/mnt/data{last}"}]


EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
KEPT_NOWHERE = "a rollback has no files to send again"
ONE_OF_THREE = "it goes with no folder: another form plays it"
EMPTY_DIGEST = base64.b64encode(hashlib.sha256(EMPTY_ZIP).digest()).decode()
KEY, OTHER_KEY = (arn("kms", f"key/{each * 4}") for each in "ab")
BY_CONNECT = calling("connect", source_account=ACCOUNT, source_arn=arn("connect", "instance/abc"))
OTHERWISE = calling(
    "url",
    action="lambda:InvokeFunctionUrl",
    principal="*",
    principal_org_id="o-a1b2c3d4e5",
    function_url_auth_type="AWS_IAM",
    invoked_via_function_url=True,
    event_source_token="skill",
)
ZIPPED: Settings = {
    "package_type": "Zip",
    "code": {"folder": "code/greeting"},
    "runtime": "python3.12",
    "handler": "app.handler",
    "role": f"{ROLE}greeting",
}

SAMPLE = Sample(
    name="greeting",
    given=(
        role("greeting"),
        role("other"),
        Given("sqs", "create_queue", {"QueueName": "dead"}),
        Given("sqs", "create_queue", {"QueueName": "lost"}),
        Given(
            "s3",
            "create_bucket",
            {"Bucket": "builds", "CreateBucketConfiguration": {"LocationConstraint": REGION}},
        ),
        Given("s3", "put_object", {"Bucket": "builds", "Key": "greeting.zip", "Body": EMPTY_ZIP}),
        layer("words", "words"),
        layer("names", "names"),
        signing("signed"),
        signing("checked"),
    ),
    least=("runtime", "handler"),
    files={
        "code/greeting/app.py": "def handler(event, context): return event\n",
        "code/parting/app.py": "def handler(event, context): return {}\n",
    },
    base={
        **ZIPPED,
        "architectures": ["x86_64"],
        "description": "Says hello",
        "timeout": 3,
        "memory_size": 128,
        "environment": {"variables": {"STAGE": "test"}},
        "layers": ["${words}"],
        "kms_key_arn": KEY,
        "snap_start": {"apply_on": "None"},
        "file_system_configs": access_point("1"),
        "dead_letter_config": {"target_arn": arn("sqs", "dead")},
        "tracing_config": {"mode": "PassThrough"},
        "ephemeral_storage": {"size": 512},
        "logging_config": {"log_format": "JSON", "application_log_level": "INFO", "system_log_level": "INFO"},
        "code_signing_config_arn": "${signed}",
        "recursive_loop": "Terminate",
        "runtime_management_config": {"update_runtime_on": "Auto"},
        "permissions": [BY_CONNECT],
        "tags": {"Team": "orders"},
    },
    forms={
        "from S3": {
            **ZIPPED,
            "code": {"s3_bucket": "builds", "s3_key": "greeting.zip", "sha256": EMPTY_DIGEST},
        },
        "of an image": {
            "package_type": "Image",
            "code": {"image_uri": f"{IMAGE}1"},
            "role": f"{ROLE}greeting",
            "image_config": {
                "command": ["app.handler"],
                "entry_point": ["/run"],
                "working_directory": "/app",
            },
        },
    },
    changes=(
        Change("package_type", "Image", refused="AWS cannot change package_type"),
        Change("code", {"folder": "code/parting"}, CODE, one_way=KEPT_NOWHERE),
        Change("code", {"image_uri": f"{IMAGE}2"}, CODE, "to another image", form="of an image"),
        Change(
            "image_config",
            {"command": ["app.other"], "entry_point": ["/start"], "working_directory": "/"},
            CONFIGURATION,
            form="of an image",
        ),
        Change("layers", ["${names}", "${words}"], CONFIGURATION),
        Change("layers", None, CONFIGURATION, "taken away"),
        Change("code_signing_config_arn", "${checked}", ("PutFunctionCodeSigningConfig",)),
        Change("code_signing_config_arn", None, ("DeleteFunctionCodeSigningConfig",), "taken away"),
        Change("kms_key_arn", OTHER_KEY, CONFIGURATION),
        Change("kms_key_arn", None, CONFIGURATION, "taken away"),
        Change("snap_start", {"apply_on": "PublishedVersions"}, CONFIGURATION),
        Change("file_system_configs", access_point("2"), CONFIGURATION),
        Change("file_system_configs", None, CONFIGURATION, "taken away"),
        Change("architectures", ["arm64"], CODE, one_way=KEPT_NOWHERE),
        Change("runtime", "python3.13", CONFIGURATION),
        Change("handler", "app.other", CONFIGURATION),
        Change("role", f"{ROLE}other", CONFIGURATION),
        Change("description", "Says good morning", CONFIGURATION),
        Change("description", None, CONFIGURATION, "taken away"),
        Change("timeout", 30, CONFIGURATION),
        Change("memory_size", 512, CONFIGURATION),
        Change("environment", {"variables": {"STAGE": "prod", "LEVEL": "1"}}, CONFIGURATION),
        Change("environment", None, CONFIGURATION, "taken away"),
        Change("dead_letter_config", {"target_arn": arn("sqs", "lost")}, CONFIGURATION),
        Change("dead_letter_config", None, CONFIGURATION, "taken away"),
        Change("tracing_config", {"mode": "Active"}, CONFIGURATION),
        Change("ephemeral_storage", {"size": 1024}, CONFIGURATION),
        Change(
            "logging_config",
            {
                "log_format": "JSON",
                "application_log_level": "DEBUG",
                "system_log_level": "WARN",
                "log_group": "/shop/greeting",
            },
            CONFIGURATION,
            one_way="log levels stay, and text logs take none",
        ),
        Change("reserved_concurrent_executions", 5, ("PutFunctionConcurrency",)),
        Change("recursive_loop", "Allow", ("PutFunctionRecursionConfig",)),
        Change(
            "runtime_management_config",
            {"update_runtime_on": "FunctionUpdate"},
            ("PutRuntimeManagementConfig",),
        ),
        Change(
            "runtime_management_config",
            {
                "update_runtime_on": "Manual",
                "runtime_version_arn": f"arn:aws:lambda:{REGION}::runtime:{'a' * 64}",
            },
            ("PutRuntimeManagementConfig",),
            "by hand",
        ),
        Change(
            "permissions",
            [{**BY_CONNECT, "source_arn": arn("connect", "instance/def")}],
            ("RemovePermission", "AddPermission"),
        ),
        Change(
            "permissions",
            [BY_CONNECT, calling("events", principal="events.amazonaws.com")],
            PERMISSION,
            "one more",
        ),
        Change("permissions", [OTHERWISE], ("AddPermission", "RemovePermission"), "another"),
        Change("permissions", None, ("RemovePermission",), "taken away"),
        Change("publish", True, ("PublishVersion",), one_way="a version stays published"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    exempt={
        "kept_versions": "tests/resources/test_function_versions.py plays it, with versions to delete",
        **dict.fromkeys(("code.s3_bucket", "code.s3_key", "code.sha256", "code.image_uri"), ONE_OF_THREE),
        "code.folder": "the code as a whole is played",
        "logging_config.log_format": "text takes no log levels: the structure as a whole is played",
        "runtime_management_config.update_runtime_on": "by hand takes a version as well: both are played together",
        "runtime_management_config.runtime_version_arn": "it goes with updates by hand: both are played together",
        "package_type": "an image is code of another sort: the change that is refused plays it",
        "image_config": "it goes with an image: that form and its change play it",
        "code.s3_object_version": "nobody sees which object a function is made of",
        "code.s3_object_storage_mode": "the sandbox copies every object",
        "code.source_kms_key_arn": "the sandbox decrypts no code",
        "file_system_configs[].s3_files_config": "the sandbox has no S3 Files",
        "vpc_config": "its subnets and groups are resources of their own: `tests/faults/stacks/platform` plays it",
    },
    drifts=(
        Drift("timeout", "update_function_configuration", {"Timeout": 60}),
        Drift(
            "environment",
            "update_function_configuration",
            {"Environment": {"Variables": {"STAGE": "by hand"}}},
        ),
        Drift("permissions", "remove_permission", {"StatementId": "connect"}),
    ),
    misfits={
        "code.sha256: AWS has no member CodeSha256": "compared with what AWS shows, and sent by nothing"
    },
    no_meaning={"permissions[].statement_id": "the author chooses it"},
)
