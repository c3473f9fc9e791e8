"""Generates requests from botocore's input shapes: valid ones, and ones with one broken constraint."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.model import Shape
from hypothesis import strategies as st

from reconciler.sandbox.java_patterns import java_pattern
from tests.sandbox.connect.populated import (
    BOT,
    BUCKET,
    CATEGORY,
    FUNCTION,
    FUNCTION_ARN,
    MODULE,
    ORIGIN,
    SECTION,
    VIEW,
    flow,
)

Known = Mapping[str, Sequence[Any]]

DEEPEST = 4  # criteria contain criteria: from this depth only required members
NUMBERS = frozenset({"integer", "long", "float", "double"})
UUID = "00000000-0000-4000-8000-000000000000"
ARN = f"arn:aws:connect:eu-west-2:123456789012:instance/{UUID}/queue/{UUID}"
PLAIN = (
    "Sales", "sales 2", "a", "name", "Ünïcode 日本", "x@example.com", "ada@example.com", "+442079460002", "1", "42",
    "2027-12-25", "2027-12-25T09:00:00Z", "Europe/London", "en-GB", "https://example.com/a?b=c", "s3://bucket/key",
    "d-0123456789", "eu-central-1", "acme-2", "{}", "Abcdefg1", "$.Attributes.a", "0" * 64, UUID, ARN,
)  # fmt: skip
# Values that pass the first checks of an operation.
TELLING: Mapping[str, Sequence[Any]] = {
    "Content": (flow(), MODULE, "{}", VIEW, "Phrase\nOrder"),
    "Template": ("{}", '{"Head": {"Configuration": {"Layout": {"Columns": ["12"]}}}}'),
    "Function": (FUNCTION,),
    "FunctionArn": (FUNCTION_ARN,),
    "Actions": ([CATEGORY], ["Next"]),
    "Items": ([SECTION],),
    "LexV2Bot": (BOT,),
    "StorageConfig": (BUCKET,),
    "Origin": (ORIGIN, "https://other.example.com"),
    "Name": ("Sales", "Language", "Hello", "Better", "Title"),
    "FieldName": ("name", "Name", "description", "id"),
    "AttributeName": ("Language",),
    "AttributeValue": ("en", "de"),
    "TimeZone": ("Europe/London", "UTC", "Nowhere/Land"),
    "PhoneNumber": ("+442079460000", "+442079460003"),
    "EmailAddress": ("help@example.com", "sales@example.com"),
    "ReplicaRegion": ("eu-central-1", "us-east-1"),
    "FromDate": ("2027-12-24",),
    "ToDate": ("2027-12-26",),
    "TagKey": ("team",),
    "TagValue": ("a",),
    "Permissions": (["BasicAgentAccess"],),
}
# Members for ids with unusual names.
SAME_AS = {
    "Id": "TrafficDistributionGroupId",
    "DefaultOutboundQueueId": "QueueId",
    "ParentGroupId": "HierarchyGroupId",
    "AllowedAccessControlHierarchyGroupId": "HierarchyGroupId",
    "OutboundFlowId": "ContactFlowId",
    "FlowId": "ContactFlowId",
    "SelfAssignFlowId": "ContactFlowId",
    "FlowModuleId": "ContactFlowModuleId",
    "ResourceId": "PhoneNumberId",
    "OutboundCallerIdNumberId": "PhoneNumberId",
    "EntityArn": "ResourceArn",
    "TargetArn": "InstanceId",
}


def valid(shape: Shape | None, known: Known) -> st.SearchStrategy[dict[str, Any]]:
    """Requests that are valid in the model; many of their ids exist."""
    return st.just({}) if shape is None else _values(shape, "", known, 0)


def _values(shape: Any, name: str, known: Known, depth: int) -> st.SearchStrategy[Any]:
    kind = shape.type_name
    made: st.SearchStrategy[Any]
    if kind == "structure":
        made = _structures(shape, known, depth)
    elif kind == "list":
        made = _lists(shape, name, known, depth)
    elif kind == "map":
        keys, values = (_values(each, name, known, depth) for each in (shape.key, shape.value))
        made = st.dictionaries(keys, values, min_size=shape.metadata.get("min", 0), max_size=2)
    elif kind == "boolean":
        made = st.booleans()
    elif kind == "timestamp":
        made = st.just(datetime(2027, 12, 25, tzinfo=UTC))
    elif kind in NUMBERS:
        made = _numbers(shape)
    else:
        made = _strings(shape, name)
    telling = [each for each in _telling(name, known) if fits(shape, each)]
    return st.one_of(st.sampled_from(telling), st.sampled_from(telling), made) if telling else made


def _member(member: Any, name: str, known: Known, depth: int) -> st.SearchStrategy[Any]:
    values = _values(member, name, known, depth)
    return (
        values.filter(bool) if _place(member) == "uri" else values
    )  # an empty text between two slashes would be another path


def _later(member: Any, name: str, known: Known, depth: int) -> st.SearchStrategy[Any]:
    """A deferred strategy, because structures may be recursive."""
    return st.deferred(lambda: _member(member, name, known, depth))


def _telling(name: str, known: Known) -> Sequence[Any]:
    key = name.rpartition(".")[2]
    one = key.removesuffix("s")
    ids = next(
        (
            known[each]
            for each in (key, one, SAME_AS.get(key, key), key[:1].upper() + key[1:])
            if each in known
        ),
        (),
    )
    return [*ids, *TELLING.get(key, ())]


def _structures(shape: Any, known: Known, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    members = {name: _later(member, name, known, depth + 1) for name, member in shape.members.items()}
    if getattr(shape, "is_tagged_union", False):
        return st.one_of(*(st.fixed_dictionaries({name: each}) for name, each in members.items()))
    required = {name: members[name] for name in shape.required_members}
    optional = {name: each for name, each in members.items() if name not in required}
    return st.fixed_dictionaries(required, optional={} if depth >= DEEPEST else optional)


def _lists(shape: Any, name: str, known: Known, depth: int) -> st.SearchStrategy[list[Any]]:
    least = shape.metadata.get("min", 0)
    most = min(shape.metadata.get("max", 2), max(least, 0 if depth >= DEEPEST else 2))
    return st.lists(_values(shape.member, name, known, depth + 1), min_size=least, max_size=most)


def _numbers(shape: Any) -> st.SearchStrategy[Any]:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 1000)
    if shape.type_name in {"float", "double"}:
        return st.floats(least, most, width=32).map(lambda number: round(number, 2))
    return st.integers(least, most)


def _strings(shape: Any, name: str) -> st.SearchStrategy[str]:
    traits = shape.metadata
    if traits.get("enum"):
        return st.sampled_from(traits["enum"])
    least, most = traits.get("min", 0), min(traits.get("max", 300), 2000)
    long = ("x" * most, "9" * most, "x" * least, "9" * least)
    found = [each for each in (*PLAIN, *long) if fits(shape, each)]
    if not found:
        raise LookupError(f"nothing in the list of plain strings fits {name}: {traits}")
    return st.sampled_from(found)


def fits(shape: Any, value: Any) -> bool:
    """Whether a value is valid for a shape; only as deep as values from lists need."""
    kind, traits = shape.type_name, shape.metadata
    if kind == "structure":
        return isinstance(value, dict) and all(
            name in shape.members and fits(shape.members[name], item) for name, item in value.items()
        )
    if kind == "list":
        return isinstance(value, list) and all(fits(shape.member, item) for item in value)
    if kind in NUMBERS:
        return isinstance(value, int) and traits.get("min", value) <= value <= traits.get("max", value)
    if kind != "string" or not isinstance(value, str):
        return False
    return _string_fits(traits, value)


def _string_fits(traits: Mapping[str, Any], value: str) -> bool:
    pattern = java_pattern(traits["pattern"]) if "pattern" in traits else None
    return (
        traits.get("min", 0) <= len(value) <= traits.get("max", len(value))
        and (not traits.get("enum") or value in traits["enum"])
        and (pattern is None or pattern.fullmatch(value) is not None)
    )


MISSING = object()


@dataclass(frozen=True)
class Break:
    """One broken constraint: what is wrong, and where; `value` is the invalid value.

    botocore refuses some of them itself: then the `written` body is changed.
    """

    what: str
    path: tuple[str | int, ...]
    value: Any
    written: bool = False


def breaks(shape: Any, value: Mapping[str, Any]) -> list[Break]:
    """Every way to break one constraint of a valid request; members in the path of the URL cannot be missing."""
    missing = [
        Break("missing", (name,), MISSING)
        for name in shape.required_members
        if _place(shape.members[name]) != "uri"
    ]
    return missing + [
        each
        for name, item in value.items()
        for each in _breaks_of(shape.members[name], item, (name,))
        if _can_be_sent(_place(shape.members[name]), each)
    ]


def _can_be_sent(place: str, each: Break) -> bool:
    """Whether the invalid value reaches the sandbox: in a URL everything is text, and an empty text is another path."""
    if place == "body":
        return True
    return each.what != "wrong type" and (place != "uri" or bool(each.value))


def _place(member: Any) -> str:
    return str(member.serialization.get("location", "body"))


def _breaks_of(shape: Any, value: Any, path: tuple[str | int, ...]) -> Iterator[Break]:
    kind = shape.type_name
    inner: Mapping[str, Callable[..., Iterator[Break]]] = {
        "structure": _breaks_of_structure,
        "list": _breaks_of_list,
        "map": _breaks_of_map,
        "string": _breaks_of_string,
    }
    if kind in inner:
        yield from inner[kind](shape, value, path)
    elif kind in NUMBERS:
        yield Break("wrong type", path, "many", written=True)
        if "min" in shape.metadata:
            yield Break("too small", path, shape.metadata["min"] - 1)
        if "max" in shape.metadata:
            yield Break("too large", path, shape.metadata["max"] + 1)
    else:
        yield Break("wrong type", path, "perhaps", written=True)


def _breaks_of_structure(shape: Any, value: Any, path: tuple[str | int, ...]) -> Iterator[Break]:
    yield Break("wrong type", path, 7, written=True)
    if getattr(shape, "is_tagged_union", False):
        yield Break("empty union", path, {})
    for name in shape.required_members:
        yield Break("missing", (*path, name), MISSING)
    for name, item in value.items():
        yield from _breaks_of(shape.members[name], item, (*path, name))


def _breaks_of_list(shape: Any, value: Any, path: tuple[str | int, ...]) -> Iterator[Break]:
    yield Break("wrong type", path, "several", written=True)
    if shape.metadata.get("min", 0) > 0:
        yield Break("too few", path, [])
    most = shape.metadata.get("max", 1000)
    if value and most < 1000:
        yield Break("too many", path, [*value, *[value[0]] * (most + 1 - len(value))])
    for number, item in enumerate(value):
        yield from _breaks_of(shape.member, item, (*path, number))


def _breaks_of_map(shape: Any, value: Any, path: tuple[str | int, ...]) -> Iterator[Break]:
    yield Break("wrong type", path, [1], written=True)
    if "max" in shape.metadata and value:
        item = next(iter(value.values()))
        many = {f"key{number}": item for number in range(shape.metadata["max"] + 1)}
        yield Break("too many", path, many)
    for key, item in value.items():
        yield from _breaks_of(shape.value, item, (*path, key))


def _breaks_of_string(shape: Any, value: str, path: tuple[str | int, ...]) -> Iterator[Break]:
    traits = shape.metadata
    yield Break("wrong type", path, 7)
    if traits.get("enum"):
        yield Break("no such word", path, "NO_SUCH_WORD")
    if 0 < traits.get("max", 0) < 5000:
        yield Break("too long", path, "x" * (traits["max"] + 1))
    if traits.get("min", 0) > 0:
        yield Break("too short", path, value[: traits["min"] - 1])
    pattern = java_pattern(traits["pattern"]) if "pattern" in traits else None
    bad = [each for each in ("!", " ", "\x07", "\N{EURO SIGN}") if pattern and not pattern.fullmatch(each)]
    if bad and len(bad[0]) >= traits.get("min", 0):
        yield Break("bad pattern", path, bad[0])


def broken(request: Mapping[str, Any], by: Break) -> dict[str, Any]:
    """The request with one value replaced or removed."""
    found: dict[str, Any] = _with(request, by.path, by.value)
    return found


def _with(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    head, *rest = path
    copy: Any = list(value) if isinstance(value, list) else dict(value)
    if rest:
        copy[head] = _with(copy[head], tuple(rest), new)
    elif new is MISSING:
        del copy[head]
    else:
        copy[head] = new
    return copy
