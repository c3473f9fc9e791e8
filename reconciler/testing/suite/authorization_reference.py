"""Each kind's actions are held against the Service Authorization Reference: a policy allows them where IAM checks them."""

from typing import Any

from reconciler.contract import Adapter
from reconciler.kinds import known_kinds
from reconciler.testing.authorization import grants_of, knows, misfits
from reconciler.testing.cfn_lint import need_cfn_lint
from reconciler.testing.tested import KindsUnderTest, played, sampled_kinds


@played("kind", sampled_kinds)
def test_every_action_is_allowed_on_what_iam_checks_it_against(
    adapter: Adapter[Any], under_test: KindsUnderTest
) -> None:
    need_cfn_lint()
    sample = under_test.sampled[adapter.kind]
    found = grants_of(adapter, sample, known_kinds())
    assert list(misfits(found)) == []
    assert {each.action for each in found if not knows(each.action)} == set(sample.newer_actions)
