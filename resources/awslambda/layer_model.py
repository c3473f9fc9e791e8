"""The settings of a layer of AWS Lambda.

Source: PublishLayerVersion, AddLayerVersionPermission (AWS Lambda API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.archives import Archive
from reconciler.forms import Form
from reconciler.model import Cleared, LockFile, NoReferences, Part, Resource, Rows, Unordered, Wire
from reconciler.resources.awslambda.function_model import Digest, ObjectWord, OrganizationId, Runtime
from reconciler.resources.identifiers import BucketName
from reconciler.resources.lasting import LASTS

Architecture = Literal["x86_64", "arm64"]
Python = Annotated[str, Form(r"3\.\d{1,2}", 'a version of Python in quotes, such as "3.13"'), NoReferences()]


class Content(Part):
    """The place of the files: a folder, a lock file of Python packages, or an object in S3."""

    folder: Annotated[Archive | None, Wire("ZipFile"), LASTS] = None
    """A folder below the root of the repository. Functions see its files below /opt: Python imports from its folder `python`."""
    lock: Annotated[Archive | None, LockFile(), LASTS] = None
    """A lock file with hashes. Its packages become the layer."""
    python: Annotated[Python | None, LASTS] = None
    """The version of Python for which the packages of the lock file are fetched."""
    architecture: Annotated[Architecture | None, LASTS] = None
    """The architecture for which they are fetched."""
    s3_bucket: Annotated[BucketName | None, Field(max_length=63), LASTS] = None
    s3_key: Annotated[ObjectWord | None, LASTS] = None
    s3_object_version: Annotated[ObjectWord | None, LASTS] = None
    s3_object_storage_mode: Annotated[Literal["COPY", "REFERENCE"] | None, LASTS] = None
    sha256: Annotated[Digest | None, Wire("CodeSha256"), LASTS] = None
    """The SHA-256 of the object in S3 in base64. It is compared, because AWS does not show the object of a layer."""


class LayerPermission(Part):
    """Who else may use the current version: one statement of its policy."""

    statement_id: Annotated[str, Form(r"[a-zA-Z0-9-_]{1,100}", "1 to 100 of a-z, A-Z, 0-9, - and _")]
    action: Literal["lambda:GetLayerVersion"]
    principal: Annotated[
        str,
        Form(
            r"\*|\d{12}|arn:aws[a-zA-Z-]*:iam::\d{12}:root",
            "an account id in quotes, the ARN of its root user, or *",
        ),
    ]
    organization_id: OrganizationId | None = None
    """With the principal `*`: only accounts of this organization."""


class Layer(Resource):
    """A layer, of which functions use one version. AWS changes no version: each change publishes a new one."""

    content: Annotated[Content | None, LASTS] = None
    description: Annotated[str | None, Cleared(""), Field(max_length=256)] = None
    compatible_runtimes: Annotated[list[Runtime] | None, Unordered(), Cleared([]), Field(max_length=15)] = (
        None
    )
    compatible_architectures: Annotated[
        list[Architecture] | None, Unordered(), Cleared([]), Field(max_length=2)
    ] = None
    license_info: Annotated[str | None, Cleared(""), Field(max_length=512)] = None
    permissions: Annotated[list[LayerPermission] | None, Rows(("statement_id",))] = None
    kept_versions: Annotated[int | None, Field(ge=2, le=1000), LASTS] = None
    """How many of the newest versions are kept; older ones are deleted, except those that a function uses. At least 2, because
    functions get a new version after it is published."""
