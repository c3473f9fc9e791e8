"""`reconciler kinds`: lists the kinds of resource with their fields."""

from typing import Annotated

import typer

from reconciler.cli.exits import INVALID, exit_with_errors


def kinds(
    kind: Annotated[str | None, typer.Argument(help="Only this kind.")] = None,
) -> None:
    """List every kind of resource with its fields."""
    from reconciler import console
    from reconciler.desired.phrases import did_you_mean
    from reconciler.kinds import known_kinds
    from reconciler.reports.kinds_list import kind_lines

    found = known_kinds()
    if kind is not None and kind not in found:
        near = did_you_mean(kind, found)
        exit_with_errors([f"no kind {kind}; there are {', '.join(sorted(found))}{near}"], INVALID)
    for adapter in found.values():
        if kind in (None, adapter.kind):
            console.deliver_lines(kind_lines(adapter))
