"""Checks what a kind declares for `reconciler smoke`: the operations, and that each check looks at a live resource."""

from typing import Any

import pytest

from reconciler.aws.api import is_read
from reconciler.aws.botocore_names import service_and_operation
from reconciler.contract import Adapter, Look
from reconciler.field_schema import fields_of
from reconciler.testing.doubles import RecordingApi
from reconciler.testing.shapes import operations_of
from reconciler.testing.stage import Stage
from reconciler.testing.tested import every_kind, played, sampled_kinds


@played("kind", every_kind)
def test_a_check_reads_unless_it_is_only_made_where_it_is_asked_for(adapter: Adapter[Any]) -> None:
    for name, check in adapter.checks.items():
        calls = [service_and_operation(adapter.service.name, each) for each in check.operations]
        assert [each for service, each in calls if each not in operations_of(service)] == [], name
        assert check.only_asked or all(is_read(each) for _, each in calls), name
        assert {"skip", "name", "time_limit"}.isdisjoint(fields_of(check.settings)), name


@played("kind", sampled_kinds)
def test_each_check_that_comes_with_the_kind_looks_at_a_live_resource(made: Stage) -> None:
    checks = {name: each for name, each in made.adapter.checks.items() if not each.only_asked}
    if not checks:
        pytest.skip("it declares no checks")
    sighting = made.the_one()
    for name, check in checks.items():
        called = set[str]()
        api: Any = RecordingApi(made.api, called)
        describe = lambda api=api: made.adapter.describe(api, sighting)  # noqa: E731 -- of this round
        found = check.look(
            Look(api, sighting, describe, {}, lambda _kind, id_: id_, {}, made.sample_sandbox.clock, 0.0)
        )
        assert found.what, name
        assert found.expected, name
        assert called <= {*check.operations}, name
