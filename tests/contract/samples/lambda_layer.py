"""lambda.layer."""

from typing import Any

from reconciler.testing import Change, Drift, Given, Sample, Settings
from tests.contract.samples.lambda_function import EMPTY_DIGEST, EMPTY_ZIP, KEPT_NOWHERE, ONE_OF_THREE, REGION

PERMIT, FORBID = "AddLayerVersionPermission", "RemoveLayerVersionPermission"
MARKS = 2
"""Statements that hold the tags."""
PUBLISH = ("PublishLayerVersion", *(PERMIT,) * (1 + MARKS))


def using(name: str, **more: Any) -> Settings:
    return {
        "statement_id": name,
        "action": "lambda:GetLayerVersion",
        "principal": "210987654321",
        **more,
    }


EVERYBODY = using("everybody", principal="*", organization_id="o-a1b2c3d4e5")
SAMPLE = Sample(
    name="tools",
    given=(
        Given(
            "s3",
            "create_bucket",
            {"Bucket": "layer-builds", "CreateBucketConfiguration": {"LocationConstraint": REGION}},
        ),
        Given("s3", "put_object", {"Bucket": "layer-builds", "Key": "tools.zip", "Body": EMPTY_ZIP}),
    ),
    files={
        "layers/tools/python/tools.py": "TOOL = 1\n",
        "layers/others/python/tools.py": "TOOL = 2\n",
    },
    base={
        "content": {"folder": "layers/tools"},
        "description": "For functions",
        "compatible_runtimes": ["python3.12"],
        "compatible_architectures": ["x86_64"],
        "license_info": "MIT",
        "permissions": [using("partner")],
        "tags": {"Team": "orders"},
    },
    forms={
        "from S3": {"content": {"s3_bucket": "layer-builds", "s3_key": "tools.zip", "sha256": EMPTY_DIGEST}},
    },
    changes=(
        Change("content", {"folder": "layers/others"}, PUBLISH, one_way=KEPT_NOWHERE),
        Change("description", "For all functions", PUBLISH, one_way=KEPT_NOWHERE),
        Change("description", None, PUBLISH, "taken away", one_way=KEPT_NOWHERE),
        Change("compatible_runtimes", ["python3.12", "python3.13"], PUBLISH, one_way=KEPT_NOWHERE),
        Change("compatible_runtimes", None, PUBLISH, "taken away", one_way=KEPT_NOWHERE),
        Change("compatible_architectures", ["arm64"], PUBLISH, one_way=KEPT_NOWHERE),
        Change("compatible_architectures", None, PUBLISH, "taken away", one_way=KEPT_NOWHERE),
        Change("license_info", "Apache-2.0", PUBLISH, one_way=KEPT_NOWHERE),
        Change("license_info", None, PUBLISH, "taken away", one_way=KEPT_NOWHERE),
        Change("permissions", [using("partner", principal="*")], (FORBID, PERMIT)),
        Change("permissions", [using("partner"), EVERYBODY], (PERMIT,), "one more"),
        Change("permissions", None, (FORBID,), "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, (*(PERMIT,) * MARKS, *(FORBID,) * MARKS)),
    ),
    exempt={
        **dict.fromkeys(
            (
                "content.s3_bucket",
                "content.s3_key",
                "content.sha256",
                "content.s3_object_version",
                "content.s3_object_storage_mode",
            ),
            ONE_OF_THREE,
        ),
        **dict.fromkeys(
            ("content.lock", "content.python", "content.architecture"),
            "packages are fetched: tests/resources/test_live_layers.py makes its own",
        ),
        "content.folder": "the content as a whole is played",
        "kept_versions": "tests/resources/test_live_layers.py plays it, with versions to delete",
    },
    drifts=(
        Drift(
            "permissions", "remove_layer_version_permission", {"VersionNumber": 1, "StatementId": "partner"}
        ),
    ),
    misfits={
        "content.sha256: AWS has no member CodeSha256": "compared with what AWS shows, and sent by nothing",
        **{
            f"content.{name}: AWS has no member {name.capitalize()}": "it decides which packages are fetched"
            for name in ("lock", "python", "architecture")
        },
    },
    no_meaning={
        "permissions[].statement_id": "the author chooses it",
        "permissions[].principal": "an account, and no resource",
    },
)
