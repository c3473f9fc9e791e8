"""lightsail.certificate."""

from reconciler.testing import Change, Sample

NEVER = "AWS cannot change subject_alternative_names"

SAMPLE = Sample(
    name="staff-site",
    base={
        "domain_name": "staff.example.com",
        "subject_alternative_names": ["www.staff.example.com"],
        "tags": {"Team": "staff"},
    },
    changes=(
        Change("domain_name", "desk.example.com", refused="AWS cannot change domain_name"),
        Change("subject_alternative_names", ["help.staff.example.com"], refused=NEVER),
        Change("subject_alternative_names", None, refused=NEVER, label="taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(),
)
