"""`reconciler once`: runs one pass."""

from reconciler.cli.pass_command import make_pass
from reconciler.cli.pass_options import PassOptions, takes
from reconciler.cli.pass_target import Asks


@takes(PassOptions)
def once(given: PassOptions) -> None:
    """Compare desired state with AWS, and apply the differences."""
    make_pass(given, Asks.NEVER if given.yes else Asks.BEFORE_DELETES)
