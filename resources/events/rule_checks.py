"""What `reconciler smoke` checks of a rule.

Sources: DescribeRule, ListTargetsByRule (Amazon EventBridge API Reference).
"""

from collections.abc import Mapping

from reconciler.contract import Check, Look, Seen, state_check
from reconciler.model import Settings
from reconciler.resources.events.rule_changes import place_of

ENABLED = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
LISTS = "list_targets_by_rule"


def _disabled(written: Settings) -> str:
    return "the files disable it" if written.get("state") == "DISABLED" else ""


def _targets(look: Look) -> Seen:
    number = len(list(look.api.pages(LISTS, **place_of(look.sighting.address))))
    return Seen(number > 0, str(number) if number else "none", "one or more targets")


CHECKS: Mapping[str, Check] = {
    "state": state_check("State", ENABLED, "describe_rule", unless=_disabled),
    "targets": Check("has a target", _targets, (LISTS,), unless=_disabled),
}
