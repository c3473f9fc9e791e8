"""`reconciler list`: shows what a stack owns in AWS."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.options import AsJson, Endpoint, Env, Fresh, Share, StackDir, Uncached, Verbose
from reconciler.cli.reading import announce_age, source_of
from reconciler.cli.stack_loading import load_cached

if TYPE_CHECKING:
    from reconciler.stack import Stack


def list_(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir = Path(),
    env: Env = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind; repeatable.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, with a heading.")] = False,
    fresh: Fresh = False,
    endpoint_url: Endpoint = None,
    no_cache: Uncached = False,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """List what the stack owns: ids, ARNs, key facts, states and console links."""
    from reconciler import console
    from reconciler.inventory.listing import managed, of_kinds, remembered_inventory
    from reconciler.inventory.rows_text import csv_text, inventory_data, plain_text, table_lines
    from reconciler.reports.number_format import counted
    from reconciler.runtime.printable import json_text

    if as_json and as_csv:
        exit_with_errors(["--json and --csv are two forms of one list; leave one of them out"], INVALID)
    stack = load_cached(stack_dir, env, verbose, cached=not no_cache)
    _check_kinds(kind or (), stack)
    source = source_of(stack, endpoint_url, share, cached=not no_cache, fresh=fresh)
    wanted = {key for key in managed(stack) if not kind or key.kind in kind}
    found = remembered_inventory(stack, source, wanted)
    rows = of_kinds(found.rows, kind or ())
    announce_age(source, found.read, counted(found.asked, "resource") if found.asked else "")
    if as_json:
        console.deliver(json_text(inventory_data(stack, rows)) + "\n")
    elif as_csv:
        console.deliver(csv_text(rows))
    elif console.is_terminal():
        console.deliver_lines(table_lines(rows))
    else:
        console.deliver(plain_text(rows))
    unreadable = [f"{row.key} {row.why}" for row in rows if row.state == "unreadable"]
    if unreadable:
        exit_with_errors(unreadable, FAILED)


def _check_kinds(kinds: "list[str] | tuple[()]", stack: "Stack") -> None:
    """Exit with an error if the stack has no resource of one of these kinds."""
    from reconciler.desired.phrases import did_you_mean, listed, quoted
    from reconciler.inventory.listing import managed

    known = sorted({key.kind for key in managed(stack)})
    lines = []
    for kind in kinds:
        if kind not in known:
            hint = did_you_mean(kind, known) or f"; its kinds are {listed(known)}"
            lines.append(f"--kind: the stack manages nothing of kind {quoted(kind)}{hint}")
    if lines:
        exit_with_errors(lines, INVALID)
