"""events.bus."""

from reconciler.testing import Change, Given, Sample, Settings

ACCOUNT = "123456789012"
BUS = f"arn:aws:events:eu-west-2:{ACCOUNT}:event-bus/orders"
DEAD, OTHER_DEAD = (f"arn:aws:sqs:eu-west-2:{ACCOUNT}:{each}" for each in ("dead", "others-dead"))
UPDATE = ("UpdateEventBus",)
PARTNER = "aws.partner/example.com/shop"


def letting(*actions: str) -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "shop",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
                "Action": [*actions],
                "Resource": BUS,
            }
        ],
    }


SAMPLE = Sample(
    name="orders",
    given=(
        Given("kms", "create_key", {}, "one_key", "KeyMetadata.Arn"),
        Given("kms", "create_key", {}, "another_key", "KeyMetadata.Arn"),
    ),
    base={
        "description": "Orders",
        "kms_key_identifier": "${one_key}",
        "dead_letter_config": {"arn": DEAD},
        "log_config": {"include_detail": "NONE", "level": "ERROR"},
        "bus_policy": letting("events:PutEvents"),
        "tags": {"Team": "shop"},
    },
    exempt={"event_source_name": "only a partner's bus, which has another name"},
    changes=(
        Change("description", "All orders", UPDATE),
        Change("description", None, UPDATE, "taken away"),
        Change("kms_key_identifier", "${another_key}", UPDATE),
        Change("kms_key_identifier", None, UPDATE, "taken away"),
        Change("dead_letter_config", {"arn": OTHER_DEAD}, UPDATE),
        Change("dead_letter_config", None, UPDATE, "taken away"),
        Change("log_config", {"include_detail": "FULL", "level": "TRACE"}, UPDATE),
        Change("log_config", None, UPDATE, "taken away"),
        Change("bus_policy", letting("events:PutEvents", "events:PutRule"), ("PutPermission",)),
        Change("bus_policy", None, ("RemovePermission",), "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    # UpdateEventBus takes no single setting, and PutPermission names the bus in another way: `test_live_buses` changes them by hand.
    drifts=(),
)
