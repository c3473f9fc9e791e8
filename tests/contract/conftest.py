"""What `make test` plays of the contract suite for all kinds, and what for those of some services; `make contract` plays all."""

import pytest

from reconciler.kinds import known_kinds

IN_EVERY_RUN = frozenset({"connect", "dynamodb", "s3"})
"""Services whose kinds `make test` takes through all of the suite."""
SHORT = (
    "test_it_is_created_and_then_left_alone",
    "test_what_drifts_is_put_back",
    "test_it_is_pruned",
    "test_what_cannot_be_deleted",
    "test_a_create_whose_reply_is_lost",
    "test_its_sample",
)
"""Of all that plays in a sandbox, the tests that it plays for the kinds of other services."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
            continue
        in_sandbox = "stage" in item.fixturenames or item.path.name == "test_transitions_slice.py"
        words = {str(value).partition(" ")[0] for value in item.callspec.params.values()}
        services = {kind.partition(".")[0] for kind in words & known_kinds().keys()}
        if in_sandbox and not item.name.startswith(SHORT) and services and IN_EVERY_RUN.isdisjoint(services):
            item.add_marker(pytest.mark.whole)
