"""Reads the resources of a Terraform state as `terraform show -json` prints it.

Source: https://developer.hashicorp.com/terraform/internals/json-format (the values representation).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.terraform import Attributes

MAJOR = "1"
"""The major version of the format that is understood. Its minor versions only add members."""
DEEPEST = 100
"""How deep modules may lie within each other."""
WRITE = "write it with `terraform show -json > state.json`"


class NotAState(ValueError):
    """Raised if a text is no output of `terraform show -json` with a state."""


@dataclass(frozen=True)
class StateResource:
    """One instance of a resource or of a data source."""

    address: str
    """Its address in Terraform: `module.centre.aws_connect_queue.main["sales"]`."""
    type: str
    label: str
    """Its name in Terraform, with its index: `main-sales`."""
    is_data: bool = False
    values: Attributes = field(default_factory=dict)


def resources_in(text: str) -> list[StateResource]:
    """Every resource and data source in a state.

    Raises:
        NotAState: the text is something else.
    """
    try:
        state = json.loads(text)
    except RecursionError:
        raise NotAState(f"its values lie too deep within each other; {WRITE}") from None
    except ValueError as error:
        raise NotAState(f"this is not JSON ({error}); {WRITE}") from None
    if not isinstance(state, dict):
        raise NotAState(f"expected an object; {WRITE}")
    if "planned_values" in state:
        raise NotAState(f"this is a plan, not a state; {WRITE}")
    if "lineage" in state:
        raise NotAState(f"this is the state as Terraform stores it; {WRITE}")
    version = str(state.get("format_version", ""))
    if version.partition(".")[0] != MAJOR:
        told = f"format_version {version} is not known" if version else "it has no format_version"
        raise NotAState(f"{told}; {WRITE}")
    values = state.get("values")
    if not isinstance(values, dict):
        raise NotAState("the state is empty: it has no values")
    return list(_in_module(values.get("root_module"), 0))


def _in_module(module: Any, depth: int) -> Iterator[StateResource]:
    if not isinstance(module, dict) or depth > DEEPEST:
        return
    for each in _objects(module.get("resources")):
        values = each.get("values")
        if isinstance(values, Mapping) and isinstance(each.get("type"), str):
            address, name = str(each.get("address") or each["type"]), str(each.get("name") or "unnamed")
            index = each.get("index")
            label = name if index is None else f"{name}-{index}"
            yield StateResource(address, each["type"], label, each.get("mode") == "data", values)
    for inner in _objects(module.get("child_modules")):
        yield from _in_module(inner, depth + 1)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())
