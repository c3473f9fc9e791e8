"""The part of `reconciler export` that merges into files that are there."""

from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

    from reconciler.exporting.details import Details
    from reconciler.exporting.survey import Survey
    from reconciler.exporting.updating import Update
    from reconciler.observing.observer import ReadContext
    from reconciler.stack import Stack


def check_stack(out: Path) -> None:
    """Exit with an error if the directory is not one of a stack."""
    from reconciler.desired.files import is_header

    if not out.is_dir() or not any(is_header(each.name) for each in out.iterdir()):
        said = f"--out {out}: there is no stack.yaml; leave out --update for the first export"
        exit_with_errors([said], INVALID)


def stack_of(out: Path, env: str | None, verbose: int, owned_by: str | None, region: str) -> "Stack":
    """The stack that is updated; exits with an error if the command line means another one."""
    from reconciler.cli.stack_loading import load_stack

    stack = load_stack(out, env, verbose)
    if owned_by not in (None, stack.mark):
        exit_with_errors([f"--owned-by {owned_by}: the files in {out} are those of {stack.mark}"], INVALID)
    if region != stack.region:
        said = f"--region {region}: the files in {out} are for {stack.region}; name this Region"
        exit_with_errors([said], INVALID)
    return stack


def update_files(
    out: Path, stack: "Stack", found: "Survey", context: "ReadContext", *, defaults: bool
) -> None:
    """Merge into the files what lives."""
    from reconciler import console
    from reconciler.cli.edited_files import write_files
    from reconciler.exporting.acceptance import Seen
    from reconciler.exporting.updating import update_of
    from reconciler.observing.observer import observe

    keys = frozenset(key for key in found.observed if key in stack.resources)
    world = observe(stack, context, keys)
    made = update_of(Seen(stack, world, context.kinds, out), found, defaults=defaults)
    if made.invalid:
        exit_with_errors([*made.invalid, "nothing was written"], FAILED)
    write_files(out, made.files)
    console.deliver_lines(told_of_update(made, out, found.details))
    if found.unread:
        exit_with_errors([f"not everything could be read: {', '.join(found.unread)}"], FAILED)


def told_of_update(made: "Update", out: Path, details: "Details") -> "Iterable[Text]":
    """What was changed, and all that was not, with its reason."""
    from rich.text import Text

    from reconciler.cli.commands.export import details_of, sections
    from reconciler.reports.number_format import counted

    fields, resources = counted(len(made.changed), "field"), counted(len(made.added), "resource")
    yield Text(f"{out}: {fields} changed, {resources} added, {counted(len(made.files), 'file')} written")
    yield from sections(
        ("Changed", made.changed),
        ("Added", made.added),
        ("In the files, and not in AWS", made.gone),
        ("Not exported", [f"{place}: {why}" for place, why in made.left_out.items()]),
        details_of(details),
        ("Secrets to store before a pass creates these", made.secrets),
    )
