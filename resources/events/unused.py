"""When rules and event buses are candidates for removal.

Source: ListTargetsByRule, ListRules (Amazon EventBridge API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused


def _without_targets(look: Considered) -> Iterator[Evidence]:
    rule, shown = look.sighting.address, look.sighting.settings
    targets = look.api.pages("list_targets_by_rule", Rule=rule["Name"], EventBusName=rule["EventBusName"])
    if not list(targets):
        yield Evidence(f"0 targets; {shown.get('State', 'in an unknown state')}")


def _without_rules(look: Considered) -> Iterator[Evidence]:
    if not list(look.api.pages("list_rules", EventBusName=look.sighting.name)):
        yield Evidence("0 rules: no event that is sent to it has an effect")


RULE = Unused("it has no targets", _without_targets, ("list_targets_by_rule",))
BUS = Unused("it has no rules", _without_rules, ("list_rules",))
