"""The kinds of resource that this installation knows: ours, and those that other packages add."""

import inspect
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reconciler import resources
from reconciler.contract import Adapter
from reconciler.declarations import BadDeclaration, BadKinds

GROUP = "reconciler.kinds"
"""The entry-point group in which a package names a tuple of adapter classes."""
OURS = str(Path(__file__).parent)

Listed = Sequence[type[Adapter[Any]]]


@dataclass(frozen=True)
class PackageKinds:
    """The kinds that one package defines, by name; `module` is the module that lists them."""

    module: str
    kinds: Mapping[str, Adapter[Any]]


@cache
def brought_kinds() -> Sequence[PackageKinds]:
    """The kinds by the package that defines them; ours come first.

    Raises:
        BadKinds: a package cannot be imported or declares something that cannot be, or two bring the same kind.
    """
    lists: dict[str, Listed] = {resources.__name__: resources.KINDS}
    problems: list[str] = []
    for point in entry_points(group=GROUP):
        try:
            lists[point.module] = (*lists.get(point.module, ()), *_loaded(point))
        except BadKinds as error:
            problems += error.lines
    problems += _twice(lists)
    if problems:
        raise BadKinds(problems)
    return [PackageKinds(name, {each.kind: each() for each in listed}) for name, listed in lists.items()]


@cache
def known_kinds() -> MappingProxyType[str, Adapter[Any]]:
    """Every adapter by its kind.

    Raises:
        BadKinds: a package cannot be imported or declares something that cannot be, or two bring the same kind.
    """
    return MappingProxyType({name: kind for each in brought_kinds() for name, kind in each.kinds.items()})


def _loaded(point: EntryPoint) -> Listed:
    """The adapter classes that another package lists.

    Raises:
        BadKinds: the package cannot be imported, or its list holds something else.
    """
    package = f"{point.dist.name} {point.dist.version}" if point.dist else point.module
    try:
        listed = point.load()
    except BadDeclaration as error:
        raise BadKinds([f"package {package}: {line}" for line in error.lines]) from error
    except Exception as error:
        raise BadKinds(
            [f"package {package}: {_place(error)}{type(error).__name__}: {_line(error)}"]
        ) from error
    if not isinstance(listed, Sequence) or not all(map(_is_kind, listed)):
        raise BadKinds([f"package {package}: {point.value}: expected a tuple of classes of kinds"])
    return listed


def _is_kind(each: Any) -> bool:
    return (
        inspect.isclass(each)
        and issubclass(each, Adapter)
        and hasattr(each, "kind")
        and not inspect.isabstract(each)
    )


def _place(error: Exception) -> str:
    """The file and the line of another package that an error comes from; empty if it comes from none."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: "
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [
        each for each in frames if not each.filename.startswith((OURS, "<")) and each.name == "<module>"
    ]
    return f"{theirs[-1].filename}:{theirs[-1].lineno}: " if theirs else ""


def _line(error: Exception) -> str:
    """The message of an error, in one line."""
    return " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())


def _twice(lists: Mapping[str, Listed]) -> Iterator[str]:
    """A line for each kind that two packages define."""
    first: dict[str, str] = {}
    for module, listed in lists.items():
        for each in listed:
            if each.kind in first:
                yield f"kind {each.kind}: both {first[each.kind]} and {module} define it"
            first.setdefault(each.kind, module)
