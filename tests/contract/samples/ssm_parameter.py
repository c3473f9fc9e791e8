"""ssm.parameter."""

from reconciler.testing import Change, Drift, Given, Sample, Settings

PUT = "PutParameter"
PASSWORD = {"secret": {"ssm": "/sandbox/password"}}


def expiring(year: int) -> list[Settings]:
    when = {"Timestamp": f"{year}-01-01T00:00:00.000Z"}
    return [{"Type": "Expiration", "Version": "1.0", "Attributes": when}]


SAMPLE = Sample(
    name="/shop/url",
    given=(
        Given("kms", "create_key", {}, "one_key", "KeyMetadata.KeyId"),
        Given("kms", "create_key", {}, "another_key", "KeyMetadata.KeyId"),
    ),
    base={
        "type": "String",
        "value": "https://example.com",
        "description": "Where the shop is",
        "allowed_pattern": "^https",
        "tier": "Advanced",
        "policies": expiring(2030),
        "data_type": "text",
        "tags": {"Team": "shop"},
    },
    needed={
        "type": "AWS requires it of a new parameter",
        "secure_value": "a parameter has this or a value; without both it is refused before the first call",
    },
    forms={
        "SecureString": {
            "type": "SecureString",
            "secure_value": PASSWORD,
            "key_id": "${one_key}",
            "description": "The password",
        },
        "standard": {"type": "String", "value": "x", "tier": "Standard"},
    },
    changes=(
        Change("type", "StringList", (PUT,)),
        Change("value", "https://example.org", (PUT,)),
        Change("description", "Elsewhere", (PUT,)),
        Change("description", None, (PUT,), "taken away"),
        Change("allowed_pattern", "^http", (PUT,)),
        Change("allowed_pattern", None, (PUT,), "taken away"),
        Change("tier", "Advanced", (PUT,), form="standard", one_way="AWS makes no standard parameter of it"),
        Change("policies", expiring(2031), (PUT,)),
        Change("policies", None, (PUT,), "taken away"),
        Change("data_type", "aws:ssm:integration", (PUT,)),
        Change("key_id", "${another_key}", (PUT,), form="SecureString"),
        Change("tags", {"Team": None, "Cost": "42"}, ("AddTagsToResource", "RemoveTagsFromResource")),
    ),
    drifts=(
        Drift("value", "put_parameter", {"Value": "https://example.net", "Overwrite": True}),
        Drift(
            "description",
            "put_parameter",
            {"Value": "https://example.com", "Description": "x", "Overwrite": True},
        ),
    ),
)
