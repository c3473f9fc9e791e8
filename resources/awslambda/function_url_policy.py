"""What the policy of a function or of an alias holds for its URL: the permission for everybody, and our marks.

AWS can tag no URL. So our marks are ids of statements, each of which lets our own account read the function, which it may do
anyway (`statement_marks`). They are removed after the URL, so that a URL has its marks as long as it exists.

Sources: AddPermission, RemovePermission, GetPolicy (AWS Lambda API Reference); "Control access to Lambda function URLs" (AWS
Lambda Developer Guide).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, Sighting, Tagging, Wired
from reconciler.errors import Absent
from reconciler.model import Settings
from reconciler.resources.awslambda.statement_marks import StatementMarks
from reconciler.resources.function_permission import BY_URL, FOR_EVERYBODY, statements

IDS = StatementMarks(f"{BY_URL}tags-", 60)
NONE = "NONE"
LACKING, OURS = "LackingPermissions", "OwnPermissions"
"""Members that we add to replies: the ids of the permissions for everybody that nothing gives, and of those that we have added."""
CLOSED, OPEN = f"{NONE} (nobody may call it)", " (a permission for everybody is left)"
"""What is shown in place of an authorization without its permission, or after one that leaves none."""
UPDATE = "update_function_url_config"


def policy_of(api: Api, name: str) -> list[Mapping[str, Any]]:
    """The statements of the policy of a function, or of an alias as `function:alias`."""
    try:
        return [*statements(api.call("get_policy", FunctionName=name)["Policy"])]
    except Absent:
        return []


def tags_in(policy: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The tags in a policy."""
    return IDS.tags_in(str(each.get("Sid")) for each in policy)


def access_in(policy: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Which permissions for everybody a policy lacks, and which are ours; one of ours that was changed is both."""
    found = {str(each.get("Sid")): each for each in policy}
    ours = [each for each in FOR_EVERYBODY if each.id in found]
    given = [
        each
        for each in FOR_EVERYBODY
        if (each.is_as_made(found[each.id]) if each in ours else any(map(each.is_given_by, found.values())))
    ]
    return {
        LACKING: [each.id for each in FOR_EVERYBODY if each not in given],
        OURS: [each.id for each in ours],
    }


def as_permitted(live: Any, _written: Settings, reported: Wired) -> Any:
    """The live authorization; one whose permission for everybody does not fit differs from what is written."""
    if live == NONE:
        return CLOSED if reported.get(LACKING) else live
    return f"{live}{OPEN}" if reported.get(OURS) else live


def _look(api: Api, change: Change) -> Wired:
    """The permissions, read right before they are changed."""
    return access_in(policy_of(api, change.address["FunctionName"]))


def _authorize(change: Change) -> Iterator[Request]:
    """Add the permissions for everybody before the URL is opened, and remove ours after it is closed."""
    wanted, at = change.desired.get("AuthType"), change.address
    lacking, ours = change.reported.get(LACKING) or [], change.reported.get(OURS) or []
    for each in FOR_EVERYBODY if wanted == NONE else ():
        if each.id in lacking:
            yield from each.permit(at["FunctionName"], again=each.id in ours, service=None)
    if change.differs("AuthType"):
        yield Request(UPDATE, {**at, "AuthType": wanted})
    for id_ in ours if wanted != NONE else ():
        yield _forbid(at, id_)


def _forbid(at: Mapping[str, str], statement_id: str) -> Request:
    return Request("remove_permission", {**at, "StatementId": statement_id})


def _read(api: Api, sighting: Sighting) -> Mapping[str, str]:
    return tags_in(policy_of(api, sighting.address["FunctionName"]))


def _change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Request]:
    old, new = IDS.ids_of(before) if before else [], IDS.ids_of(after) if after else []
    account = sighting.arn.split(":")[4]
    for each in new:
        if each not in old:
            members = {"StatementId": each, "Action": "lambda:GetFunction", "Principal": account}
            yield Request("add_permission", {**sighting.address, **members})
    yield from (_forbid(sighting.address, each) for each in old if each not in new)


def closed(api: Api, sighting: Sighting) -> Iterator[Request]:
    """The requests that remove our permissions for everybody before the URL is deleted."""
    for id_ in access_in(policy_of(api, sighting.address["FunctionName"]))[OURS]:
        yield _forbid(sighting.address, id_)


def unmarked(sighting: Sighting) -> Iterator[Request]:
    """The requests that remove our marks after the URL is deleted."""
    yield from _change(sighting, sighting.tags or {}, {})


READS = ("get_policy",)
AUTHORIZATION = Calls(
    _authorize, ("auth_type",), (UPDATE, "add_permission", "remove_permission"), looks=_look
)
TAGGING = Tagging(
    created_with=None,
    read=_read,
    change=_change,
    operations=(*READS, "add_permission", "remove_permission"),
    whole=True,
)
