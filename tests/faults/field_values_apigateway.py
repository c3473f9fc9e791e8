"""The values of the kinds of API Gateway that need others beside them."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.apigateway_stage import ALL, CACHED
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

API = kind_values_of(known_kinds()["apigateway.rest_api"])
DOCUMENT = API.field_values("openapi").first
API_BY_PATH: Mapping[str, FieldValues | tuple[object, object]] = {
    **API.by_path,
    # An import gives a version to an API without one, because a document needs one.
    "openapi": replace(API.field_values("openapi"), beside={"version": "1"}),
    "kept_deployments": FieldValues(2, 3, beside={"publish": True, "openapi": DOCUMENT}),
}
STAGE = kind_values_of(known_kinds()["apigateway.stage"])
CACHE = {"cache_cluster_enabled": True}
LINE, LONGER_LINE = "$$context.requestId", "$$context.requestId $$context.status"
STAGE_BY_PATH: Mapping[str, FieldValues | tuple[object, object]] = {
    **STAGE.by_path,
    "tracing_enabled": FieldValues(True, False),
    "cache_cluster_size": replace(STAGE.field_values("cache_cluster_size"), beside=CACHE),
    "method_settings": FieldValues(
        {"*": {**ALL, "logging_level": "INFO"}}, {"*": ALL, "GET /stamps": CACHED}, beside=CACHE
    ),
    "access_log_settings.format": FieldValues(LINE, LONGER_LINE, edges=()),
}
PLAN = kind_values_of(known_kinds()["apigateway.usage_plan"])
DAILY, WEEKLY, MONTHLY = ({"limit": 100, "period": each} for each in ("DAY", "WEEK", "MONTH"))
PLAN_BY_PATH: Mapping[str, FieldValues | tuple[object, object]] = {
    **PLAN.by_path,
    # Each period has offsets of its own.
    "quota.period": FieldValues(WEEKLY, MONTHLY, tops=True, edges=(DAILY,), without="quota"),
}
VALUES_BY_KIND: Mapping[str, KindValues] = {
    "apigateway.rest_api": replace(API, by_path=API_BY_PATH),
    "apigateway.stage": replace(STAGE, by_path=STAGE_BY_PATH),
    "apigateway.usage_plan": replace(PLAN, by_path=PLAN_BY_PATH),
}
