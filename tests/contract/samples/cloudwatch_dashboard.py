"""cloudwatch.dashboard."""

import json
from typing import Any

from reconciler.testing import Change, Drift, Sample, Settings

PUT = ("PutDashboard",)
GRAPH: Settings = {
    "type": "metric",
    "x": 0,
    "y": 3,
    "width": 12,
    "height": 6,
    "properties": {
        "metrics": [["AWS/Lambda", "Errors", "FunctionName", "lookup", {"label": "${PROP('MetricName')}"}]],
        "region": "eu-west-2",
        "stat": "Sum",
        "period": 300,
    },
}
TEXT: Settings = {
    "type": "text",
    "x": 0,
    "y": 0,
    "width": 24,
    "height": 3,
    "properties": {"markdown": "# Shop"},
}


def body(*widgets: Settings, **more: Any) -> Settings:
    return {"start": "-PT6H", "periodOverride": "inherit", "widgets": list(widgets), **more}


SAMPLE = Sample(
    name="shop",
    base={"dashboard_body": body(TEXT, GRAPH), "tags": {"Team": "shop"}},
    changes=(
        Change("dashboard_body", body(TEXT), PUT, "one widget less"),
        Change("dashboard_body", body(TEXT, GRAPH, start="-PT3H"), PUT, "another time"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(Drift("dashboard_body", "put_dashboard", {"DashboardBody": json.dumps(body())}),),
)
