"""Finds what an unfinished word of the command line can be."""

from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciler.stack import Stack

KEYED = ("--only", "--except", "--release")
"""Options whose value is `KIND/NAME`."""
BY_NAME = ("explain", "kinds")
"""Commands whose argument is a kind."""


def candidates(words: Sequence[str]) -> list[str]:
    """All values of the last word that begin as it does; `words` are those after the name of the program."""
    import typer

    from reconciler.cli import app

    *before, current = words
    command: Any = typer.main.get_command(app)
    given: list[str] = []
    for word in before:
        inner = getattr(command, "commands", {}).get(word)
        if inner is not None and not given:
            command = inner
        elif not word.startswith("-"):
            given.append(word)
    option = _option(command, before[-1]) if before else None
    return sorted(
        {each for each in _all(command, option, given, before, current) if each.startswith(current)}
    )


def _all(
    command: Any, option: Any, given: Sequence[str], before: Sequence[str], current: str
) -> Iterable[str]:
    """What may stand at the place of the last word, whatever it begins with."""
    if option is not None and not getattr(option, "is_flag", False):
        return _values(option, before, given)
    if current.startswith("-"):
        visible = (each for each in command.params if not getattr(each, "hidden", False))
        return [name for each in visible for name in each.opts if name.startswith("--")] + ["--help"]
    inner = getattr(command, "commands", {})
    if inner:
        return [name for name, each in inner.items() if not each.hidden]
    if command.name in BY_NAME:
        return _kinds(current)
    if command.name == "completion":
        return ["bash", "zsh", "fish"]
    if command.name == "show" and given:
        return _keys(given, before)
    if command.name == "accept" and given:
        return _keys_and_fields(given, before)
    return _stack_folders(current) if any(each.name == "stack_dir" for each in command.params) else []


def _option(command: Any, word: str) -> Any:
    """The option that a word names; None if it names none."""
    return next((each for each in command.params if word in each.opts and word.startswith("-")), None)


def _values(option: Any, before: Sequence[str], given: Sequence[str]) -> Iterable[str]:
    """The values of an option."""
    if "--env" in option.opts:
        return _environments(_folder(given))
    if any(name in KEYED for name in option.opts):
        return _keys(given, before)
    if "--flow" in option.opts:
        return _flows(given, before)
    words = getattr(getattr(option, "type_descriptor", None), "annotation", None)
    return [str(each.value) for each in words] if isinstance(words, type) and issubclass(words, Enum) else []


def _kinds(current: str) -> Iterable[str]:
    """Every kind, and the fields of the kind that is already written."""
    from reconciler.desired.resource_builder import RESERVED
    from reconciler.field_schema import fields_of
    from reconciler.kinds import known_kinds

    kinds = known_kinds()
    kind = ".".join(current.split(".")[:2])
    fields = (*fields_of(kinds[kind].model), *RESERVED) if kind in kinds else ()
    return [*kinds, *(f"{kind}.{name}" for name in fields)]


def _folder(given: Sequence[str]) -> Path:
    """The stack's directory: the first word that is a directory, or this one."""
    return next((Path(each) for each in given if Path(each).is_dir()), Path())


def _environments(folder: Path) -> Iterable[str]:
    """The environments of a stack."""
    import yaml

    try:
        header = yaml.safe_load((folder / "stack.yaml").read_text(encoding="utf-8"))
        return [str(each) for each in header["environments"]]
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError):
        return []


def _stack(given: Sequence[str], before: Sequence[str]) -> "Stack | None":
    """The stack that is being typed about; None if its files have mistakes."""
    from reconciler.desired import InvalidStack, load
    from reconciler.kinds import known_kinds

    folder = _folder(given)
    named = [word for option, word in pairwise(before) if option == "--env"]
    environment = next(iter([*named, *_environments(folder)]), None)
    try:
        return load(folder, environment, known_kinds())
    except InvalidStack:
        return None


def _keys(given: Sequence[str], before: Sequence[str]) -> Iterable[str]:
    """Every resource of the stack."""
    stack = _stack(given, before)
    return [str(key) for key in stack.resources] if stack else []


def _keys_and_fields(given: Sequence[str], before: Sequence[str]) -> Iterable[str]:
    """Every resource that the stack manages, and every field that its files set."""
    stack = _stack(given, before)
    managed = [each for each in stack.resources.values() if not each.existing] if stack else []
    return [
        *(str(each.key) for each in managed),
        *(f"{each.key}.{name}" for each in managed for name in each.settings),
    ]


def _flows(given: Sequence[str], before: Sequence[str]) -> Iterable[str]:
    """The name of every flow of the stack."""
    from reconciler.kinds import known_kinds

    kinds, stack = known_kinds(), _stack(given, before)
    return [key.name for key in stack.resources if kinds[key.kind].appearance.flow_in] if stack else []


def _stack_folders(current: str) -> Iterable[str]:
    """The directories that are stacks or may lead to one, below what is already written."""
    above = Path(current) if current.endswith("/") else Path(current).parent
    try:
        inner = [each for each in above.iterdir() if each.is_dir() and not each.name.startswith(".")]
    except OSError:
        return []
    return [str(each) for each in inner if (each / "stack.yaml").is_file() or any(each.glob("*/stack.yaml"))]
