"""Metric filters and subscription filters of log groups."""

import fnmatch
from typing import Any

from moto.awslambda.utils import get_backend
from moto.logs.models import LogGroup

from reconciler.sandbox.moto_patches.logs.groups import (
    PAGE,
    Groups,
    Params,
    Reply,
    invalid,
    missing,
    now,
    wrong_token,
)
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.sandbox_error import SandboxError

# Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
MOST_METRIC_FILTERS = 100
MOST_SUBSCRIPTION_FILTERS = 2
MOST_DIMENSIONS = 3
# Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
WITHOUT_FILTERS = frozenset({"INFREQUENT_ACCESS", "DELIVERY"})
SYSTEM_DIMENSIONS = frozenset({"@aws.account", "@aws.region"})
SYSTEM_FIELDS = SYSTEM_DIMENSIONS | {"@source.log"}
METRIC_FILTER = (
    *("filterName", "filterPattern", "logGroupName", "metricTransformations"),
    *("applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions"),
)
SUBSCRIPTION_FILTER = (
    *("filterName", "filterPattern", "logGroupName", "destinationArn", "roleArn"),
    *("applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields"),
)


class Filters(Groups):
    """The operations on filters of log groups."""

    def put_metrics(self, logGroupName: str, filterName: str, **params: Any) -> None:
        """PutMetricFilter: creates or replaces the filter of this name.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
        """
        group = self.group(logGroupName)
        self._check_class(group)
        _check_metrics(params)
        filters = self.extras_of(group).metric_filters
        if filterName not in filters and len(filters) == MOST_METRIC_FILTERS:
            raise SandboxError("LimitExceededException", "Resource limit exceeded.")
        born = filters.get(filterName, {}).get("creationTime", now())
        given = {**params, "logGroupName": logGroupName, "filterName": filterName}
        filters[filterName] = {name: given[name] for name in METRIC_FILTER if name in given}
        filters[filterName]["creationTime"] = born

    def show_metrics(self, limit: int = PAGE, nextToken: str | None = None, **asked: Any) -> Reply:
        """DescribeMetricFilters, sorted by name; a prefix applies only together with a group.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html
        """
        if ("metricName" in asked) != ("metricNamespace" in asked):
            raise invalid("metricName and metricNamespace must be specified together.")
        groups = [self.group(asked["logGroupName"])] if "logGroupName" in asked else self.groups.values()
        prefix = asked.get("filterNamePrefix", "") if "logGroupName" in asked else ""
        metric = (asked.get("metricNamespace"), asked.get("metricName"))
        found = [
            row
            for group in groups
            for row in self.extras_of(group).metric_filters.values()
            if row["filterName"].startswith(prefix) and metric in {(None, None), _metric(row)}
        ]
        page, token = cut(found, _place, limit, nextToken, wrong_token())
        return {"metricFilters": page, "nextToken": token}

    def drop_metrics(self, logGroupName: str, filterName: str) -> None:
        """DeleteMetricFilter."""
        if self.extras_of(self.group(logGroupName)).metric_filters.pop(filterName, None) is None:
            raise missing("metric filter")

    def put_subscription(self, logGroupName: str, filterName: str, **params: Any) -> None:
        """PutSubscriptionFilter: creates or replaces the filter of this name.

        Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
        """
        group = self.group(logGroupName)
        self._check_class(group)
        _check_fields(params.get("emitSystemFields", ()), SYSTEM_FIELDS)
        before = group.subscription_filters.pop(filterName, None)
        try:
            self._subscribe(group, filterName, params)
        except Exception:
            if before is not None:
                group.subscription_filters[filterName] = before
            raise
        if before is not None:
            group.subscription_filters[filterName].creation_time = before.creation_time
        given = {**params, "logGroupName": logGroupName, "filterName": filterName}
        self.extras_of(group).subscription_filters[filterName] = {
            **{name: given[name] for name in SUBSCRIPTION_FILTER if name in given},
            "distribution": params.get("distribution", "ByLogStream"),
        }

    def show_subscriptions(
        self, logGroupName: str, filterNamePrefix: str = "", limit: int = PAGE, nextToken: str | None = None
    ) -> Reply:
        """DescribeSubscriptionFilters, sorted by name."""
        group = self.group(logGroupName)
        kept = self.extras_of(group).subscription_filters
        found = [
            {**each.to_json(), "roleArn": each.role_arn or None, **kept.get(each.name, {})}
            for each in group.subscription_filters.values()
            if each.name.startswith(filterNamePrefix)
        ]
        page, token = cut(found, _place, limit, nextToken, wrong_token())
        return {"subscriptionFilters": page, "nextToken": token}

    def drop_subscription(self, logGroupName: str, filterName: str) -> None:
        """DeleteSubscriptionFilter."""
        group = self.group(logGroupName)
        if group.subscription_filters.pop(filterName, None) is None:
            raise missing("subscription filter")
        self.extras_of(group).subscription_filters.pop(filterName, None)

    def _check_class(self, group: LogGroup) -> None:
        if self.extras_of(group).group_class in WITHOUT_FILTERS:
            raise SandboxError(
                "InvalidOperationException", "The operation is not valid on the specified resource."
            )

    def _subscribe(self, group: LogGroup, name: str, params: Params) -> None:
        """Store a filter in moto, which delivers events.

        Raises:
            SandboxError: there are two others already, or the destination does not exist.
        """
        if len(group.subscription_filters) == MOST_SUBSCRIPTION_FILTERS:
            raise SandboxError("LimitExceededException", "Resource limit exceeded.")
        pattern, arn, role = params["filterPattern"], params["destinationArn"], params.get("roleArn", "")
        service, what = (*arn.split(":"), *[""] * 6)[2:6:3]
        if service in {"firehose", "kinesis"} or (service == "logs" and what != "destination"):
            self.put_subscription_filter(
                group.name, name, pattern, arn, role
            )  # moto checks that the stream exists
            return
        if service == "lambda":
            self._check_function(group, arn, role)
        elif service != "logs":
            raise invalid(f"PutSubscriptionFilter has no destinations of the service '{service}'.")
        elif f":{self.account_id}:" in arn and arn not in self.destinations:
            raise missing("destination")
        group.put_subscription_filter(name, pattern, arn, role)

    def _check_function(self, group: LogGroup, arn: str, role: str | None) -> None:
        """Refuse a function that does not exist, or that CloudWatch Logs may not call for this group.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html (example 2)
        """
        if role:
            raise invalid("destinationArn for vendor lambda cannot be used with roleArn")
        try:
            function = get_backend(self.account_id, self.region_name).get_function(arn)
        except Exception:  # noqa: BLE001  moto has many error classes for missing functions
            function = None
        statements = function.policy.statements if function and function.policy else ()
        if not any(_lets_in(each, f"{group.arn}:*", self.account_id) for each in statements):
            raise invalid(
                "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to "
                "execute your function."
            )


def _lets_in(statement: Params, group: str, account: str) -> bool:
    """Return whether a statement of a function's policy allows CloudWatch Logs to call it for a group."""
    principal = statement.get("Principal", {})
    service = principal.get("Service", "") if isinstance(principal, dict) else principal
    conditions = {
        name.lower(): value
        for test in statement.get("Condition", {}).values()
        for name, value in test.items()
    }
    return (
        (service == "*" or (service.startswith("logs.") and service.endswith(".amazonaws.com")))
        and statement.get("Action") in {"lambda:InvokeFunction", "lambda:*", "*"}
        and conditions.get("aws:sourceaccount", account) == account
        and fnmatch.fnmatchcase(group, conditions.get("aws:sourcearn", group))
    )


def _check_metrics(params: Params) -> None:
    """Refuse an invalid metric filter.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
    """
    (wanted,) = params["metricTransformations"]
    dimensions, system = wanted.get("dimensions", {}), params.get("emitSystemFieldDimensions", ())
    _check_fields(system, SYSTEM_DIMENSIONS)
    if len(dimensions) + len(system) > MOST_DIMENSIONS:
        raise invalid(f"A metric filter can have at most {MOST_DIMENSIONS} dimensions.")
    if dimensions and "defaultValue" in wanted:
        raise invalid(
            "Invalid metric transformation: dimensions and default value are mutually exclusive properties."
        )
    if dimensions and not params["filterPattern"].lstrip().startswith(("{", "[")):
        raise invalid("The specified filter pattern does not support dimensions")


def _check_fields(given: Any, allowed: frozenset[str]) -> None:
    unknown = sorted(set(given) - allowed)
    if unknown:
        raise invalid(
            f"These are no system fields: {', '.join(unknown)}; valid are {', '.join(sorted(allowed))}"
        )


def _metric(row: Params) -> tuple[str, str]:
    (made,) = row["metricTransformations"]
    return made["metricNamespace"], made["metricName"]


def _place(row: Params) -> str:
    return f"{row['filterName']}\0{row['logGroupName']}"
