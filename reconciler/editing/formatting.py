"""Formats the files of a stack: the members of every mapping in a stable order."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reconciler.contract import Adapter
from reconciler.desired.discovery import Sources
from reconciler.desired.files import Folder, is_header
from reconciler.desired.mistakes import Mistakes
from reconciler.editing.ordering import in_order
from reconciler.editing.stack_order import order_of_files, order_of_header
from reconciler.editing.tree import BOM, Uneditable
from reconciler.stack import Place


def formatted(directory: Path, kinds: Mapping[str, Adapter[Any]]) -> dict[str, tuple[bytes, bytes]]:
    """The YAML files of a stack, by path: their bytes before and after. Nothing is written.

    Files that YAML refers to, such as flows, are not among them.

    Raises:
        InvalidStack: files that cannot be read as YAML, each with its place.
    """
    mistakes = Mistakes()
    folder = Folder(directory)
    sources = Sources(folder, mistakes)
    mistakes.raise_any()
    files, header = order_of_files(kinds), order_of_header(kinds)
    result = {}
    for path in sorted(sources.paths):
        before = folder.content(path)
        try:
            after = in_order(_text(before), header if is_header(path) else files)
        except Uneditable as error:
            mistakes.add(Place(path, 1, 1), f"this file cannot be formatted: {error}")
            continue
        result[path] = before, before[: len(before) - len(before.removeprefix(BOM))] + after.encode()
    mistakes.raise_any()
    return result


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig")
