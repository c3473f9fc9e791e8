"""`reconciler outputs`: prints the outputs of a stack for other programs."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.options import AsJson, Endpoint, Env, Fresh, Share, StackDir, Uncached, Verbose
from reconciler.cli.output_files import check_targets
from reconciler.cli.reading import announce_age, source_of
from reconciler.cli.stack_loading import load_cached

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "GITHUB_OUTPUT"
"""The environment variable with which GitHub Actions names the file for outputs."""


def outputs(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir = Path(),
    env: Env = None,
    as_json: AsJson = False,
    env_file: Annotated[
        Path | None, typer.Option(readable=False, help="Write NAME=value lines for the shell to this file.")
    ] = None,
    github_output: Annotated[
        bool, typer.Option("--github-output", help=f"Append them to the file that ${VARIABLE} names.")
    ] = False,
    fresh: Fresh = False,
    endpoint_url: Endpoint = None,
    no_cache: Uncached = False,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """Print the stack's `outputs:`, values of live resources for other programs."""
    from rich.text import Text

    from reconciler import console
    from reconciler.inventory.outputs import read_outputs
    from reconciler.inventory.outputs_text import plain_lines
    from reconciler.runtime.printable import json_text

    if env_file is not None:
        check_targets(stack_dir, [("--env-file", env_file, _is_ours)])
    file = _github_file() if github_output else None
    stack = load_cached(stack_dir, env, verbose, cached=not no_cache)
    if not stack.outputs:
        exit_with_errors(
            ['stack.yaml has no `outputs:`; write `outputs: {name: "${kind:name#attribute}"}`'], INVALID
        )
    source = source_of(stack, endpoint_url, share, cached=not no_cache, fresh=fresh)
    found = read_outputs(stack, source)
    if found.missing:
        lines = [f"outputs.{name}: {why}" for name, why in found.missing.items()]
        exit_with_errors([*lines, "nothing was written"], FAILED)
    announce_age(source, found.read, "some attributes" if source.asked_aws else "")
    _write(stack.mark, found.values, env_file, file)
    if as_json:
        console.deliver(json_text(found.values) + "\n")
    elif env_file is None and file is None:
        console.deliver_lines(Text(line) for line in plain_lines(found.values))


def _github_file() -> Path:
    """The file for outputs of GitHub Actions; exits with an error outside of a workflow."""
    named = os.environ.get(VARIABLE)
    if not named:
        said = f"--github-output: ${VARIABLE} is not set; GitHub Actions sets it in each step"
        exit_with_errors([said], INVALID)
    if not Path(named).is_file():
        exit_with_errors([f"--github-output: ${VARIABLE} names {named}, which is not a file"], INVALID)
    return Path(named)


def _is_ours(file: Path) -> bool:
    """Whether this command wrote a file, so that it may write it again."""
    from reconciler.inventory.outputs_text import BEGINNING

    try:
        with file.open("rb") as stream:
            return stream.read(len(BEGINNING)) == BEGINNING.encode()
    except OSError:
        return True  # the write will say what is wrong


def _write(mark: str, values: "Mapping[str, str]", env_file: Path | None, github: Path | None) -> None:
    from reconciler.inventory.outputs_text import env_file as as_env_file
    from reconciler.inventory.outputs_text import github_output as for_github
    from reconciler.runtime.atomic_write import write_whole

    try:
        if env_file is not None:
            write_whole(env_file, as_env_file(mark, values))
        if github is not None:
            with github.open("a", encoding="utf-8") as stream:
                stream.write(for_github(values))
    except OSError as error:
        exit_with_errors([f"the outputs could not be written: {error.filename}: {error.strerror}"], FAILED)
