"""`reconciler smoke` over the example contact centre."""

import shutil
from pathlib import Path

from tests.end_to_end.live_centre import live
from tests.end_to_end.test_smoke import DEV, results
from tests.end_to_end.typed import CENTRE


def test_a_contact_centre_is_checked(tmp_path: Path) -> None:
    stack = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    (stack / "smoke.yaml").write_text(
        "checks:\n  connect.queue:\n    '*': {agents: {at_least: 2}}\n    CustomerService: {agents: {at_least: 3}}\n"
        "environments:\n  dev: {checks: {connect.user: {admin: {exists: {skip: made later}}}}}\n"
    )
    with live() as centre:
        found = results(centre.type("smoke", stack, *DEV, "--json"))
        number = found["main_line flow"]
        assert (number["outcome"], number["seen"]) == ("passed", "MainFlow")
        assert found["CustomerService agents"]["outcome"] == "passed"
        few = found["PremiumSupportQueue agents"]
        assert (few["outcome"], few["expected"]) == ("failed", "2 or more agents")
        assert few["seen"] == "1 with the routing profile SalesAgentProfile"
        assert found["admin exists"]["reason"] == "made later"
        searches = [each.operation for each in centre.box.journal].count("SearchRoutingProfiles")
        assert found["UK Business Hours exists"]["outcome"] == "passed"
        centre.type("smoke", stack, *DEV, "--json")
        again = [each.operation for each in centre.box.journal].count("SearchRoutingProfiles")
        assert again - searches == 2  # once to find them, and once for all queues
