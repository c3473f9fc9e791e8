"""Composite alarms: keeps every setting, and refuses what AWS refuses. No rule is ever evaluated."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moto.core.resource_tagging import TaggedResource

from reconciler.sandbox.moto_patches.cloudwatch_dashboards import Dashboards, check_tags, now
from reconciler.sandbox.moto_patches.cloudwatch_rules import ACTIONS, invalid

Params = Mapping[str, Any]

MOST_CHILDREN, MOST_ELEMENTS = 100, 500
NAME = r'(?:"(?:\\.|[^"\\])+"|[^\s(),"]+)'
STATE = "(?:ALARM|OK|INSUFFICIENT_DATA)"
NAMES = rf"{NAME}(?:\s*,\s*{NAME})*"
FUNCTION = re.compile(
    rf"\b{STATE}\s*\(\s*(?P<one>{NAME})\s*\)"
    rf"|\bAT_LEAST\s*\(\s*\d+%?\s*,\s*(?:NOT\s+)?{STATE}\s*,\s*\(\s*(?P<some>{NAMES})\s*\)\s*\)",
    re.IGNORECASE,
)
"""A function of a rule. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html"""
CONSTANT = re.compile(r"\b(?:TRUE|FALSE)\b", re.IGNORECASE)
REDUCED = re.compile(r"\(\s*1\s*\)|\bNOT\s+1|\b1\s+(?:AND|OR)\s+1\b", re.IGNORECASE)
"""A part of a rule that is an expression itself, if each function and constant in it is written as 1."""
SUPPRESSION = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")


class Composites(Dashboards):
    """The operations on composite alarms."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.composites: dict[str, dict[str, Any]] = {}

    def put_composite(self, AlarmName: str, Tags: list[dict[str, str]] | None = None, **params: Any) -> None:
        """PutCompositeAlarm: creates an alarm, or replaces all its settings except state and tags.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
        """
        if AlarmName in self.alarms:
            raise invalid(f"{AlarmName} is a metric alarm; an alarm of another type cannot have its name")
        self._check_rule(params["AlarmRule"])
        self._check_suppressor(params)
        for action in (action for name in ACTIONS for action in params.get(name, ())):
            if not action.startswith("arn:"):
                raise invalid(f"Invalid arn syntax: {action}")
        check_tags(Tags or [])
        arn = f"arn:{self.partition}:cloudwatch:{self.region_name}:{self.account_id}:alarm:{AlarmName}"
        before = self.composites.get(AlarmName)
        if before is None and Tags:
            self.tagger.tag_resource(arn, Tags)
        state = before or {
            "StateValue": "INSUFFICIENT_DATA",
            "StateReason": "Unchecked: Initial alarm creation",
            "StateUpdatedTimestamp": now(),
            "StateTransitionedTimestamp": now(),
        }
        self.composites[AlarmName] = {
            **{name: [] for name in ACTIONS},
            "ActionsEnabled": True,
            **params,
            **{name: value for name, value in state.items() if name.startswith("State")},
            "AlarmName": AlarmName,
            "AlarmArn": arn,
            "AlarmConfigurationUpdatedTimestamp": now(),
        }

    def parents_of(self, name: str, but: Sequence[str] = ()) -> list[str]:
        """The composite alarms whose rules name an alarm, without those in `but`."""
        arn = f":alarm:{name}"
        return [
            parent
            for parent, each in sorted(self.composites.items())
            if parent not in but and any(child == name or child.endswith(arn) for child in children(each))
        ]

    def drop_composites(self, names: Sequence[str]) -> None:
        """Check a request to delete alarms, and delete its composite alarm.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
        """
        found = [name for name in names if name in self.composites]
        if len(found) > 1:
            raise invalid("Only one composite alarm can be deleted in a request.")
        for name in names:
            users = self.parents_of(name)
            if users:
                listed = ", ".join(users)
                raise invalid(
                    f"Cannot delete {name} as there are composite alarm(s) depending on it: [{listed}]"
                )
        for name in found:
            self.tagger.delete_all_tags_for_resource(self.composites.pop(name)["AlarmArn"])

    def iter_arns(self) -> Iterator[str]:
        """The ARNs of all resources that have tags."""
        yield from super().iter_arns()
        yield from (each["AlarmArn"] for each in self.composites.values())

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Every resource with its tags, for the Resource Groups Tagging API."""
        yield from super().iter_tagged_resources()
        for each in self.composites.values():
            tags = self.tagger.get_tag_dict_for_resource(each["AlarmArn"])
            yield TaggedResource(arn=each["AlarmArn"], tags=tags, resource_type="cloudwatch:alarm")

    def _check_rule(self, rule: str) -> None:
        named = children({"AlarmRule": rule})
        reduced = CONSTANT.sub(" 1 ", FUNCTION.sub(" 1 ", rule))
        elements = len(named) + len(CONSTANT.findall(FUNCTION.sub("", rule))) + sum(map(reduced.count, "()"))
        if len({*named}) > MOST_CHILDREN or elements > MOST_ELEMENTS:
            raise invalid(f"AlarmRule has more than {MOST_CHILDREN} alarms or {MOST_ELEMENTS} elements")
        if re.search(r"\d", FUNCTION.sub("", rule)) or not _is_expression(reduced):
            raise invalid("AlarmRule must be a valid expression")
        missing = [name for name in named if not self._exists(name)]
        if missing:
            listed = ", ".join(missing)
            raise invalid(
                f"Could not save the composite alarm as alarms [{listed}] in the alarm rule do not exist"
            )

    def _check_suppressor(self, params: Params) -> None:
        given = [name for name in SUPPRESSION if name in params]
        if "ActionsSuppressor" not in params:
            if given:
                raise invalid(f"{given[0]} requires ActionsSuppressor")
            return
        if len(given) < len(SUPPRESSION):
            raise invalid(f"ActionsSuppressor requires {' and '.join(SUPPRESSION)}")
        if not self._exists(params["ActionsSuppressor"]):
            raise invalid(f"ActionsSuppressor {params['ActionsSuppressor']} does not exist")

    def _exists(self, name: str) -> bool:
        called = name.partition(":alarm:")[2] if name.startswith("arn:") else name
        return called in self.alarms or called in self.composites


def children(alarm: Params) -> list[str]:
    """The names or ARNs of the alarms that the rule of a composite alarm names."""
    found = (each["one"] or each["some"] for each in FUNCTION.finditer(alarm["AlarmRule"]))
    names = (name for some in found for name in re.findall(NAME, some))
    return [name[1:-1].replace('\\"', '"') if name.startswith('"') else name for name in names]


def _is_expression(reduced: str) -> bool:
    while True:
        shorter = REDUCED.sub(" 1 ", reduced)
        if shorter == reduced:
            return reduced.strip() == "1"
        reduced = shorter
