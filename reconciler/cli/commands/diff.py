"""`reconciler diff`: the plan as text in the form of a unified diff."""

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.cli.pass_command import make_pass
from reconciler.cli.pass_options import PassOptions, takes
from reconciler.cli.pass_target import Asks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.pass_report import PassReport


@takes(PassOptions, "all_stacks", "dry_run", "plan", "yes", "as_json", "full", "extra", "details")
def diff(given: PassOptions) -> None:
    """Print the plan as a diff of fields on stdout, for a pull request; otherwise like `plan`."""
    make_pass(replace(given, dry_run=True), Asks.NEVER, _as_diff)


def _as_diff(passed: "Sequence[PassReport]") -> str:
    from reconciler.reports.data import as_data
    from reconciler.reports.diff_text import as_diff

    return "".join(as_diff(as_data(each)) for each in passed)
