"""Compares each kind with AWS's schema of its CloudFormation type; each difference has a reason in the declaration."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest

from reconciler.contract import Adapter
from reconciler.testing.cfn_lint import need_cfn_lint
from reconciler.testing.cloudformation import Schema, actions_of
from reconciler.testing.tested import KindsUnderTest, played


def with_a_schema(under_test: KindsUnderTest) -> Iterable[str]:
    """Every kind that declares its CloudFormation type."""
    return [kind for kind, adapter in under_test.kinds.items() if adapter.cloudformation is not None]


@pytest.fixture
def schema(adapter: Adapter[Any]) -> Schema:
    """AWS's schema of the kind's type, from cfn-lint."""
    need_cfn_lint()
    return Schema.of(adapter)


def unexplained(here: Any, there: Any, reasons: Any) -> dict[str, list[str]]:
    """Differences without a reason, and reasons without a difference."""
    differ = set(here) ^ set(there)
    return {"without a reason": sorted(differ - set(reasons)), "needless": sorted(set(reasons) - differ)}


NOTHING: Mapping[str, list[str]] = {"without a reason": [], "needless": []}


@played("kind", with_a_schema)
def test_every_property_is_a_field_or_left_out_with_a_reason(schema: Schema) -> None:
    no_fields = {each for each in schema.properties if schema.field(each) is None}
    assert unexplained(no_fields, (), schema.declared.left_out) == NOTHING


@played("kind", with_a_schema)
def test_only_properties_that_exist_are_named(schema: Schema) -> None:
    fields = {*schema.adapter.model.model_fields, "name"}
    assert set(schema.declared.called) <= set(schema.properties)
    called = schema.declared.called.values()
    assert {name for each in called for name in ([each] if isinstance(each, str) else each)} <= fields


@played("kind", with_a_schema)
def test_fields_that_only_create_can_set_are_the_same(schema: Schema) -> None:
    here = schema.adapter.create.fixed | schema.adapter.create.write_only - schema.fields(
        schema.top("writeOnlyProperties")
    )
    there = schema.create_only - schema.adapter.create.write_only
    assert unexplained(here, there, schema.declared.fixed) == NOTHING


@played("kind", with_a_schema)
def test_fields_that_create_needs_are_the_same(schema: Schema) -> None:
    there = schema.fields(set(schema.content.get("required") or ()))
    assert unexplained(schema.adapter.create.needed, there, schema.declared.needed) == NOTHING


@played("kind", with_a_schema)
def test_fields_that_aws_never_shows_are_the_same(schema: Schema) -> None:
    there = schema.fields(schema.top("writeOnlyProperties"))
    assert unexplained(schema.adapter.create.write_only, there, schema.declared.write_only) == NOTHING


@played("kind", with_a_schema)
def test_the_policy_allows_the_actions_of_the_handlers(schema: Schema) -> None:
    ours = {each.lower() for each in actions_of(schema.adapter)}
    missing = {each for each in schema.permissions if each.lower() not in ours}
    matches = {
        pattern: {each for each in missing if fnmatchcase(each, pattern)}
        for pattern in schema.declared.not_granted
    }
    assert sorted(missing.difference(*matches.values())) == []
    assert [pattern for pattern, found in matches.items() if not found] == []
