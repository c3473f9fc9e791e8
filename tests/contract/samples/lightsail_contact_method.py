"""lightsail.contact_method."""

from reconciler.testing import Change, Sample

SAMPLE = Sample(
    name="ops",
    base={"protocol": "Email", "contact_endpoint": "ops@example.com", "tags": {"Team": "staff"}},
    changes=(
        Change("contact_endpoint", "desk@example.com", refused="AWS cannot change contact_endpoint"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    needed={"protocol": "it is the name in AWS"},
    exempt={
        "protocol": "the Region of the tests sends no text messages; test_live_alarms.py uses another one"
    },
    drifts=(),
)
