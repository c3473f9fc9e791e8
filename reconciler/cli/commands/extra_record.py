"""`reconciler extra record`: writes live resources that the files do not declare into the files."""

from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.extra_keys import ExtraKeys, check_declared, chosen, keys_of
from reconciler.cli.options import DiffOnly, Endpoint, Env, Share, StackDir, Uncached, Verbose
from reconciler.cli.reading import read_context
from reconciler.cli.stack_loading import load_stack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.text import Text

    from reconciler.exporting.updating import Update
    from reconciler.observing.observer import ReadContext
    from reconciler.stack import Key, Stack


def record(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir,
    keys: ExtraKeys,
    env: Env = None,
    dry_run: DiffOnly = False,
    endpoint_url: Endpoint = None,
    no_cache: Uncached = False,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """Write live resources into the files with their settings, like an export; the next pass adopts them."""
    from reconciler import console
    from reconciler.cli.edited_files import show_diff, write_files
    from reconciler.cli.updating_export import told_of_update
    from reconciler.exporting.details import Details

    wanted = keys_of(keys)
    stack = load_stack(stack_dir, env, verbose)
    check_declared(stack, wanted, "`reconciler accept` writes its live values")
    context = read_context(stack, endpoint_url, share, cached=not no_cache)
    made = recorded(stack, stack_dir, wanted, context)
    if dry_run:
        show_diff(made.files)
        return
    write_files(stack_dir, made.files)
    console.deliver_lines([*told_of_update(made, stack_dir, Details()), *of_others(made, stack_dir)])


def of_others(made: "Update", stack_dir: Path) -> "Iterable[Text]":
    """A line for each changed file that other environments have, too."""
    from rich.text import Text

    from reconciler.desired.repository import environments_of

    several = len(environments_of(stack_dir)) > 1
    return (Text(f"{path} is for the other environments, too") for path in (made.files if several else ()))


def recorded(stack: "Stack", stack_dir: Path, keys: "Sequence[Key]", context: "ReadContext") -> "Update":
    """The changed files with these resources; exits with an error if one of them cannot be written."""
    from reconciler.errors import CallError
    from reconciler.exporting.acceptance import Seen
    from reconciler.exporting.recording import record as record_resources
    from reconciler.observing.undeclared_reader import look_beside

    world = look_beside(stack, context)
    found = chosen(stack, keys, world, context)
    homes = sorted({str(each.scope) for each in found.values()})
    if len(homes) > 1:
        said = f"they live in different places ({', '.join(homes)}); name those of one place at a time"
        exit_with_errors([f"{' and '.join(map(str, keys))}: {said}"], INVALID)
    try:
        made = record_resources(Seen(stack, world, context.kinds, stack_dir), found, context)
    except CallError as error:
        exit_with_errors([f"a resource could not be read: {error}", "nothing was written"], FAILED)
    if made.invalid:
        exit_with_errors([*made.invalid, "nothing was written"], FAILED)
    return made
