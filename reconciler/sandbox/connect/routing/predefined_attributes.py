"""Predefined attributes: names and values for routing by skill. The name is the id; there is no ARN."""

from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.resource_types import PREDEFINED_ATTRIBUTE
from reconciler.sandbox.connect.core.stored_records import Record

operations = Operations()


def summarised(_instance: Instance, record: Record) -> dict[str, Any]:
    """Summarize an attribute."""
    return {"Name": record.name, **record.stamp()}


operations.describe("DescribePredefinedAttribute", PREDEFINED_ATTRIBUTE, "PredefinedAttribute")
operations.list_all(
    "ListPredefinedAttributes",
    PREDEFINED_ATTRIBUTE,
    "PredefinedAttributeSummaryList",
    view=summarised,
    most=100,
)
operations.search("SearchPredefinedAttributes", PREDEFINED_ATTRIBUTE, "PredefinedAttributes")
operations.delete("DeletePredefinedAttribute", PREDEFINED_ATTRIBUTE)


@operations.on_instance
def create_predefined_attribute(instance: Instance, Name: str, **settings: Any) -> Reply:
    """Create an attribute."""
    instance.add(PREDEFINED_ATTRIBUTE, Name, settings)
    return None


@operations.on_instance
def update_predefined_attribute(instance: Instance, Name: str, **changes: Any) -> Reply:
    """Replace the values, the purposes or the configuration in the request."""
    instance.change(instance.get(PREDEFINED_ATTRIBUTE, Name), changes)
    return None
