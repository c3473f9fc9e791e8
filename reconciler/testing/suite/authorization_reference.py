"""Compares the IAM policy of each kind with the Service Authorization Reference."""

from typing import Any

from reconciler.contract import Adapter
from reconciler.kinds import known_kinds
from reconciler.testing.authorization import grants_of, knows, misfits
from reconciler.testing.cfn_lint import need_cfn_lint
from reconciler.testing.tested import KindsUnderTest, played, sampled_kinds


@played("kind", sampled_kinds)
def test_every_action_is_allowed_on_the_arns_that_iam_checks(
    adapter: Adapter[Any], under_test: KindsUnderTest
) -> None:
    need_cfn_lint()
    sample = under_test.sampled[adapter.kind]
    found = grants_of(adapter, sample, known_kinds())
    assert list(misfits(found)) == []
    assert {each.action for each in found if not knows(each.action)} == set(sample.newer_actions)
