"""iam.service_linked_role."""

from reconciler.testing import Change, Drift, Sample

SAMPLE = Sample(
    name="connect.amazonaws.com/shop",
    base={"description": "For the shop", "tags": {"Team": "shop"}},
    changes=(
        Change("description", "For the till", ("UpdateRoleDescription",)),
        Change("description", None, ("UpdateRoleDescription",), "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagRole", "UntagRole")),
    ),
    drifts=(Drift("description", "update_role_description", {"Description": "by hand"}),),
)
