"""lightsail.bucket."""

from reconciler.testing import Change, Drift, Given, Sample, Settings

UPDATE, ACCESS = ("UpdateBucket",), "SetResourceAccessForBucket"


def rule(*methods: str) -> Settings:
    return {
        "id": "app",
        "allowed_methods": [*methods],
        "allowed_origins": ["https://example.com"],
        "allowed_headers": ["x-staff"],
        "expose_headers": ["etag"],
        "max_age_seconds": 600,
    }


SAMPLE = Sample(
    name="acme-staff",
    given=(
        Given(
            "lightsail",
            "create_instances",
            {
                "instanceNames": ["web-one", "web-two"],
                "blueprintId": "ubuntu_22_04",
                "bundleId": "small_3_0",
                "availabilityZone": "eu-west-2a",
            },
        ),
        Given("lightsail", "create_bucket", {"bucketName": "acme-logs", "bundleId": "small_1_0"}),
        Given("lightsail", "create_bucket", {"bucketName": "acme-other-logs", "bundleId": "small_1_0"}),
    ),
    base={
        "bundle_id": "small_1_0",
        "access_rules": {"get_object": "private", "allow_public_overrides": False},
        "versioning": "Enabled",
        "readonly_access_accounts": ["123456789012"],
        "access_log_config": {"enabled": True, "destination": "acme-logs", "prefix": "staff/"},
        "cors_rules": [rule("GET")],
        "resources_receiving_access": ["web-one"],
        "tags": {"Team": "staff"},
    },
    changes=(
        Change(
            "bundle_id",
            "medium_1_0",
            ("UpdateBucketBundle",),
            one_way="AWS changes a bundle once in a month",
        ),
        Change("access_rules", {"get_object": "public", "allow_public_overrides": True}, UPDATE),
        Change("versioning", "Suspended", UPDATE),
        Change("readonly_access_accounts", ["123456789012", "210987654321"], UPDATE),
        Change("readonly_access_accounts", None, UPDATE, "taken away"),
        Change("access_log_config", {"enabled": True, "destination": "acme-other-logs"}, UPDATE),
        Change("access_log_config", None, UPDATE, "taken away"),
        Change("cors_rules", [rule("GET", "PUT")], UPDATE),
        Change("cors_rules", None, UPDATE, "taken away"),
        Change("resources_receiving_access", ["web-one", "web-two"], (ACCESS,), "one more"),
        Change("resources_receiving_access", ["web-two"], (ACCESS, ACCESS), "another"),
        Change("resources_receiving_access", None, (ACCESS,), "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    no_meaning={
        "bundle_id": "it names an offer of AWS",
        "cors_rules[].id": "people choose it",
    },
    drifts=(
        Drift("access_rules", "update_bucket", {"accessRules": {"getObject": "public"}}),
        Drift("versioning", "update_bucket", {"versioning": "Suspended"}),
    ),
)
