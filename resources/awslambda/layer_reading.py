"""Reads layers: the newest version with its content, its policy, and which versions functions use."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.contract import Api, FieldRead, Sighting, Wired
from reconciler.errors import Absent
from reconciler.model import Settings
from reconciler.resources.awslambda.layer_marks import is_tag, policy_of

NOTE = re.compile(
    r"(?P<text>.*?) ?\[lock: (?P<digest>[0-9a-f]+) (?P<python>[\d.]+) (?P<architecture>\w+)\]", re.DOTALL
)
"""What a description has at its end if the content was made of a lock file: AWS shows only the SHA-256 of the archive."""
OF_VERSIONS = frozenset({"Versions", "InUse"})
"""Members that we add to replies: the numbers of all versions, and of those that functions use."""
S3 = ("s3_bucket", "s3_key", "s3_object_version", "s3_object_storage_mode")


def with_note(text: str, digest: str, python: str, architecture: str) -> str:
    """A description with the digest of the lock file."""
    return f"{text} [lock: {digest} {python} {architecture}]".lstrip()


def newest(api: Api, name: str) -> dict[str, Any]:
    """The newest version of a layer, without its content.

    Raises:
        Absent: there is no version.
    """
    rows: Sequence[dict[str, Any]] = api.call("list_layer_versions", LayerName=name, MaxItems=1)[
        "LayerVersions"
    ]
    if not rows:
        raise Absent("list_layer_versions", "NotListed", f"AWS has no layer named {name}")
    return rows[0]


def shown(row: Any) -> Wired:
    """A version in the form of requests."""
    note = NOTE.fullmatch(row.get("Description") or "")
    found: Wired = row | {"Description": note["text"] if note else row.get("Description")}
    return found


def content_of(reply: Wired) -> dict[str, Any]:
    """The content of a version in the form of requests, with its digest."""
    note, digest = NOTE.fullmatch(reply.get("Description") or ""), reply["Content"]["CodeSha256"]
    if note is None:
        return {"ZipFile": digest, "CodeSha256": digest}
    members = {"Lock": note["digest"], "Python": note["python"], "Architecture": note["architecture"]}
    return {**members, "CodeSha256": digest}


def as_asked(live: Any, written: Settings, _reported: Wired) -> Any:
    """The live content as it is written, if the digests are equal: AWS does not show the object in S3."""
    asked = written.get("content") or {}
    if not live or "s3_bucket" not in asked or asked.get("sha256", live.get("sha256")) != live.get("sha256"):
        return live
    return {**live, **{name: asked[name] for name in S3 if name in asked}}


def newest_reply(api: Api, name: str) -> Wired:
    """GetLayerVersion of the newest version.

    Raises:
        Absent: there is no version.
    """
    return api.call("get_layer_version", LayerName=name, VersionNumber=newest(api, name)["Version"])


def _content(api: Api, sighting: Sighting) -> Wired:
    return {"Content": content_of(newest_reply(api, sighting.address["LayerName"]))}


def _permissions(api: Api, sighting: Sighting) -> Wired:
    name = sighting.address["LayerName"]
    rows = policy_of(api, name, newest(api, name)["Version"])
    return {"Permissions": [each for each in rows if not is_tag(each["StatementId"])]}


def _versions(api: Api, sighting: Sighting) -> Wired:
    """All versions, and those that a function or a version of one uses, as far as this account shows."""
    rows = api.pages("list_layer_versions", **sighting.address)
    used = {
        each["Arn"]
        for function in api.pages("list_functions", FunctionVersion="ALL")
        for each in function.get("Layers") or ()
    }
    arns = {row["Version"]: row["LayerVersionArn"] for row in rows}
    return {
        "KeptVersions": None,
        "Versions": sorted(arns),
        "InUse": [number for number, arn in sorted(arns.items()) if arn in used],
    }


def superfluous(reported: Wired, wanted: int | None, *, new: int = 0) -> list[int]:
    """The versions that are deleted: all but the newest ones, of which `new` are about to be published, and used ones."""
    versions, in_use = reported["Versions"], reported["InUse"]
    left = (wanted or 0) - new
    old = versions if left <= 0 else versions[:-left]
    return [each for each in old if each not in in_use] if wanted else []


def kept(_live: Any, written: Settings, reported: Wired) -> Any:
    """The written number of versions if there is none to delete, and otherwise the number of all."""
    wanted = written.get("kept_versions")
    return len(reported["Versions"]) if superfluous(reported, wanted) else wanted


def deletes(field: str, written: Settings, reported: Wired) -> str:
    """The versions that are deleted with a change."""
    if "Versions" not in reported:
        return ""
    published = field.partition(".")[0] not in ("permissions", "kept_versions")
    gone = superfluous(reported, written.get("kept_versions"), new=int(published))
    return f"version {', '.join(map(str, gone))}" if gone else ""


ALONE: Mapping[str, FieldRead] = {
    "content": FieldRead(_content, ("list_layer_versions", "get_layer_version")),
    "permissions": FieldRead(_permissions, ("list_layer_versions", "get_layer_version_policy")),
    "kept_versions": FieldRead(_versions, ("list_layer_versions", "list_functions")),
}
