"""Compares with botocore's model what a kind declares about contents of its resources that have no kind."""

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.aws.api import is_read
from reconciler.testing.addresses import address, operations
from reconciler.testing.tested import KindsUnderTest, played


def unmanaged(under_test: KindsUnderTest) -> Iterator[Any]:
    """Everything that a kind declares as contents without a kind."""
    for kind, adapter in under_test.kinds.items():
        for each in adapter.unmanaged:
            yield pytest.param(kind, each, id=f"{kind} {each.operation}")


@played("kind, of", unmanaged)
def test_a_list_of_contents_needs_only_the_address_and_has_the_declared_members(
    adapter: Any, of: Any
) -> None:
    model = operations(adapter)[of.operation]
    assert is_read(of.operation)
    assert set(model.input_shape.required_members) == address(adapter)
    (row,) = [each.member for each in model.output_shape.members.values() if each.type_name == "list"]
    assert set(of.named_by) <= row.members.keys()
    if of.made_by_aws:
        member, values = of.made_by_aws
        assert set(values) <= set(getattr(row.members[member], "enum", None) or [True, False])
