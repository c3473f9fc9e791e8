"""The members of a kind's address, and its operations, according to botocore's model."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from botocore.model import OperationModel

from reconciler.contract import Adapter
from reconciler.kinds import known_kinds
from reconciler.testing.shapes import example_of, operations_of


def address(adapter: Adapter[Any]) -> set[str]:
    """The members of the address of a created resource."""
    create = operations(adapter)[adapter.create.operation]
    reply, request = example_of(create.output_shape), example_of(create.input_shape)

    def call(operation: str, **_: Any) -> Any:
        """A reply with every member, and a row in each list."""
        members = operations(adapter)[operation].output_shape.members
        return {
            name: [example_of(shape.member)] if shape.type_name == "list" else example_of(shape)
            for name, shape in members.items()
        }

    api = SimpleNamespace(account="123456789012", region="eu-west-2", partition="aws", call=call)
    found, _arn = adapter.created(api, dict.fromkeys(scope(adapter), "scope"), reply, request)
    return set(found)


def scope(adapter: Adapter[Any]) -> set[str]:
    """The members of the address that resources with the same parent share."""
    return address(known_kinds()[adapter.parent]) if adapter.parent else set()


def operations(adapter: Adapter[Any]) -> Mapping[str, OperationModel]:
    """Every operation of the service of a kind."""
    return operations_of(adapter.service.name)
