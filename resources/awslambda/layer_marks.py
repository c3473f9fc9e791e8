"""The tags of a layer, which AWS cannot tag: they are ids of statements in the policy of its newest version.

A description cannot be changed, but a policy can. Each of these statements lets our own account use the layer, which it may do
anyway (`statement_marks`).

A new version has no policy until the statements of the former one are copied. If a pass ends in between, the tags of an older
version show the owner: the tag `FORMER` says so, and the next pass sets all tags again.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.contract import Api, Request, Sighting, Tagging, Wired
from reconciler.errors import Absent
from reconciler.resources.awslambda.statement_marks import StatementMarks
from reconciler.resources.policy_document import ROOT

IDS = StatementMarks("tags-", 80)
FORMER = "reconciler:former_version"
STACK = "reconciler:stack"
"""The tag that shows the owner."""


def is_tag(statement_id: str) -> bool:
    """Whether a statement holds tags."""
    return IDS.is_one(statement_id)


def ids_of(tags: Mapping[str, str]) -> list[str]:
    """The ids of the statements that hold these tags."""
    return IDS.ids_of({name: value for name, value in tags.items() if name != FORMER})


def statements(policy: Wired) -> list[dict[str, Any]]:
    """The statements of a policy, with the members of AddLayerVersionPermission."""
    found = []
    for each in json.loads(policy["Policy"]).get("Statement", ()):
        principal = each["Principal"]
        one = principal if isinstance(principal, str) else str(next(iter(principal.values())))
        root = ROOT.fullmatch(one)
        row = {"StatementId": each["Sid"], "Action": each["Action"], "Principal": root[1] if root else one}
        keys = {
            key.lower(): value
            for test in (each.get("Condition") or {}).values()
            for key, value in test.items()
        }
        if "aws:principalorgid" in keys:
            row["OrganizationId"] = keys["aws:principalorgid"]
        found.append(row)
    return found


def policy_of(api: Api, name: str, number: int) -> list[dict[str, Any]]:
    """The statements of a version; empty if it has no policy."""
    try:
        return statements(api.call("get_layer_version_policy", LayerName=name, VersionNumber=number))
    except Absent:
        return []


def at_newest(sighting: Sighting) -> dict[str, Any]:
    """The newest version of a layer, as it was listed."""
    number = sighting.arn.rpartition(":")[2]
    return {**sighting.address, "VersionNumber": int(number) if number.isdecimal() else 1}


def _read(api: Api, sighting: Sighting) -> Mapping[str, str]:
    """The tags of the newest version, or the owner that an older one shows.

    Raises:
        Absent: there is no version.
    """
    newest = at_newest(sighting)
    found = IDS.tags_in(
        each["StatementId"] for each in policy_of(api, newest["LayerName"], newest["VersionNumber"])
    )
    if found:
        return found
    rows = [*api.pages("list_layer_versions", **sighting.address)]
    if not rows:
        raise Absent("list_layer_versions", "NotListed", f"AWS has no layer named {sighting.name}")
    for row in rows:
        if row["Version"] != newest["VersionNumber"]:
            others = policy_of(api, newest["LayerName"], row["Version"])
            tags = IDS.tags_in(each["StatementId"] for each in others)
            if tags:
                return {STACK: tags.get(STACK, ""), FORMER: str(row["Version"])} if STACK in tags else {}
    return {}


def _change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    newest = at_newest(sighting)
    account = sighting.arn.split(":")[4]
    old = [] if FORMER in before or not before else ids_of(before)
    new = ids_of(after) if after.keys() - {FORMER} else []
    for each in new:
        if each not in old:
            statement = {"StatementId": each, "Action": "lambda:GetLayerVersion", "Principal": account}
            yield Request("add_layer_version_permission", {**newest, **statement})
    for each in old:
        if each not in new:
            yield Request("remove_layer_version_permission", {**newest, "StatementId": each})


TAGGING = Tagging(
    created_with=None,
    read=_read,
    change=_change,
    operations=(
        "get_layer_version_policy",
        "add_layer_version_permission",
        "remove_layer_version_permission",
    ),
    whole=True,
)
