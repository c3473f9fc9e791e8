"""The requests that publish versions of layers, and that change and delete them."""

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from reconciler.contract import Api, Calls, Change, Delete, Request, Sighting, Wired, row_changes
from reconciler.errors import Refused, first_row
from reconciler.lock_files import lock_of
from reconciler.resources.awslambda.layer_marks import at_newest, statements
from reconciler.resources.awslambda.layer_reading import superfluous, with_note
from reconciler.wheels import layer_of

PUBLISHED = ("content", "description", "compatible_runtimes", "compatible_architectures", "license_info")
MEMBERS = ("Description", "CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo")
FROM_S3 = ("S3Bucket", "S3Key", "S3ObjectVersion", "S3ObjectStorageMode")


def prepare(api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the first PublishLayerVersion of a layer."""
    del api
    return _sent(parameters)


def _sent(members: Wired) -> dict[str, Any]:
    """The parameters of PublishLayerVersion: packages of a lock file are fetched now, and its digest is described.

    Raises:
        Refused: the packages cannot be fetched, or there is no content.
    """
    content, description = members.get("Content") or {}, members.get("Description") or ""
    if isinstance(content.get("ZipFile"), bytes):
        sent = {"ZipFile": content["ZipFile"]}
    elif isinstance(content.get("Lock"), bytes):
        lock, python, architecture = content["Lock"], content["Python"], content["Architecture"]
        description = with_note(description, lock_of("", lock.decode()).digest, python, architecture)
        sent = {"ZipFile": layer_of(lock, python, architecture)}
    elif "S3Bucket" in content:
        sent = {name: content[name] for name in FROM_S3 if name in content}
    else:
        raise Refused("publish_layer_version", "Incomplete", "the files have no content")
    return {**members, "Content": sent, **({"Description": description} if description else {})}


def _number(newest: Wired) -> Any:
    """The number of the newest version, in the reply to ListLayerVersions."""
    return first_row("list_layer_versions", newest, "LayerVersions")["Version"]


def _publish(change: Change) -> Iterable[Request]:
    """Publish a new version, and copy the policy of the former one, which holds our marks.

    Raises:
        Refused: the files have no content. AWS needs it for each new version.
    """
    if "content" not in change.written:
        why = "AWS changes no version of a layer; write `content` as well, so that a new one can be published"
        raise Refused("publish_layer_version", "Incomplete", why)
    wanted = {name: change.desired[name] for name in MEMBERS if change.desired.get(name)}
    at = dict(change.address)

    def read(newest: Wired) -> Iterable[Request]:
        number = _number(newest)
        yield Request("get_layer_version_policy", {**at, "VersionNumber": number}, then=send)

    def send(policy: Wired) -> Iterable[Request]:
        members = {**at, **wanted, "Content": change.desired.get("Content") or {}}

        def copy(made: Wired) -> Iterable[Request]:
            for each in statements(policy):
                yield Request(
                    "add_layer_version_permission", {**at, "VersionNumber": made["Version"], **each}
                )

        yield Request("publish_layer_version", _sent(members), then=copy)

    yield Request("list_layer_versions", {**at, "MaxItems": 1}, then=read)


def _permissions(change: Change) -> Iterable[Request]:
    """Add new statements, replace changed ones, and remove others, of the version that is the newest now."""
    rows = row_changes(change, "Permissions", itemgetter("StatementId"))

    def send(newest: Wired) -> Iterator[Request]:
        at = {
            **change.address,
            "VersionNumber": _number(newest),
        }
        for row in rows.new.values():
            yield Request("add_layer_version_permission", {**at, **row})
        for name, row in rows.changed.items():
            yield Request("remove_layer_version_permission", {**at, "StatementId": name})
            yield Request("add_layer_version_permission", {**at, **row})
        for name in rows.gone:
            yield Request("remove_layer_version_permission", {**at, "StatementId": name})

    yield Request("list_layer_versions", {**change.address, "MaxItems": 1}, then=send)


def _delete_old(change: Change) -> Iterable[Request]:
    """Delete superfluous versions, of which a new one may just have been published."""
    wanted = change.desired.get("KeptVersions") if "kept_versions" in change.written else None
    known = set(change.reported.get("Versions", ()))

    def send(newest: Wired) -> Iterator[Request]:
        new = len({row["Version"] for row in newest["LayerVersions"]} - known)
        for each in superfluous(change.reported, wanted, new=new):
            yield Request("delete_layer_version", {**change.address, "VersionNumber": each})

    if wanted and "Versions" in change.reported:
        yield Request("list_layer_versions", {**change.address, "MaxItems": 1}, then=send)


def _older(api: Api, sighting: Sighting) -> Iterable[Request]:
    """Delete all versions but the one whose delete follows: the newest has our marks."""
    last = at_newest(sighting)["VersionNumber"]
    for row in api.pages("list_layer_versions", **sighting.address):
        if row["Version"] != last:
            yield Request("delete_layer_version", {**sighting.address, "VersionNumber": row["Version"]})


UPDATES = (
    Calls(
        _publish,
        PUBLISHED,
        ("publish_layer_version", "add_layer_version_permission"),
        overwrites={"kept_versions": ()},
    ),
    Calls(
        _permissions, ("permissions",), ("add_layer_version_permission", "remove_layer_version_permission")
    ),
    Calls(_delete_old, ("kept_versions",), ("delete_layer_version",)),
)
DELETE = Delete(
    "delete_layer_version",
    parameters=at_newest,
    before=_older,
    calls=("list_layer_versions",),
)
