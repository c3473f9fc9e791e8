"""Paths on the command line are checked by the commands, with their own messages."""

from collections.abc import Iterator
from typing import Any

import typer.main

from reconciler import cli


def _parameters(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    for each in command.params:
        yield f"{name} {each.name}".strip(), each.type_descriptor
    for word, inner in getattr(command, "commands", {}).items():
        yield from _parameters(inner, f"{name} {word}".strip())


def test_no_path_is_refused_in_the_words_of_typer() -> None:
    found = dict(_parameters(typer.main.get_command(cli.app)))
    paths = {name: each.parameter_info for name, each in found.items() if "Path" in str(each.annotation)}
    assert {"once stack_dir", "once report", "daemon config", "sandbox state"} <= set(paths)
    assert [name for name, each in paths.items() if each.readable or each.exists or each.writable] == []
