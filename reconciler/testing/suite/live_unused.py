"""Checks what a kind declares for `reconciler unused`: the operations only read, and the rule looks at a live resource."""

from typing import Any

import pytest

from reconciler.aws.api import is_read
from reconciler.aws.botocore_names import service_and_operation
from reconciler.contract import Adapter, Considered
from reconciler.contract.unused import DAY
from reconciler.testing.doubles import RecordingApi
from reconciler.testing.shapes import operations_of
from reconciler.testing.stage import Stage
from reconciler.testing.tested import every_kind, played, sampled_kinds


@played("kind", every_kind)
def test_a_rule_for_what_is_unused_only_reads(adapter: Adapter[Any]) -> None:
    rule = adapter.unused
    if rule is None:
        pytest.skip("it declares no rule")
    calls = [service_and_operation(adapter.service.name, each) for each in rule.operations]
    assert [each for service, each in calls if each not in operations_of(service)] == []
    assert all(is_read(each) for _, each in calls)
    assert rule.summary


@played("kind", sampled_kinds)
def test_a_rule_for_what_is_unused_looks_at_a_live_resource(made: Stage) -> None:
    rule = made.adapter.unused
    if rule is None:
        pytest.skip("it declares no rule")
    sighting, called = made.the_one(), set[str]()
    api: Any = RecordingApi(made.api, called)
    now = api.wall()
    look = Considered(api, sighting, lambda: made.adapter.describe(api, sighting), {}, now - 30 * DAY, now)
    found = list(rule.look(look))
    assert all(each.what for each in found)
    assert len({each.part for each in found}) == len(found)
    assert called <= {*rule.operations}
