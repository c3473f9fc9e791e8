"""Selects the cases of the fault matrix for `make test`: the kinds of some services; `make contract` runs the others."""

import pytest

from reconciler.kinds import known_kinds

IN_EVERY_RUN = frozenset({"connect", "dynamodb", "s3"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name != "test_transitions_slice.py" or not isinstance(item, pytest.Function):
            continue
        params = item.callspec.params if hasattr(item, "callspec") else {}
        kinds = {str(value).partition(" ")[0] for value in params.values()} & known_kinds().keys()
        if kinds and IN_EVERY_RUN.isdisjoint(kind.partition(".")[0] for kind in kinds):
            item.add_marker(pytest.mark.whole)
