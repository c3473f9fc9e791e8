"""Which events a trail logs: event selectors, insights and aggregation."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox.moto_patches.cloudtrail.trails import Reply, Trails
from reconciler.sandbox.sandbox_error import SandboxError

EVERYTHING: Mapping[str, Any] = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}
"""The selector of a new trail, and the defaults of each selector.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
"""
MOST = 5
BASIC_TYPES = frozenset({"AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::S3::Object"})
ONLY_EQUALS = frozenset({"readOnly", "eventCategory", "resources.type"})
OPERATORS = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")


class Selectors(Trails):
    """The trails of one Region with their selectors."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.selected: dict[str, dict[str, Any]] = {}
        """By name: what has been put, by the member of the request."""

    def put_events(
        self,
        TrailName: str,
        EventSelectors: list[Any] | None = None,
        AdvancedEventSelectors: list[Any] | None = None,
    ) -> Reply:
        """PutEventSelectors: one sort replaces the other.

        Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
        """
        trail, found = self.trail(TrailName), self._selected(TrailName)
        if bool(EventSelectors) == bool(AdvancedEventSelectors):
            raise _invalid("You must specify either EventSelectors or AdvancedEventSelectors.")
        for said in (*_wrong_in(EventSelectors or []), *_wrong_in_advanced(AdvancedEventSelectors or [])):
            raise _invalid(said)
        found["EventSelectors"] = [{**EVERYTHING, **each} for each in EventSelectors or []]
        found["AdvancedEventSelectors"] = AdvancedEventSelectors or []
        return {"TrailARN": trail["TrailARN"], **self._events(TrailName)}

    def show_events(self, TrailName: str) -> Reply:
        """GetEventSelectors: a new trail logs all management events."""
        return {"TrailARN": self.trail(TrailName)["TrailARN"], **self._events(TrailName)}

    def _events(self, name: str) -> dict[str, Any]:
        found = self._found(name)
        if found.get("AdvancedEventSelectors"):
            return {"AdvancedEventSelectors": found["AdvancedEventSelectors"]}
        return {"EventSelectors": found.get("EventSelectors") or [dict(EVERYTHING)]}

    def put_insights(self, TrailName: str, InsightSelectors: list[Any], **_stores: Any) -> Reply:
        """PutInsightSelectors: an empty list turns insights off."""
        trail = self.trail(TrailName)
        self._selected(TrailName)["InsightSelectors"] = [
            {"EventCategories": ["Management"], **each} for each in InsightSelectors
        ]
        return {"TrailARN": trail["TrailARN"], "InsightSelectors": InsightSelectors}

    def show_insights(self, TrailName: str, **_stores: Any) -> Reply:
        """GetInsightSelectors.

        Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html
        """
        trail, found = self.trail(TrailName), self._found(TrailName).get("InsightSelectors")
        if not found:
            text = f"Trail {trail['TrailARN']} does not have Insights enabled."
            raise SandboxError("InsightNotEnabledException", text)
        return {"TrailARN": trail["TrailARN"], "InsightSelectors": found}

    def put_configuration(
        self, TrailName: str, AggregationConfigurations: list[Any] | None = None, **more: Any
    ) -> Reply:
        """PutEventConfiguration: only event data stores have a size and context keys."""
        trail = self.trail(TrailName)
        if more:
            raise SandboxError("InvalidParameterCombinationException", f"A trail has no {min(more)}.")
        self._selected(TrailName)["AggregationConfigurations"] = AggregationConfigurations or []
        return {"TrailARN": trail["TrailARN"], "AggregationConfigurations": AggregationConfigurations or []}

    def show_configuration(self, TrailName: str, **_stores: Any) -> Reply:
        """GetEventConfiguration."""
        found = self._found(TrailName).get("AggregationConfigurations", [])
        return {"TrailARN": self.trail(TrailName)["TrailARN"], "AggregationConfigurations": found}

    def drop(self, Name: str) -> Reply:
        self.selected.pop(self.trail(Name)["Name"], None)
        return super().drop(Name)

    def shown(self, trail: Mapping[str, Any]) -> Reply:
        found = self.selected.get(trail["Name"], {}) if trail["Name"] in self.kept else {}
        custom = found.get("AdvancedEventSelectors") or found.get("EventSelectors") not in (
            None,
            [dict(EVERYTHING)],
        )
        insights = bool(found.get("InsightSelectors"))
        return {**trail, "HasCustomEventSelectors": bool(custom), "HasInsightSelectors": insights}

    def _found(self, name: str) -> Mapping[str, Any]:
        return self.selected.get(self.trail(name)["Name"], {})

    def _selected(self, name: str) -> dict[str, Any]:
        return self.selected.setdefault(self.trail(name)["Name"], {})


def _invalid(text: str) -> SandboxError:
    return SandboxError("InvalidEventSelectorsException", text)


def _wrong_in(selectors: list[Any]) -> Iterator[str]:
    if len(selectors) > MOST:
        yield f"A trail has at most {MOST} event selectors."
    for each in selectors:
        if not each.get("IncludeManagementEvents", True) and not each.get("DataResources"):
            yield "A selector logs management events or data resources."
        for resource in each.get("DataResources", ()):
            if resource.get("Type") not in BASIC_TYPES:
                yield f"Event selectors have no resource type {resource.get('Type')}."


def _wrong_in_advanced(selectors: list[Any]) -> Iterator[str]:
    """Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html."""
    for each in selectors:
        fields = {row["Field"]: row for row in each["FieldSelectors"]}
        if "Equals" not in fields.get("eventCategory", {}):
            yield "An advanced event selector names the eventCategory with Equals."
        for name, row in fields.items():
            operators = [one for one in OPERATORS if row.get(one)]
            if not operators or (name in ONLY_EQUALS and operators != ["Equals"]):
                yield f"The field {name} has no operator that it takes."
        if len(fields) < len(each["FieldSelectors"]):
            yield "An advanced event selector names a field twice."
