"""`reconciler plan`: runs one pass without changing anything."""

from dataclasses import replace

from reconciler.cli.pass_command import make_pass
from reconciler.cli.pass_options import PassOptions, takes
from reconciler.cli.pass_target import Asks


@takes(PassOptions, "dry_run", "plan", "yes")
def plan(given: PassOptions) -> None:
    """Compare desired state with AWS, and show what `apply` would change; the same as `once --dry-run`."""
    make_pass(replace(given, dry_run=True), Asks.NEVER)
