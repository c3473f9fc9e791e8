"""Loads a directory of YAML files into a typed and validated `Stack`, and reports all mistakes at once."""

from reconciler.desired.editor_schema import json_schema
from reconciler.desired.load import load
from reconciler.desired.mistakes import FilesChanging, InvalidStack, Mistake
from reconciler.desired.parsed import load_parsed

__all__ = ["FilesChanging", "InvalidStack", "Mistake", "json_schema", "load", "load_parsed"]
