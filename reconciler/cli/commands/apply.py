"""`reconciler apply`: runs one pass that asks before it changes anything."""

from reconciler.cli.exits import INVALID, exit_with_errors
from reconciler.cli.pass_command import make_pass
from reconciler.cli.pass_options import ApplyOptions, takes
from reconciler.cli.pass_target import Asks


@takes(ApplyOptions, "dry_run", "out", "extra", "details")
def apply(given: ApplyOptions) -> None:
    """Show what would change, ask, and apply it; `once` is the same without the question."""
    make_pass(given, _asks(given))


def _asks(given: ApplyOptions) -> Asks:
    """When to ask; exits with an error if nobody can answer."""
    from reconciler import console

    if given.yes:
        return Asks.NEVER
    if given.plan is not None:
        return Asks.BEFORE_DELETES  # somebody has seen and approved it
    if given.as_json or given.quiet:
        option = "--json" if given.as_json else "--quiet"
        exit_with_errors([f"apply asks about the plan, and {option} does not show it; add --yes"], INVALID)
    if not console.can_ask():
        said = "apply asks before it changes anything, and there is no terminal for the answer; add --yes"
        exit_with_errors([f"{said}, or use `once`"], INVALID)
    return Asks.BEFORE_CHANGES
