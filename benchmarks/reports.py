"""`python -m benchmarks.reports [N]`: seconds that each format takes for a dry run with N updated users."""

import argparse
import time

from benchmarks.centre import Size, centre
from reconciler.applying import Result
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.diff import Difference
from reconciler.planning.plan import Action, Plan
from reconciler.reports.formats import FORMATS

REPEATS = 3


def drifted(users: int) -> PassReport:
    """A dry run in which three fields of every user differ."""
    stack = centre(Size(users))
    actions = {
        key: Action(
            key,
            "update",
            (
                Difference("routing_profile", "Basic Routing Profile", desired.settings["routing_profile"]),
                Difference(
                    "identity_info.first_name", "Old", desired.settings["identity_info"]["first_name"]
                ),
                Difference("security_profiles", ["Agent", "Admin"], desired.settings["security_profiles"]),
            ),
        )
        for key, desired in stack.resources.items()
        if key.kind == "connect.user"
    }
    results = {key: Result("waiting") for key in actions}
    return PassReport(stack, Options(dry_run=True), "pending", Plan(actions), results)


def main() -> None:
    """Measure each format, the best of a few times, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=10_000, help="updated users")
    users = parser.parse_args().number
    report = drifted(users)
    print(f"{users:,} updated users")
    for suffix, render in FORMATS.items():
        found = []
        for _ in range(REPEATS):
            started = time.perf_counter()
            text = render(report, ())
            found.append(time.perf_counter() - started)
        print(f"{suffix:6} {min(found):6.2f} s  {len(text) / 1e6:6.2f} million characters")


if __name__ == "__main__":
    main()
