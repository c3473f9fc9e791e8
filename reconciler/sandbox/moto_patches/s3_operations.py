"""Finds the S3 operation of a request, and refuses those that the sandbox does not have."""

from collections.abc import Mapping
from functools import cache

from moto.core.model import OperationModel
from moto.core.request import Request

from reconciler.sandbox import wire_protocol
from reconciler.sandbox.sandbox_error import not_in_sandbox

BUCKET = "{Bucket}"
OBJECT = "{Key+}"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The query words that moto knows. With any other word, moto calls the operation on the bucket or the object itself.
KNOWN: Mapping[tuple[str, str], frozenset[str]] = {
    (BUCKET, "GET"): _words(
        "object-lock uploads location lifecycle versioning policyStatus policy website acl tagging logging cors "
        "notification accelerate publicAccessBlock inventory versions encryption list-type replication "
        "ownershipControls"
    ),
    (BUCKET, "PUT"): _words(
        "object-lock versioning lifecycle policy acl tagging website cors logging notification accelerate "
        "publicAccessBlock encryption replication ownershipControls inventory"
    ),
    (BUCKET, "DELETE"): _words(
        "policy tagging website cors lifecycle publicAccessBlock encryption replication ownershipControls"
    ),
    (BUCKET, "POST"): _words("delete"),
    (OBJECT, "GET"): _words("acl tagging legal-hold retention attributes"),
    (OBJECT, "PUT"): _words("acl tagging legal-hold retention"),
    (OBJECT, "DELETE"): _words("tagging"),
    (OBJECT, "POST"): _words("uploads restore select"),
}


@cache
def operation_of(name: str) -> OperationModel:
    """Return botocore's model of an S3 operation."""
    model = wire_protocol.service_model("s3")
    if model is None:
        raise LookupError("botocore has no model of s3")
    operation: OperationModel = model.operation_model(name)
    return operation


@cache
def sub_resources() -> Mapping[tuple[str, str, str], str]:
    """Return the operations that a query word identifies, by method, word and type of path."""
    model = wire_protocol.service_model("s3")
    found: dict[tuple[str, str, str], str] = {}
    for name in model.operation_names if model else ():
        trait = operation_of(name).http_trait
        for word in trait.query_args:
            found.setdefault((trait.method, word, trait.path.rpartition("/")[2]), str(name))
    return found


def sub_resource(request: Request) -> str | None:
    """Return the query word that identifies the operation of a request; None if there is none."""
    words = {word for method, word, _ in sub_resources() if method == request.method}
    return next((word for word in request.args if word in words), None)


def refuse_unknown(request: Request, path: str) -> None:
    """Refuse with 501 an operation that moto would take for another one."""
    for word in request.args:
        operation = sub_resources().get((request.method, word, path))
        if operation and word not in KNOWN[path, request.method]:
            raise not_in_sandbox("s3", operation)
