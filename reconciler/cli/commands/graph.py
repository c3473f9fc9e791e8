"""`reconciler graph`: draws a stack or one flow, from the files or with the result of a dry run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, REFUSED, exit_with_errors
from reconciler.cli.name_checks import check_only
from reconciler.cli.options import (
    ACCOUNT,
    AccountId,
    Endpoint,
    Env,
    Sandboxed,
    Share,
    StackDir,
    Uncached,
    Verbose,
)
from reconciler.cli.output_files import begins, check_targets
from reconciler.cli.pass_target import Asks, PassTarget, Shown
from reconciler.cli.report_files import EXITS
from reconciler.cli.run_pass import run_pass
from reconciler.cli.stack_loading import load_stack

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.pass_report import PassReport
    from reconciler.pictures.output import Drawing
    from reconciler.stack import Key, Stack

BEGINNINGS = {".svg": 'class="rcp"', ".mmd": "flowchart ", ".md": "\n```mermaid\n"}
"""A text near the beginning of each picture, by its suffix."""
SUFFIXES = tuple(BEGINNINGS)


def graph(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir = Path(),
    env: Env = None,
    flow: Annotated[str | None, typer.Option(help="Draw this flow instead of the whole stack.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            readable=False, help="Draw to FILE.svg, FILE.mmd (Mermaid) or FILE.md; else Mermaid on stdout."
        ),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Draw the surroundings of KIND/NAME; * and ? are wildcards.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Compare with AWS first, and show what would change.")
    ] = False,
    sandbox: Sandboxed = False,
    account: AccountId = ACCOUNT,
    endpoint_url: Endpoint = None,
    no_cache: Uncached = False,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """Draw the stack, or one flow, as SVG or Mermaid."""
    from reconciler.pass_options import Options

    if out is not None and out.suffix.lower() not in SUFFIXES:
        exit_with_errors(
            [f"--out {out}: pictures are drawn as {', '.join(SUFFIXES)}; give the file one of these endings"],
            INVALID,
        )
    if flow is not None and only:
        exit_with_errors(
            ["--only narrows the picture of the stack, and --flow draws one flow; leave one of them out"],
            INVALID,
        )
    if out is not None:
        check_targets(stack_dir, [("--out", out, begins(BEGINNINGS))])
    stack = load_stack(stack_dir, env, verbose)
    options = Options(dry_run=True, only=tuple(only or ()))
    check_only(stack, options)
    key = _flow(stack, flow) if flow is not None else None
    report = None
    if dry_run or sandbox:
        at, shown = account if sandbox else None, Shown(plan=False)
        where = PassTarget(at, endpoint_url, share, cached=not no_cache, asks=Asks.NEVER, shown=shown)
        report = run_pass(stack, Options(dry_run=True), where)
        if report.outcome == "refused":
            raise typer.Exit(REFUSED)
    around = [each for each in stack.resources if options.selects(each)] if options.only else None
    _put(_drawn(stack, report, key, around), out)
    raise typer.Exit(EXITS[report.outcome] if report else 0)


def _flow(stack: "Stack", name: str) -> "Key":
    """The flow of this name; exits with an error if there is none that can be drawn."""
    from reconciler.desired.phrases import did_you_mean, quoted
    from reconciler.kinds import known_kinds
    from reconciler.pictures.output import flow_of
    from reconciler.runtime.printable import one_line

    kinds = known_kinds()
    flows = {each.name: each for each in stack.resources if kinds[each.kind].appearance.flow_in}
    key = flows.get(name)
    if key is None:
        hint = did_you_mean(name, list(flows))
        exit_with_errors([one_line(f"--flow: no flow of the stack is called {quoted(name)}{hint}")], INVALID)
    if not flow_of(stack, key, kinds):
        place = stack.resources[key].place
        exit_with_errors(
            [f"--flow: the files do not contain the content of flow {quoted(name)} ({place})"], INVALID
        )
    return key


def _drawn(
    stack: "Stack", report: "PassReport | None", key: "Key | None", around: "Iterable[Key] | None"
) -> "Drawing":
    from reconciler.kinds import known_kinds
    from reconciler.pictures.output import draw_flow, draw_stack

    if key is None:
        return draw_stack(stack, report, around, known_kinds())
    return draw_flow(stack, report, key, known_kinds())


def _put(drawn: "Drawing", out: Path | None) -> None:
    """Write the picture to its file or stdout; its text goes to stdout."""
    from rich.text import Text

    from reconciler import console
    from reconciler.runtime.atomic_write import write_whole

    if out is None:
        console.deliver(drawn.mermaid)
        console.announce("that is Mermaid; --out FILE.svg draws SVG")
        return
    forms = {".svg": drawn.svg, ".mmd": drawn.mermaid, ".md": drawn.markdown}
    try:
        write_whole(out, forms[out.suffix.lower()])
    except OSError as error:
        exit_with_errors([f"the picture could not be written: {out}: {error.strerror}"], FAILED)
    for line in drawn.words:
        console.show([Text(line)])
    console.announce(f"drawn: {out}")
