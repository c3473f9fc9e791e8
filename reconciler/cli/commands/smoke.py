"""`reconciler smoke`: checks that the resources of a stack work."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, SETTLED, exit_with_errors
from reconciler.cli.name_checks import refuse_idle
from reconciler.cli.options import (
    ACCOUNT,
    AccountId,
    AsJson,
    Endpoint,
    Env,
    Profile,
    Share,
    StackDir,
    Verbose,
)
from reconciler.cli.output_files import begins, check_targets
from reconciler.runtime.interrupts import INTERRUPTED

if TYPE_CHECKING:
    from reconciler.smoke.results import CheckResult, SmokeReport
    from reconciler.stack import Key, Stack


def smoke(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir = Path(),
    env: Env = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Check only KIND/NAME; * and ? are wildcards; repeatable.")
    ] = None,
    report: Annotated[
        list[Path] | None,
        typer.Option(
            readable=False, help="Write all results to this .json, .md, .xml or .txt file; repeatable."
        ),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(readable=False, help="Write all results to this file as JUnit XML.")
    ] = None,
    as_json: AsJson = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print no line for a check that passed.")
    ] = False,
    drills: Annotated[
        bool,
        typer.Option(
            "--drills", help="Also make the drills of smoke.yaml: they create copies, and remove them."
        ),
    ] = False,
    profile: Profile = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Apply the stack in the built-in sandbox, and check it there.")
    ] = False,
    account: AccountId = ACCOUNT,
    endpoint_url: Endpoint = None,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """Check that the stack's resources work: what comes with their kinds, and what smoke.yaml asks for."""
    from reconciler import console
    from reconciler.cli.smoke_target import SmokeTarget, checked
    from reconciler.cli.stack_loading import load_with_checks
    from reconciler.smoke.forms import as_json as in_json
    from reconciler.smoke.forms import result_line, summary_line

    if sandbox and profile is not None:
        exit_with_errors(["--sandbox needs no credentials; leave out --profile"], INVALID)
    files = _files(stack_dir, report or (), junit)
    stack, asked = load_with_checks(stack_dir, env, verbose)
    keys = _selected(stack, only or ())
    target = SmokeTarget(account if sandbox else None, endpoint_url, share, profile, drills)

    def told(one: "CheckResult") -> None:
        if not as_json and not (quiet and one.outcome == "passed"):
            console.show_at_once(result_line(one))

    found = checked(stack, asked, keys, target, told)
    if as_json:
        console.deliver(in_json(found))
    else:
        console.deliver_lines([summary_line(found)])
    _finish(found, files)


def _files(stack_dir: Path, report: Sequence[Path], junit: Path | None) -> "list[tuple[Path, str]]":
    """The files to write, each with the suffix that decides its form; exits with an error if one cannot be written."""
    from reconciler.smoke.forms import BEGINNINGS, FORMS

    *most, last = FORMS
    wrong = [
        f"--report {file}: results are written as its suffix says: {', '.join(most)} or {last}"
        for file in report
        if file.suffix.lower() not in FORMS
    ]
    if wrong:
        exit_with_errors(wrong, INVALID)
    found = [("--report", file, file.suffix.lower()) for file in report]
    found += [("--junit", junit, ".xml")] if junit else []
    targets = [
        (option, file, begins({file.suffix.lower(): BEGINNINGS[form]})) for option, file, form in found
    ]
    check_targets(stack_dir, targets)
    return [(file, form) for _, file, form in found]


def _selected(stack: "Stack", only: Sequence[str]) -> "frozenset[Key]":
    """The resources to check; exits with an error if a pattern names none."""
    from reconciler.pass_options import Options

    options = Options(only=tuple(only))
    refuse_idle(options.idle(stack.resources), stack.resources)
    return frozenset(key for key in stack.resources if options.selects(key))


def _finish(found: "SmokeReport", files: "Sequence[tuple[Path, str]]") -> None:
    """Write the files, and exit with the code of the results."""
    from reconciler.smoke.forms import write

    mistakes = []
    for file, form in files:
        try:
            write(found, file, form)
        except OSError as error:
            mistakes.append(f"the results could not be written: {file}: {error.strerror}")
    if mistakes:
        exit_with_errors(mistakes, FAILED)
    raise typer.Exit(INTERRUPTED if found.interrupted else SETTLED if found.right else FAILED)
