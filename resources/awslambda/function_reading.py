"""Converts replies about a function to the form of requests."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import FieldRead, Wired, from_reply
from reconciler.model import Settings
from reconciler.resources.awslambda.function_changes import DIGEST
from reconciler.resources.awslambda.function_versions import READ
from reconciler.resources.function_permission import MADE_BY
from reconciler.resources.policy_document import ROOT

CONDITIONS = {
    "aws:sourcearn": "SourceArn",
    "aws:sourceaccount": "SourceAccount",
    "aws:principalorgid": "PrincipalOrgID",
    "lambda:eventsourcetoken": "EventSourceToken",
    "lambda:functionurlauthtype": "FunctionUrlAuthType",
    "lambda:invokedviafunctionurl": "InvokedViaFunctionUrl",
}
"""By condition key in lower case: the member of AddPermission that sets it."""


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A configuration in the form of requests. Of code that is not an image it shows the digest."""
    found = row | {"Layers": [each["Arn"] for each in row.get("Layers") or ()]}
    if row.get("PackageType") == "Zip" and "CodeSha256" in row:
        found["Code"] = {"ZipFile": row["CodeSha256"], DIGEST: row["CodeSha256"]}
    image = (row.get("ImageConfigResponse") or {}).get("ImageConfig")
    return found | ({"ImageConfig": image} if image else {})


def code_of(reply: Wired) -> dict[str, Any]:
    """The code that GetFunction shows, in the form of requests, with its digest."""
    digest, code = reply["Configuration"]["CodeSha256"], reply.get("Code", {})
    image = {"ImageUri": code["ImageUri"]} if "ImageUri" in code else {"ZipFile": digest}
    key = {"SourceKMSKeyArn": code["SourceKMSKeyArn"]} if "SourceKMSKeyArn" in code else {}
    return {**image, **key, DIGEST: digest}


def at_work(configuration: Wired) -> str | None:
    """The work of AWS on a function that has not ended; None if there is none."""
    if configuration.get("State") == "Pending":
        return "function is Pending"
    return "an update is in progress" if configuration.get("LastUpdateStatus") == "InProgress" else None


def as_asked(live: Any, written: Settings, _reported: Wired) -> Any:
    """The live code as it is written in the files, if the digests are equal: AWS does not show the object in S3."""
    asked = written.get("code") or {}
    other = not live or "s3_bucket" not in asked
    if other or ("sha256" in asked and live.get("sha256") != asked["sha256"]):
        return live
    hidden = ("s3_bucket", "s3_key", "s3_object_version", "s3_object_storage_mode", "source_kms_key_arn")
    return {**live, **{name: asked[name] for name in hidden if name in asked}}


def _runtime(reply: Wired) -> Wired:
    return {
        "RuntimeManagementConfig": {
            name: reply.get(name) for name in ("UpdateRuntimeOn", "RuntimeVersionArn")
        }
    }


def _statements(policy: str) -> Iterator[dict[str, Any]]:
    """The statements of a function's policy, with the members of AddPermission; others than it can make are left out."""
    for each in json.loads(policy).get("Statement", ()):
        conditions = {
            CONDITIONS[key.lower()]: value
            for test in (each.get("Condition") or {}).values()
            for key, value in test.items()
            if key.lower() in CONDITIONS
        }
        if "InvokedViaFunctionUrl" in conditions:
            conditions["InvokedViaFunctionUrl"] = str(conditions["InvokedViaFunctionUrl"]).lower() == "true"
        # A permission for an instance of Amazon Connect or for a REST API belongs to that.
        ours = str(each.get("Sid")).startswith(tuple(MADE_BY))
        if each.get("Effect") == "Allow" and each.get("Sid") and not ours:
            principal = _principal(each.get("Principal"))
            yield {"StatementId": each["Sid"], "Action": each["Action"], "Principal": principal, **conditions}


def _principal(said: Any) -> Any:
    """The principal of a statement in the form of AddPermission: an account by its id."""
    one = next(iter(said.values())) if isinstance(said, Mapping) and len(said) == 1 else said
    root = ROOT.fullmatch(one) if isinstance(one, str) else None
    return root[1] if root else one


ALONE: Mapping[str, FieldRead] = {
    "code_signing_config_arn": from_reply("get_function_code_signing_config"),
    "recursive_loop": from_reply("get_function_recursion_config"),
    "runtime_management_config": from_reply("get_runtime_management_config", _runtime),
    "permissions": from_reply(
        "get_policy",
        lambda reply: {"Permissions": [*_statements(reply["Policy"])]},
        absent={"Permissions": []},
    ),
    "publish": READ,
    "kept_versions": READ,
}
"""By field: how it is read if GetFunction does not show it."""
