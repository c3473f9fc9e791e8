"""Shared by the operations of EC2: errors, tags in requests, filters and pages."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from moto.ec2.models import EC2Backend

from reconciler.sandbox.moto_patches.pages import cut_at
from reconciler.sandbox.sandbox_error import SandboxError

Params = Mapping[str, Any]
Reply = Mapping[str, Any]
Tags = dict[str, str]

MOST_TAGS = 50


def refused(code: str, text: str) -> SandboxError:
    """Return an error of EC2: https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html."""
    return SandboxError(code, text)


def invalid(text: str) -> SandboxError:
    """Return EC2's error for an invalid value."""
    return SandboxError("InvalidParameterValue", text)


def refuse_dry_run(params: Params) -> None:
    """Refuse a request with DryRun, as AWS does."""
    if params.get("DryRun"):
        text = "Request would have succeeded, but DryRun flag is set."
        raise SandboxError("DryRunOperation", text, http_status=412)


def tags_for(kind: str, params: Params) -> Tags:
    """Return the tags in a create request.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html
    """
    found: Tags = {}
    for specification in params.get("TagSpecifications") or ():
        named = specification.get("ResourceType")
        if named is None:
            raise invalid("Tag specification resource type must have a value")
        if named != kind:
            raise invalid(f"'{named}' is not a valid taggable resource type for this operation.")
        if not specification.get("Tags"):
            raise invalid("Tag specification must have at least one tag")
        for tag in specification["Tags"]:
            if tag.get("Key") in found:
                raise invalid(f"Duplicate tag key '{tag['Key']}' specified.")
            found[tag["Key"]] = tag.get("Value") or ""
    check_tags(found)
    return found


def check_tags(tags: Iterable[str]) -> None:
    """Refuse AWS's tag keys, and more than 50 tags.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
    """
    keys = list(tags)
    if any(key.lower().startswith("aws:") for key in keys):
        raise invalid("Tag keys starting with 'aws:' are reserved for internal use")
    if len(keys) > MOST_TAGS:
        raise refused("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")


def made_before(params: Params, made: Iterable[Any]) -> Any:
    """Return what an earlier request with the same ClientToken made, from objects that keep their request; None if nothing.

    Source: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
    """
    token = params.get("ClientToken")
    for each in made:
        asked: Params = vars(each).get("sandbox_asked") or {}
        if token and asked.get("ClientToken") == token:
            if asked != params:
                text = (
                    "The client token you have provided is associated with a request with other parameters."
                )
                raise SandboxError("IdempotentParameterMismatch", text)
            return each
    return None


def shown_tags(ec2: EC2Backend, resource_id: str) -> list[Mapping[str, str]]:
    """Return the tags of a resource in the form of replies."""
    return [{"Key": key, "Value": value} for key, value in ec2.tags.get(resource_id, {}).items()]


def page(key: str, items: Sequence[Any], params: Params) -> Reply:
    """Return the page for NextToken and MaxResults; without MaxResults all remaining items."""
    size = params.get("MaxResults") or len(items)
    found, token = cut_at(items, size, params.get("NextToken"), invalid("Unable to parse pagination token"))
    return {key: found, **({"NextToken": token} if token else {})}


Values = Callable[[Any], Iterable[Any]]


def value_of(name: str) -> Values:
    """The value of one member of a row, for a filter."""
    return lambda row: [row.get(name)]


def found_by(
    params: Params, items: Iterable[Any], known: Mapping[str, Values], tags: Callable[[Any], Tags]
) -> list[Any]:
    """Return the items that match one value of each filter in a request.

    By filter, `known` returns the values of an item. Values in filters may contain * and ?, and are case-sensitive.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
    """
    left = list(items)
    for each in params.get("Filters") or ():
        name = each.get("Name")
        values_of = _values_of(name, known, tags)
        wanted = [_pattern(value) for value in each.get("Values") or ()]
        left = [item for item in left if _matches(values_of(item), wanted)]
    return left


def _values_of(name: str | None, known: Mapping[str, Values], tags: Callable[[Any], Tags]) -> Values:
    if name is None:
        raise invalid("The filter 'null' is invalid")
    if name in known:
        return known[name]
    if name == "tag-key":
        return tags
    if name.startswith("tag:"):
        key = name.removeprefix("tag:")
        return lambda item: [tags(item)[key]] if key in tags(item) else []
    raise invalid(f"The filter '{name}' is invalid")


def _pattern(value: str) -> re.Pattern[str]:
    parts = re.split(r"(\\.|[*?])", value)
    wild = {"*": ".*", "?": "."}
    written = (wild.get(part) or re.escape(re.sub(r"\\(.)", r"\1", part)) for part in parts)
    return re.compile("".join(written), re.DOTALL)


def _matches(values: Iterable[Any], wanted: Sequence[re.Pattern[str]]) -> bool:
    texts = [
        str(value).lower() if isinstance(value, bool) else str(value) for value in values if value is not None
    ]
    return any(pattern.fullmatch(text) for pattern in wanted for text in texts)
