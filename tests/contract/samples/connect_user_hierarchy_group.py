"""connect.user_hierarchy_group."""

from reconciler.testing import Change, Sample
from tests.contract.contract_around import in_instance

SAMPLE = Sample(
    name="Night shift",
    around=in_instance({"connect.user_hierarchy_group": {"London": {}, "Leeds": {}}}),
    base={"parent_group": "London", "tags": {"Team": "orders"}},
    forms={"at the top": {}},
    changes=(
        Change("parent_group", "Leeds", refused="AWS cannot change parent_group"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    # Only its name can be changed by other clients, and `test_a_resource_renamed_by_another_client_is_renamed_back` changes that.
    drifts=(),
)
