"""Loads a directory of YAML files into a typed and validated `Stack`, and reports all mistakes at once."""

from typing import TYPE_CHECKING, Any

from reconciler.desired.mistakes import FilesChanging, InvalidStack, Mistake
from reconciler.desired.parsed import load_parsed

if TYPE_CHECKING:
    from reconciler.desired.editor_schema import json_schema
    from reconciler.desired.loader import load

__all__ = ["FilesChanging", "InvalidStack", "Mistake", "json_schema", "load", "load_parsed"]


def __getattr__(name: str) -> Any:
    """Import what parses files when it is asked for: a command that takes the stack from the cache does not need it."""
    if name == "load":
        from reconciler.desired.loader import load  # noqa: PLC0415

        return load
    if name == "json_schema":
        from reconciler.desired.editor_schema import json_schema  # noqa: PLC0415

        return json_schema
    raise AttributeError(name)
