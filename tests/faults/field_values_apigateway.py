"""The values of the kinds of API Gateway that need others beside them."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
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
VALUES_BY_KIND: Mapping[str, KindValues] = {"apigateway.rest_api": replace(API, by_path=API_BY_PATH)}
