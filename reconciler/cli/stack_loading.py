"""Loads a stack for a command; every mistake in its files ends the program."""

from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.exits import INVALID, exit_with_errors
from reconciler.cli.user_folders import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.desired import InvalidStack
    from reconciler.desired.checks_file import Asked
    from reconciler.desired.costs_file import Volumes
    from reconciler.desired.surroundings import Reader
    from reconciler.stack import Stack


def load_stack(  # noqa: PLR0913 -- each says one thing of the load
    directory: Path,
    env: str | None,
    verbose: int,
    kept: Path | None = None,
    *,
    annotated: bool = False,
    beside: "Reader | None" = None,
    look_up: "Callable[[InvalidStack], InvalidStack] | None" = None,
    invalid: "Callable[[InvalidStack], str] | None" = None,
) -> "Stack":
    """Load the stack of a directory, or take it from the cache; exits with all mistakes in its files.

    With `annotated`, mistakes and warnings are annotations of a GitHub Actions workflow, on stdout. `look_up` completes
    mistakes with what AWS knows, and `invalid` gets them before the exit and returns what is to be said about that. `beside` reads another file with it, if the stack is not taken from the cache.
    """
    from reconciler import console
    from reconciler.cli.annotations import mistake_annotations, warning_annotations
    from reconciler.desired import InvalidStack, load_parsed
    from reconciler.kinds import known_kinds
    from reconciler.logs import configure

    configure(verbose)
    check_directory(directory)
    try:
        if kept is None:
            from reconciler.desired import load

            stack = load(directory, env, known_kinds(), beside=beside)
        else:
            stack = load_parsed(directory, env, known_kinds(), kept)
    except InvalidStack as found:
        error = look_up(found) if look_up else found
        why = invalid(found) if invalid else ""
        lines = mistakes_of(error) if error is found else mistakes_of(error, "nothing was changed")
        if annotated:
            console.deliver("".join(f"{line}\n" for line in mistake_annotations(directory, error)))
            exit_with_errors(lines[len(error.mistakes) :], INVALID)
        console.warn(error.warnings)
        exit_with_errors([*lines, why] if why else lines, INVALID)
    if annotated:
        console.deliver("".join(f"{line}\n" for line in warning_annotations(directory, stack.warnings)))
    else:
        console.warn(stack.warnings)
    return stack


def load_with_checks(
    directory: Path, env: str | None, verbose: int, *, annotated: bool = False
) -> "tuple[Stack, Asked]":
    """Load the stack of a directory, and its `smoke.yaml`; exits with all mistakes in both."""
    from reconciler.desired.checks_file import ChecksReader
    from reconciler.kinds import known_kinds

    reader = ChecksReader(known_kinds())
    return load_stack(directory, env, verbose, annotated=annotated, beside=reader), reader.asked


def load_with_volumes(directory: Path, env: str | None, verbose: int) -> "tuple[Stack, Volumes]":
    """Load the stack of a directory, and its `cost.yaml`; exits with all mistakes in both."""
    from reconciler.desired.costs_file import VolumesReader
    from reconciler.kinds import known_kinds

    reader = VolumesReader(known_kinds())
    return load_stack(directory, env, verbose, beside=reader), reader.volumes


def load_with_all(directory: Path, env: str | None, verbose: int, *, annotated: bool = False) -> "Stack":
    """Load the stack of a directory, with all files beside it; exits with the mistakes in all of them."""
    from reconciler.desired.checks_file import ChecksReader
    from reconciler.desired.costs_file import VolumesReader
    from reconciler.desired.surroundings import Readers
    from reconciler.kinds import known_kinds

    kinds = known_kinds()
    readers = Readers((ChecksReader(kinds), VolumesReader(kinds)))
    return load_stack(directory, env, verbose, annotated=annotated, beside=readers)


def load_header_of(directory: Path, env: str | None, verbose: int) -> "Stack":
    """Load a stack of which only the header has to be right; mistakes in other files are a remark.

    Exits with all mistakes if the header has one, or if the files could not be read to their end.
    """
    from reconciler import console
    from reconciler.desired import InvalidStack, load
    from reconciler.desired.files import is_header
    from reconciler.kinds import known_kinds
    from reconciler.logs import configure

    configure(verbose)
    check_directory(directory)
    try:
        stack = load(directory, env, known_kinds())
    except InvalidStack as error:
        wrong = any(is_header(each.place.file) for each in error.mistakes)
        if error.stack is None or error.more or wrong:
            exit_with_errors(mistakes_of(error), INVALID)
        number = len(error.mistakes)
        said = f"the files have {number} mistake{'s' if number > 1 else ''}, the first one at {error.mistakes[0].place}"
        console.announce(f"{said}; the resources of the stack are found by their marks")
        return error.stack
    console.warn(stack.warnings)
    return stack


def load_cached(directory: Path, env: str | None, verbose: int, *, cached: bool) -> "Stack":
    """Load the stack of a directory for a command that is to answer at once."""
    from reconciler.runtime.gc_tuning import collecting_nothing

    with collecting_nothing():
        return load_stack(directory, env, verbose, cache_folder() / "stacks" if cached else None)


def check_directory(directory: Path) -> None:
    """Exit with an error if the directory does not exist."""
    if not directory.is_dir():
        what = "this is a file" if directory.exists() else "there is no such directory"
        exit_with_errors([f"{directory}: {what}; a stack is a directory with a stack.yaml"], INVALID)


def mistakes_of(error: "InvalidStack", effect: str = "no call was made") -> list[str]:
    """Every mistake, a line each, and their number with its effect."""
    lines = [str(mistake) for mistake in error.mistakes]
    count = len(lines) + error.more
    lines += [f"... and {error.more} more"] if error.more else []
    return [*lines, f"{count} mistake{'s' if count > 1 else ''}; {effect}"]
