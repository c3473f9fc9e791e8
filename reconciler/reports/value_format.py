"""Formats one value for a report: short, on one line, never a secret."""

import json
from collections.abc import Mapping
from typing import Any

from reconciler.archives import Archive
from reconciler.aws.redaction import SECRETS
from reconciler.model import Secret
from reconciler.reports.number_format import counted

LONGEST = 72


def shown(value: Any, longest: int = LONGEST) -> str:
    """A value on one line; a long one is cut in the middle."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _plain(value)
    return shortened(SECRETS.text(text), longest)


def whole(value: Any) -> str:
    """A value on one line, whatever its length."""
    return SECRETS.text("(none)" if value is None else json.dumps(plain_data(value), ensure_ascii=False))


def effect_text(field: str, deletes: str, note: str) -> str:
    """The further effects of a difference, in words; empty if there are none."""
    gone = "deleted" if deletes == field else f"deletes {deletes}" if deletes else ""
    return "; ".join(each for each in (gone, note) if each)


def shortened(text: str, longest: int) -> str:
    """A text without its middle if it is too long."""
    if len(text) <= longest:
        return text
    half = (longest - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"


def plain_data(value: Any) -> Any:
    """A value as JSON data; a secret becomes the place where it is kept."""
    if isinstance(value, Secret | Archive):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(item) for item in value]
    return value


def _plain(value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, Secret | Archive):
        return str(value)
    if isinstance(value, Mapping) and "Actions" in value and isinstance(value["Actions"], list | Mapping):
        return f"(flow of {counted(len(value['Actions']), 'action')})"
    return json.dumps(plain_data(value), ensure_ascii=False)
