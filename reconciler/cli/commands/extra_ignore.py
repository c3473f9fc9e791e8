"""`reconciler extra ignore`: adds entries to `ignore` in `stack.yaml`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.options import DiffOnly, StackDir
from reconciler.cli.stack_loading import load_stack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.stack import Stack


def ignore(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir,
    keys: Annotated[
        list[str],
        typer.Argument(
            help="The resources, as KIND/NAME with the name in AWS; * and ? are wildcards.",
            metavar="KEY...",
            show_default=False,
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why it is not reported.", show_default=False)],
    until: Annotated[
        str | None, typer.Option(help="The last day on which it is ignored, as YYYY-MM-DD in UTC.")
    ] = None,
    field: Annotated[
        str | None, typer.Option(help="Only this field of the stack's resources; * and ? are wildcards.")
    ] = None,
    dry_run: DiffOnly = False,
) -> None:
    """Leave resources or fields out of `plan --extra`: write them under `ignore` in stack.yaml."""
    from reconciler import console
    from reconciler.cli.edited_files import show_diff, write_files

    _check_options(reason, until)
    stack = load_stack(stack_dir, _any_environment(stack_dir), 0)
    _check_new(stack, keys, field)
    entries = [
        {
            name: value
            for name, value in (("resource", key), ("field", field), ("reason", reason), ("until", until))
            if value is not None
        }
        for key in keys
    ]
    files = _changed(stack_dir, stack, entries)
    if dry_run:
        show_diff(files)
        return
    write_files(stack_dir, files)
    lines = [f"ignored: {key}" for key in keys] + [f"written: {path}" for path in files]
    console.deliver("".join(f"{line}\n" for line in lines))


def _check_options(reason: str, until: str | None) -> None:
    """Exit with an error if an option has no sense: an empty reason, or a day that is none or has passed."""
    from datetime import UTC, datetime

    from reconciler.forms import day_problem

    if not reason.strip():
        exit_with_errors(["--reason: this is empty; write why it is not reported"], INVALID)
    problem = day_problem(until) if until is not None else ""
    if problem:
        exit_with_errors([f"--until {(until or '')[:80]}: {problem}"], INVALID)
    if until is not None and until < datetime.now(UTC).date().isoformat():
        said = "this day has passed, so the entry would have no effect; name a later one"
        exit_with_errors([f"--until {until}: {said}"], INVALID)


def _any_environment(stack_dir: Path) -> str | None:
    """The first environment of the stack: `ignore` is the same in all."""
    from reconciler.desired.repository import environments_of

    return next(iter(environments_of(stack_dir)), None) if stack_dir.is_dir() else None


def _check_new(stack: "Stack", keys: "Sequence[str]", field: str | None) -> None:
    """Exit with an error for each entry that is there already, or that is named twice."""
    there = {(each.resource, each.field): each.place for each in stack.ignore}
    lines = [f"{key}: {there[key, field]} has this entry already" for key in keys if (key, field) in there]
    lines += [f"{key}: named twice; name each once" for key in sorted({*keys}) if keys.count(key) > 1]
    if lines:
        exit_with_errors(lines, INVALID)


def _changed(
    stack_dir: Path, stack: "Stack", entries: "Iterable[dict[str, str]]"
) -> "dict[str, tuple[bytes, bytes]]":
    """The header before and after; exits with the mistakes that the entries would be."""
    from reconciler.desired import InvalidStack, load
    from reconciler.desired.variables import escaped
    from reconciler.editing.stack_edits import StackEdits
    from reconciler.editing.tree import Uneditable
    from reconciler.kinds import known_kinds

    edits = StackEdits(stack_dir, stack.environment)
    try:
        edits.add_ignored([{name: escaped(text) for name, text in each.items()} for each in entries])
    except Uneditable as error:
        exit_with_errors([f"{edits.header}: this file cannot be changed in place: {error}"], FAILED)
    files = edits.results()
    changed = {path: after for path, (_, after) in files.items()}
    try:
        load(stack_dir, stack.environment, known_kinds(), changed=changed)
    except InvalidStack as error:
        exit_with_errors([_without_place(str(each)) for each in error.mistakes], INVALID)
    return files


def _without_place(line: str) -> str:
    """A mistake of a new entry without its line, which is in no file: only the part after `ignore[N].`."""
    return line.partition("ignore[")[2].partition("].")[2] or line
