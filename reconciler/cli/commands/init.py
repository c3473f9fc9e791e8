"""`reconciler init`: writes the files of a first stack."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors

if TYPE_CHECKING:
    from reconciler.forms import Form

QUESTIONS = {
    "account": "The AWS account (12 digits)",
    "region": "The AWS Region",
    "env": "The environment",
    "name": "The name of the stack",
}
"""By option."""


def init(
    folder: Annotated[
        Path, typer.Argument(readable=False, help="The new directory of the stack, relative to this one.")
    ],
    account: Annotated[str | None, typer.Option(help="The AWS account of the first environment.")] = None,
    region: Annotated[str | None, typer.Option(help="Its AWS Region.")] = None,
    env: Annotated[str | None, typer.Option(help="Its name.", show_default="dev")] = None,
    name: Annotated[
        str | None, typer.Option(help="The name of the stack.", show_default="that of the directory")
    ] = None,
) -> None:
    """Write a first stack that validates, settings for the editor, and a workflow for GitHub Actions; overwrite nothing."""
    from reconciler import console
    from reconciler.cli.first_stack import lines_to_add, repository_files, stack_files
    from reconciler.desired import json_schema
    from reconciler.forms import stack_name_from
    from reconciler.kinds import known_kinds
    from reconciler.runtime.atomic_write import write_whole
    from reconciler.runtime.printable import json_text

    _check_folder(folder)
    defaults = {"env": "dev", "name": stack_name_from(folder.name)}
    given = {"account": account, "region": region, "env": env, "name": name}
    said = {option: _answer(option, word, defaults.get(option)) for option, word in given.items()}
    schema = json_text(json_schema(known_kinds())) + "\n"
    files = {
        folder / file: text
        for file, text in stack_files(said["name"], said["env"], said["account"], said["region"]).items()
    }
    there = [str(file) for file in files if _is_there(file)]
    if there:
        exit_with_errors(
            [f"{file}: this file already exists; nothing was written" for file in there], INVALID
        )
    beside = repository_files(folder.as_posix(), said["env"], schema)
    kept = [file for file in beside if _is_there(Path(file))]
    files |= {Path(file): text for file, text in beside.items() if file not in kept}
    for file, text in files.items():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, text)
        except OSError as error:
            exit_with_errors([f"{file}: this file cannot be written: {error.strerror}"], FAILED)
        console.announce(f"written: {file}")
    to_add = lines_to_add(folder.as_posix(), said["env"])
    for name_kept in kept:
        console.announce(f"not changed: {name_kept} already exists; {to_add[name_kept]}")
    console.announce(f"next: reconciler validate {folder}, then reconciler plan {folder}")


def _is_there(file: Path) -> bool:
    return file.exists() or file.is_symlink()


def _check_folder(folder: Path) -> None:
    """Exit with an error if the stack cannot be in this directory."""
    parts = [part for part in folder.parts if part != "."]
    if folder.is_absolute() or ".." in parts or not parts:
        exit_with_errors([f"{folder}: name a directory below this one, such as contact_center"], INVALID)
    if not all(re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", part) for part in parts):
        exit_with_errors(
            [f"{folder}: the name of a stack's directory has only letters, digits, -, _ and ."], INVALID
        )


def _answer(option: str, word: str | None, default: str | None) -> str:
    """The value of an option, or the answer on a terminal; exits with an error if there is none, or a wrong one."""
    from reconciler import console

    if word is None and console.can_ask():
        word = console.ask_word(QUESTIONS[option], default or "")
    word = default if word is None else word
    form = _form(option)
    if not word:
        exit_with_errors([f"--{option}: this is needed: {form.words}"], INVALID)
    problem = form.problem(word)
    if problem:
        exit_with_errors([f"--{option} {word[:80]}: {problem}"], INVALID)
    return word


def _form(option: str) -> "Form":
    """The form of an answer. `NAME-ENV` becomes the alias of an instance, so their forms are stricter than in `stack.yaml`."""
    from reconciler.forms import ACCOUNT_ID, REGION, Form

    return {
        "account": ACCOUNT_ID,
        "region": REGION,
        "env": Form("[a-z0-9]{1,10}", "1 to 10 of a-z and 0-9"),
        "name": Form("(?!d-)[a-z0-9](-?[a-z0-9]){0,31}", "1 to 32 of a-z, 0-9 and -"),
    }[option]
