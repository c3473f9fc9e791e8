"""Checks what a kind declares for `reconciler cost`: each charge has an amount, and each volume is part of one."""

from typing import Any

import pytest

from reconciler.contract import Adapter
from reconciler.field_schema import fields_of
from reconciler.testing.tested import every_kind, played


@played("kind", every_kind)
def test_each_charge_has_an_amount_and_each_volume_is_part_of_one(adapter: Adapter[Any]) -> None:
    if adapter.costs is None or not adapter.costs.charges:
        pytest.skip("it declares no charges")
    names = list(fields_of(adapter.costs.volumes))
    used = set[str]()
    for charge in adapter.costs.charges:
        settings = dict(adapter.defaults)
        assert charge.usage_of(settings), charge.what
        given = dict.fromkeys(names, 1.0)
        amount = charge.amount(settings, given)
        assert amount is not None, charge.what
        assert amount >= 0, charge.what
        assert (charge.amount(settings, {}) is not None) == charge.fixed, charge.what
        for name in names:
            if charge.amount(settings, {each: 1.0 for each in names if each != name}) is None:
                used.add(name)
    assert used == {*names}
