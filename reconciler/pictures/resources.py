"""What each resource of a centre looks like as a node, and what it uses outside of Connect."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.pictures.crowds import NAMED, counted, state_of
from reconciler.pictures.deciding import named
from reconciler.pictures.drawing import Node, State
from reconciler.shapes import leaves
from reconciler.stack import Desired, Key, Stack

SORTS: Mapping[str, str] = {
    "connect.phone_number": "number",
    "connect.contact_flow": "flow",
    "connect.queue": "queue",
    "connect.routing_profile": "profile",
    "connect.user": "people",
    "connect.hours_of_operation": "other",
    "connect.quick_connect": "number",
    "connect.instance": "other",
    "s3.bucket": "storage",
    "dynamodb.table": "storage",
}
COLUMNS: Mapping[str, int] = {
    "connect.instance": 1,
    "connect.contact_flow": 1,
    "connect.queue": 2,
    "s3.bucket": 2,
    "dynamodb.table": 2,
    "connect.routing_profile": 3,
    "connect.hours_of_operation": 3,
    "connect.quick_connect": 3,
    "connect.user": 4,
}
"""Where the kinds stand on the way of a contact; those that are not named come first, helpers with the queues."""
HELPERS = 2
LAMBDA = re.compile(r"arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+")
USERS = "connect.user"


def noun(kind: str) -> str:
    """What people call a kind, as a heading: `Hours of operation`."""
    return kind.rpartition(".")[2].replace("_", " ").removeprefix("contact ").capitalize()


def resource_node(desired: Desired, state: State) -> Node:
    """One resource."""
    key = desired.key
    details = tuple(_details(desired))
    title = f"{key}\n{desired.place}" + "".join(f"\n{detail}" for detail in details)
    sort = SORTS.get(key.kind, "other")
    kicker = noun(key.kind)
    return Node(
        str(key), key.name, sort, kicker, details, state, title, desired.existing, COLUMNS.get(key.kind, 0)
    )


def _details(desired: Desired) -> Iterator[str]:
    """What is worth a line beneath the name."""
    settings = desired.settings
    match desired.key.kind:
        case "connect.phone_number":
            kind = str(settings.get("type", "")).replace("_", " ").lower().replace("did", "DID")
            number = settings.get("phone_number")
            yield str(number) if number else " ".join(filter(None, (settings.get("country_code"), kind)))
        case "connect.queue":
            if settings.get("status") == "DISABLED":
                yield "disabled"
        case "connect.contact_flow":
            if settings.get("type") not in (None, "CONTACT_FLOW"):
                yield str(settings["type"]).replace("_", " ").lower()
        case "connect.hours_of_operation":
            if settings.get("time_zone"):
                yield str(settings["time_zone"])
        case "connect.quick_connect":
            to = [target.name for target in desired.references.get("quick_connect_config", ())]
            phone = (settings.get("quick_connect_config") or {}).get("phone_config") or {}
            yield f"to {(to or [phone.get('phone_number', '?')])[0]}"
        case "connect.user_hierarchy_group":
            if settings.get("parent_group"):
                yield f"in {settings['parent_group']}"
    if desired.existing:
        yield "only referred to"


def team_node(team: str, keys: list[Key], states: Mapping[Key, State]) -> Node:
    """All users of one routing profile."""
    changes = Counter(states[key] for key in keys if key in states)
    names = ", ".join(key.name for key in keys[:NAMED]) + (" …" if len(keys) > NAMED else "")
    return Node(
        id=team,
        label=f"{len(keys):,} user" + ("s" if len(keys) > 1 else ""),
        sort="people",
        details=counted(changes, len(keys)),
        state=state_of(changes, len(keys)),
        title=names,
        column=COLUMNS[USERS],
        count=len(keys),
        changes=tuple(changes.items()),
    )


def gone_node(key: Key, state: State) -> Node:
    """What bears the stack's mark and is not in its files any more."""
    said = "bears our mark and is no longer desired"
    return Node(str(key), key.name, SORTS.get(key.kind, "other"), noun(key.kind), (), state, f"{key}: {said}")


def helpers(desired: Desired, stack: Stack) -> Iterator[Node]:
    """What a flow or the instance uses outside of Connect: Lambda functions, bots, buckets."""
    kind, settings = desired.key.kind, desired.settings
    if kind == "connect.contact_flow":
        texts = [each for each in leaves(settings.get("content")) if isinstance(each, str)]
        arns = sorted({found.group() for text in texts if (found := LAMBDA.match(text))})
        yield from map(_function, arns)
    if kind == "connect.instance":
        for arn in settings.get("lambda_functions") or ():
            found = LAMBDA.match(arn)
            yield _function(found.group() if found else str(arn))
        for bot in settings.get("lex_bots") or ():
            yield Node(f"lex:{bot['name']}", bot["name"], "compute", "Lex bot", column=HELPERS)
        for arn in settings.get("lex_v2_bots") or ():
            yield Node(f"lex:{arn}", named(arn), "compute", "Lex bot", title=str(arn), column=HELPERS)
        for config in settings.get("storage_configs") or ():
            bucket = (config.get("s3_config") or {}).get("bucket_name")
            if bucket and Key("s3.bucket", bucket) not in stack.resources:
                yield Node(f"s3.bucket/{bucket}", bucket, "storage", "Bucket", quiet=True, column=HELPERS)
            elif bucket:
                yield Node(f"s3.bucket/{bucket}", bucket, "storage", column=HELPERS)


def _function(arn: str) -> Node:
    return Node(f"lambda:{arn}", named(arn), "compute", "Lambda function", title=arn, column=HELPERS)
