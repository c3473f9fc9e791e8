"""ecr.repository."""

from reconciler.testing import Change, Drift, Given, Sample, Settings


def expiring(days: int) -> Settings:
    """A policy by which images without a tag are deleted after some days."""
    selection = {
        "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days,
    }  # fmt: skip
    return {"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]}


def allowing(action: str) -> Settings:
    """A policy by which everybody of the account may do something."""
    principal = {"AWS": "arn:aws:iam::123456789012:root"}
    statement = {"Sid": "Builds", "Effect": "Allow", "Principal": principal, "Action": action}
    return {"Version": "2012-10-17", "Statement": [statement]}


SAMPLE = Sample(
    name="acme/images",
    given=(Given("kms", "create_key", {}, "key", "KeyMetadata.Arn"),),
    base={
        "image_tag_mutability": "IMMUTABLE",
        "image_scanning_configuration": {"scan_on_push": True},
        "encryption_configuration": {"encryption_type": "KMS", "kms_key": "${key}"},
        "lifecycle_policy_text": expiring(14),
        "policy_text": allowing("ecr:BatchGetImage"),
        "tags": {"Team": "builds"},
    },
    changes=(
        Change("image_tag_mutability", "MUTABLE", ("PutImageTagMutability",)),
        Change("image_scanning_configuration", {"scan_on_push": False}, ("PutImageScanningConfiguration",)),
        Change(
            "encryption_configuration",
            {"encryption_type": "AES256"},
            refused="AWS cannot change encryption_configuration",
        ),
        Change("lifecycle_policy_text", expiring(7), ("PutLifecyclePolicy",)),
        Change("lifecycle_policy_text", None, ("DeleteLifecyclePolicy",), "cleared"),
        Change("policy_text", allowing("ecr:PutImage"), ("SetRepositoryPolicy",)),
        Change("policy_text", None, ("DeleteRepositoryPolicy",), "cleared"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("image_tag_mutability", "put_image_tag_mutability", {"imageTagMutability": "MUTABLE"}),
        Drift("policy_text", "delete_repository_policy", {}),
    ),
    misfits={
        "image_tag_mutability: AWS has IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION as well": "not built",
    },
)
