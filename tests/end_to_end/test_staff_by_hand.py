"""Bad deeds by the AWS CLI in an account that staff_integration manages: each is named, all are repaired, and a destroy leaves nothing."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler.sandbox.server import serve
from tests.end_to_end.by_aws_cli import Hands, named_in
from tests.sandbox.aws_cli.installed import required_aws

ACCOUNT, REGION, SERVER = "123456789012", "ap-northeast-1", "staff-staging"
STACK = "desired_state/staff_integration"
BUCKET, DATABASE = f"{SERVER}-files-{ACCOUNT}", f"{SERVER}-database"
ALARM = (
    "--metric-name CPUUtilization --comparison-operator GreaterThanThreshold --evaluation-periods 3"
    " --contact-protocols Email --notification-triggers ALARM OK"
)
DEEDS: Mapping[tuple[str, ...], str] = {
    (f"lightsail.instance/{SERVER} public_ports",): (
        f"open-instance-public-ports --instance-name {SERVER} --port-info fromPort=3306,toPort=3306,protocol=tcp"
    ),
    (f"lightsail.instance/{SERVER} add_ons",): (
        f"disable-add-on --resource-name {SERVER} --add-on-type AutoSnapshot"
    ),
    (f"lightsail.instance/{SERVER} metadata_options",): (
        f"update-instance-metadata-options --instance-name {SERVER} --http-tokens optional"
    ),
    (f"lightsail.instance/{SERVER} tags",): f"untag-resource --resource-name {SERVER} --tag-keys Project",
    (f"lightsail.static_ip/{SERVER}-address attached_to",): (
        f"detach-static-ip --static-ip-name {SERVER}-address"
    ),
    (
        f"lightsail.database/{DATABASE} backup_retention_enabled",
        f"lightsail.database/{DATABASE} publicly_accessible",
    ): (
        f"update-relational-database --relational-database-name {DATABASE} --publicly-accessible"
        " --disable-backup-retention --apply-immediately"
    ),
    (f"lightsail.database/{DATABASE} parameters",): (
        f"update-relational-database-parameters --relational-database-name {DATABASE} --parameters"
        " parameterName=log_bin_trust_function_creators,parameterValue=0,applyMethod=immediate"
    ),
    (
        f"lightsail.bucket/{BUCKET} versioning",
    ): f"update-bucket --bucket-name {BUCKET} --versioning Suspended",
    (f"lightsail.bucket/{BUCKET} access_rules",): (
        f"update-bucket --bucket-name {BUCKET} --access-rules getObject=public,allowPublicOverrides=true"
    ),
    (f"lightsail.bucket/{BUCKET} resources_receiving_access",): (
        f"set-resource-access-for-bucket --bucket-name {BUCKET} --resource-name {SERVER} --access deny"
    ),
    (f"lightsail.alarm/{SERVER}-busy threshold",): (
        f"put-alarm --alarm-name {SERVER}-busy --monitored-resource-name {SERVER} --threshold 99 {ALARM}"
    ),
    (f"lightsail.alarm/{SERVER}-down",): f"delete-alarm --alarm-name {SERVER}-down",
    ("lightsail.contact_method/operators",): "delete-contact-method --protocol Email",
}
"""By what a plan must name, a new resource or a resource and its field: what somebody does."""
LOST = f"lightsail.instance/{SERVER}", f"lightsail.static_ip/{SERVER}-address"
DESTROYED = (
    "--also-protected",
    "--empty-buckets",
    "--yes",
    "staff-integration",
    *(word for lost in LOST for word in ("--release", lost)),
)


@pytest.mark.whole
def test_bad_deeds_are_named_and_repaired_and_a_destroy_leaves_nothing(tmp_path: Path) -> None:
    aws = required_aws()
    with serve(0, ACCOUNT) as server:
        hands = Hands(aws, server.url, REGION, STACK, tmp_path / "state", "staging")
        empty = hands.account(tmp_path / "empty")
        hands.settle()
        code, results = hands.type("smoke")
        assert (code, " 0 failed" in results) == (0, True), results
        before = hands.account(tmp_path / "before")

        for words in DEEDS.values():
            hands.by_hand(f"lightsail {words}")
        code, plan = hands.type("once", "--dry-run")
        assert (code, named_in(plan)) == (2, {name for names in DEEDS for name in names})
        hands.settle(len({name.partition(" ")[0] for names in DEEDS for name in names}))
        assert hands.account(tmp_path / "after") == before

        code, report = hands.type("destroy", *DESTROYED)
        assert code == 0, report
        assert hands.account(tmp_path / "destroyed") == empty
        # Lightsail makes the key pair itself, and the database has its last snapshot.
        key_pair, snapshot = hands.by_hand("lightsail get-active-names --query activeNames").split("\t")
        assert (key_pair, snapshot.startswith(f"{DATABASE}-final-")) == ("LightsailDefaultKeyPair", True)
