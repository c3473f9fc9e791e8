"""For the picture of a stack: details of flows, numbers and instances, and the resources outside Amazon Connect that they use."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.appearance import Helper, Names
from reconciler.field_schema import leaves
from reconciler.interpolation import has_reference

FUNCTION = re.compile(r"arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:([A-Za-z0-9_-]+)")


def function_arn(text: str) -> str | None:
    """The ARN of a Lambda function without its version or alias; None if the text is not such an ARN."""
    found = FUNCTION.match(text)
    return found.group() if found else None


def function(arn: str) -> Helper:
    """The node of a Lambda function."""
    found = FUNCTION.match(arn)
    return Helper(f"lambda:{arn}", found[1] if found else arn, "Lambda function", title=arn)


def of_flow(settings: Mapping[str, Any]) -> Iterator[Helper]:
    """The Lambda functions that a flow invokes."""
    texts = (each for each in leaves(settings.get("content")) if isinstance(each, str))
    yield from map(function, sorted({arn for text in texts if (arn := function_arn(text))}))


def type_in_words(type_: str) -> str:
    """The type of a flow; empty for the most common type."""
    return "" if type_ == "CONTACT_FLOW" else type_.replace("_", " ").lower()


def number_in_words(settings: Mapping[str, Any], names: Names) -> Iterator[str]:
    """The number in the files, or the country and type of the number to claim."""
    del names
    number = settings.get("phone_number")
    type_ = str(settings.get("type", "")).replace("_", " ").lower().replace("did", "DID")
    yield str(number) if number else " ".join(filter(None, (settings.get("country_code"), type_)))


def of_instance(settings: Mapping[str, Any]) -> Iterator[Helper]:
    """The Lambda functions, bots and buckets of an instance."""
    for arn in _outside(settings.get("lambda_functions")):
        yield function(function_arn(arn) or str(arn))
    for bot in settings.get("lex_bots") or ():
        yield Helper(f"lex:{bot['name']}", bot["name"], "Lex bot")
    for arn in _outside(settings.get("lex_v2_bots")):
        yield Helper(
            f"lex:{arn}", str(arn).partition(":bot-alias/")[2] or str(arn), "Lex bot", title=str(arn)
        )
    for config in settings.get("storage_configs") or ():
        bucket = (config.get("s3_config") or {}).get("bucket_name")
        if bucket and not has_reference(bucket):
            yield Helper(f"s3.bucket/{bucket}", bucket, "Bucket", "storage", quiet=True)


def _outside(texts: Iterable[str] | None) -> Iterator[str]:
    """The texts that are not references; a reference is already an edge of the picture."""
    return (text for text in texts or () if not has_reference(text))
