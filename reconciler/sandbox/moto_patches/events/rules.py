"""Rules with their targets."""

from collections.abc import Sequence
from typing import Any

from moto.events.models import Rule

from reconciler.sandbox.moto_patches.events.buses import (
    PAGE,
    WRONG_TOKEN,
    Buses,
    Reply,
    Rows,
    absent,
    check_tags,
    invalid,
    name_of_bus,
)
from reconciler.sandbox.moto_patches.events.checks import check_pattern, check_schedule, check_target
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.moto_patches.policies import is_there
from reconciler.sandbox.sandbox_error import SandboxError

MOST_TARGETS = 5
NO_FAILURES: Reply = {"FailedEntryCount": 0, "FailedEntries": []}


class Rules(Buses):
    """The operations on rules and targets."""

    def rule(self, name: str, bus: str | None) -> Rule:
        """Return a rule of a bus; refuse one that does not exist."""
        found = self.bus(bus).rules.get(name)
        if found is None:
            raise absent(f"Rule {name} does not exist on EventBus {name_of_bus(bus)}.")
        return found

    def put(
        self, Name: str, EventBusName: str | None = None, Tags: Rows | None = None, **settings: Any
    ) -> Reply:
        """PutRule: creates a rule, or replaces all its settings; tags are only for a new one.

        Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
        """
        bus = self.bus(EventBusName)
        pattern, schedule = settings.get("EventPattern"), settings.get("ScheduleExpression")
        if not pattern and not schedule:
            raise invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
        if schedule and bus.name != "default":
            raise invalid("ScheduleExpression is supported only on the default event bus.")
        if schedule:
            check_schedule(schedule)
        if pattern:
            check_pattern(pattern)
        self._check_role(settings.get("RoleArn"))
        check_tags(Tags or [])
        there = bus.rules.get(Name)
        if there is not None:
            check_unmanaged(there)
        rule = self.put_rule(
            Name,
            settings.get("Description") or None,
            bus.name,
            pattern or None,
            settings.get("RoleArn"),
            schedule or None,
            settings.get("State"),
        )
        if there is None and Tags:
            self.tagger.tag_resource(rule.arn, Tags)
        return {"RuleArn": rule.arn}

    def show(self, Name: str, EventBusName: str | None = None) -> Reply:
        """DescribeRule."""
        return self.rule(Name, EventBusName).describe()

    def show_all(
        self,
        EventBusName: str | None = None,
        NamePrefix: str = "",
        NextToken: str | None = None,
        Limit: int = PAGE,
    ) -> Reply:
        """ListRules of one bus, sorted by name."""
        found = [each for name, each in self.bus(EventBusName).rules.items() if name.startswith(NamePrefix)]
        page, token = cut(found, lambda rule: str(rule.name), Limit, NextToken, WRONG_TOKEN)
        return {"Rules": [each.describe() for each in page], "NextToken": token}

    def drop(self, Name: str, EventBusName: str | None = None, Force: bool = False) -> None:
        """DeleteRule: refuses a rule with targets; a missing rule is accepted.

        Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
        """
        rule = self.bus(EventBusName).rules.get(Name)
        if rule is not None and not Force:
            check_unmanaged(rule)
        self.delete_rule(Name, name_of_bus(EventBusName))

    def enable(self, Name: str, EventBusName: str | None = None) -> None:
        """EnableRule."""
        rule = self.rule(Name, EventBusName)
        check_unmanaged(rule)
        rule.enable()

    def disable(self, Name: str, EventBusName: str | None = None) -> None:
        """DisableRule."""
        rule = self.rule(Name, EventBusName)
        check_unmanaged(rule)
        rule.disable()

    def aim(self, Rule: str, Targets: list[dict[str, Any]], EventBusName: str | None = None) -> Reply:
        """PutTargets: adds targets, or replaces those with the same id as a whole.

        Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
        """
        rule = self.rule(Rule, EventBusName)
        check_unmanaged(rule)
        for target in Targets:
            check_target(target)
            self._check_role(target.get("RoleArn"))
        together = {each["Id"] for each in (*rule.targets, *Targets)}
        if len(together) > MOST_TARGETS:
            text = "The requested resource exceeds the maximum number allowed."
            raise SandboxError("LimitExceededException", text)
        rule.put_targets([dict(each) for each in Targets])
        return NO_FAILURES

    def remove(
        self, Rule: str, Ids: list[str], EventBusName: str | None = None, Force: bool = False
    ) -> Reply:
        """RemoveTargets."""
        rule = self.rule(Rule, EventBusName)
        if not Force:
            check_unmanaged(rule)
        rule.remove_targets(Ids)
        return NO_FAILURES

    def show_targets(
        self, Rule: str, EventBusName: str | None = None, NextToken: str | None = None, Limit: int = PAGE
    ) -> Reply:
        """ListTargetsByRule, sorted by id."""
        found: Sequence[dict[str, Any]] = self.rule(Rule, EventBusName).targets
        page, token = cut(found, lambda target: str(target["Id"]), Limit, NextToken, WRONG_TOKEN)
        return {"Targets": page, "NextToken": token}

    def _check_role(self, arn: str | None) -> None:
        if arn is not None and not is_there(arn, self.account_id):
            raise invalid(f"Provided role '{arn}' cannot be assumed by principal 'events.amazonaws.com'.")

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags, but not to a rule that an AWS service manages."""
        self._check_managed(arn)
        super().tag_resource(arn, tags)

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        """Remove tags, but not from a rule that an AWS service manages."""
        self._check_managed(arn)
        super().untag_resource(arn, tag_keys)

    def _check_managed(self, arn: str) -> None:
        for bus in self.event_buses.values():
            for rule in bus.rules.values():
                if rule.arn == arn:
                    check_unmanaged(rule)


def check_unmanaged(rule: Rule) -> None:
    """Refuse to change a rule that an AWS service manages."""
    if rule.managed_by:
        text = f"Rule {rule.name} is managed by {rule.managed_by}; only that service can change it."
        raise SandboxError("ManagedRuleException", text)
