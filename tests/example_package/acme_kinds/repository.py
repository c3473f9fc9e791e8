"""ecr.repository: where images of containers are kept."""

from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    PAIR,
    Adapter,
    Create,
    Delete,
    Named,
    Reads,
    Sends,
    TagOperations,
    from_reply,
    tagging,
)
from reconciler.errors import Absent
from reconciler.forms import Form
from reconciler.model import CamelPart, Document, Means, Resource
from reconciler.resources.lasting import LASTS
from reconciler.service import Rate, Service

ECR = Service(
    name="ecr",
    rate=Rate(10, 20),
    errors=dict.fromkeys(
        (
            "RepositoryNotFoundException",
            "LifecyclePolicyNotFoundException",
            "RepositoryPolicyNotFoundException",
        ),
        Absent,
    ),
)
LETTERS = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"


class ScanningConfiguration(CamelPart):
    """Whether images are scanned when they are pushed."""

    scan_on_push: bool | None = None


class EncryptionConfiguration(CamelPart):
    """How images are encrypted."""

    encryption_type: Literal["AES256", "KMS", "KMS_DSSE"]
    kms_key: Annotated[str | None, Field(min_length=1, max_length=2048), Means("kms.key"), LASTS] = None


class Repository(CamelPart, Resource):
    """A private repository and its policies (Amazon ECR API Reference)."""

    image_tag_mutability: Annotated[Literal["MUTABLE", "IMMUTABLE"] | None, LASTS] = None
    image_scanning_configuration: Annotated[ScanningConfiguration | None, LASTS] = None
    encryption_configuration: Annotated[EncryptionConfiguration | None, LASTS] = None
    lifecycle_policy_text: Annotated[dict[str, Any] | None, Document()] = None
    policy_text: Annotated[dict[str, Any] | None, Document()] = None


class RepositoryAdapter(Adapter[Repository]):
    """CreateRepository, and an operation for each setting."""

    kind = "ecr.repository"
    model = Repository
    summary = "a private repository of container images, with its policies"
    service = ECR
    identity = Named(
        name="repositoryName",
        arns=("arn:{partition}:ecr:{region}:{account}:repository/{name}",),
        forms=(
            Form(r".{2,256}", "2 to 256 characters"),
            Form(rf"{LETTERS}(\/{LETTERS})*", "a-z and 0-9, with ., _, - and / between them"),
        ),
    )
    create = Create(
        "create_repository",
        (
            "image_tag_mutability",
            "image_scanning_configuration",
            "encryption_configuration",
        ),
        fixed=frozenset({"encryption_configuration"}),
    )
    updates = (
        Sends("put_image_tag_mutability", ("image_tag_mutability",)),
        Sends("put_image_scanning_configuration", ("image_scanning_configuration",)),
        Sends("put_lifecycle_policy", ("lifecycle_policy_text",), cleared_by="delete_lifecycle_policy"),
        Sends("set_repository_policy", ("policy_text",), cleared_by="delete_repository_policy"),
    )
    delete = Delete("delete_repository", protected=True)
    reads = Reads(
        list="describe_repositories",
        alone={
            "lifecycle_policy_text": from_reply("get_lifecycle_policy", absent={"lifecyclePolicyText": None}),
            "policy_text": from_reply("get_repository_policy", absent={"policyText": None}),
        },
        listed=frozenset(create.fields),
        gets_one=True,
    )
    tagging = tagging(
        TagOperations(
            at="resourceArn", in_create="tags", shown="tags", tags="tags", keys="tagKeys", pair=PAIR
        )
    )
    tagging_api_type = "ecr:repository"
    cloudformation = CloudFormation(
        type="AWS::ECR::Repository",
        called={"LifecyclePolicy": "lifecycle_policy_text", "RepositoryPolicyText": "policy_text"},
        left_out={
            "ImageTagMutabilityExclusionFilters": "not built",
            "EmptyOnDelete": "a repository that holds images is never deleted",
        },
        not_granted={"kms:*": "AWS asks for it only where a key of the customer's encrypts; not built"},
    )
