"""What lives beside a stack, as data and as lines: one for each kind, or one for each resource and field."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from reconciler.aws.redaction import SECRETS
from reconciler.planning.extra import Extra
from reconciler.reports.number_format import counted, listed
from reconciler.reports.report_schema import ExtraData
from reconciler.reports.value_format import plain_data, whole

NOBODY = "no owner"
MOST_FIELDS = 5
"""How many fields of a kind one line names."""
UNREAD = "Not read, because they need a call for each resource"


def extra_data(extra: Extra) -> ExtraData:
    """What lives beside a stack as data."""
    return {
        "resources": [
            {"kind": each.key.kind, "name": each.key.name, "arn": each.arn, "owner": each.owner}
            for each in extra.resources
        ],
        "fields": [
            {
                "kind": each.key.kind,
                "name": each.key.name,
                "field": each.field,
                "value": plain_data(each.value),
            }
            for each in extra.fields
        ],
        "made_by_aws": dict(extra.made_by_aws),
        "ignored": extra.ignored,
        "unread": {kind: list(names) for kind, names in extra.unread.items()},
        "unlisted": dict(extra.unlisted),
        "notes": list(extra.notes),
    }


def extra_lines(data: ExtraData, *, full: bool = False) -> Iterator[str]:
    """Headings, and below them indented lines: one for each kind, or with `full` one for each resource and field."""
    found = [*(_each_resource(data) if full else kind_lines(data).values())]
    yield f"Beside the stack{':' if found else ': no other resources'}"
    yield from (f"  {line}" for line in found)
    fields = [*(_each_field(data, whole) if full else field_lines(data).values())]
    if fields:
        yield "Fields that no file manages:"
        yield from (f"  {line}" for line in fields)
    yield from remarks(data, full=full)


def remarks(data: ExtraData, *, full: bool = False) -> Iterator[str]:
    """What the lists leave out, and why."""
    made, unread = data["made_by_aws"], data["unread"]
    if made:
        by_kind = ", ".join(f"{number} {kind}" for kind, number in sorted(made.items()))
        total = f"Left out, because AWS created them itself: {sum(made.values())}"
        yield f"{total} ({by_kind})" if full else total
    if data["ignored"]:
        yield f"Left out, because stack.yaml ignores them: {data['ignored']}"
    if unread and full:
        yield f"{UNREAD}; --details reads them:"
        yield from (f"  {kind}: {', '.join(names)}" for kind, names in unread.items())
    elif unread:
        number, kinds = sum(map(len, unread.values())), counted(len(unread), "kind")
        yield f"{UNREAD}: {counted(number, 'field')} of {kinds}; --details reads them, and --full names them"
    for kind, why in data["unlisted"].items():
        yield f"Not all listed: {kind}: {SECRETS.text(why)}"
    yield from (f"Note: {each}" for each in data["notes"])


def kind_lines(data: ExtraData) -> dict[str, str]:
    """By kind: how many resources have no owner, and how many belong to each other stack."""
    owners: dict[str, Counter[str | None]] = {}
    for each in data["resources"]:
        owners.setdefault(each["kind"], Counter())[each["owner"]] += 1
    return {kind: f"{kind}: {_owned(owners[kind])}" for kind in sorted(owners)}


def _owned(owners: Counter[str | None]) -> str:
    said = [f"{owners[None]} {'has' if owners[None] == 1 else 'have'} {NOBODY}"] if owners[None] else []
    for owner, number in sorted((str(each), n) for each, n in owners.items() if each is not None):
        said.append(f"{number} {'belongs' if number == 1 else 'belong'} to {owner}")
    return ", ".join(said)


def field_lines(data: ExtraData) -> dict[str, str]:
    """By kind: the unmanaged fields, the most frequent first, each with the number of resources."""
    fields: dict[str, Counter[str]] = {}
    for each in data["fields"]:
        fields.setdefault(each["kind"], Counter())[each["field"]] += 1
    return {kind: f"{kind}: {_frequent(fields[kind])}" for kind in sorted(fields)}


def _frequent(fields: Counter[str]) -> str:
    ordered = sorted(fields.items(), key=lambda each: (-each[1], each[0]))
    said = [f"{name} of {number}" for name, number in ordered[:MOST_FIELDS]]
    rest = len(ordered) - MOST_FIELDS
    return listed([*said, *([counted(rest, "other field")] if rest > 0 else [])])


def _each_resource(data: ExtraData) -> Iterator[str]:
    for each in data["resources"]:
        yield f"{each['kind']}/{each['name']}: {owner_words(each['owner'])}"


def owner_words(owner: str | None) -> str:
    """Whose a resource is."""
    return NOBODY if owner is None else f"belongs to {owner}"


def _each_field(data: ExtraData, formed: Callable[[Any], str]) -> Iterator[str]:
    for each in data["fields"]:
        yield f"{each['kind']}/{each['name']}.{each['field']}: {formed(each['value'])}"
