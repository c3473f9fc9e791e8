"""lightsail.database."""

from reconciler.testing import Change, Drift, Sample

UPDATE = ("UpdateRelationalDatabase",)
CANNOT, NEVER = "AWS cannot change", "AWS never changes"
TRUST = "log_bin_trust_function_creators"

SAMPLE = Sample(
    name="staff",
    base={
        "availability_zone": "eu-west-2a",
        "relational_database_blueprint_id": "mysql_8_0",
        "relational_database_bundle_id": "micro_2_0",
        "master_database_name": "staff",
        "master_username": "admin",
        "master_user_password": {"secret": {"ssm": "/sandbox/password"}},
        "preferred_backup_window": "16:00-16:30",
        "preferred_maintenance_window": "tue:17:00-tue:17:30",
        "backup_retention_enabled": True,
        "publicly_accessible": False,
        "ca_certificate_identifier": "rds-ca-rsa2048-g1",
        "parameters": {TRUST: "1"},
        "apply_immediately": True,
        "skip_final_snapshot": False,
        "tags": {"Team": "staff"},
    },
    changes=(
        Change("availability_zone", "eu-west-2b", refused=f"{CANNOT} availability_zone"),
        Change(
            "relational_database_blueprint_id",
            "mysql_8_4",
            UPDATE,
            one_way="AWS never goes back to an earlier version",
        ),
        Change(
            "relational_database_blueprint_id",
            "postgres_16",
            refused=f"{NEVER} relational_database_blueprint_id",
            label="another engine",
            drops=("parameters",),
        ),
        Change(
            "relational_database_bundle_id", "small_2_0", refused=f"{CANNOT} relational_database_bundle_id"
        ),
        Change("master_database_name", "people", refused=f"{NEVER} master_database_name"),
        Change("master_username", "owner", refused=f"{NEVER} master_username"),
        Change("preferred_backup_window", "18:00-19:00", UPDATE),
        Change("preferred_maintenance_window", "wed:17:00-wed:17:30", UPDATE),
        Change("backup_retention_enabled", False, UPDATE),
        Change("publicly_accessible", True, UPDATE),
        Change("ca_certificate_identifier", "rds-ca-ecc384-g1", UPDATE),
        Change("parameters", {TRUST: "0"}, ("UpdateRelationalDatabaseParameters",)),
        Change(
            "parameters",
            {TRUST: "1", "innodb_ft_min_token_size": "2"},
            ("UpdateRelationalDatabaseParameters",),
            "one more, after a reboot",
        ),
        Change("skip_final_snapshot", True, ("TagResource",)),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    misfits={"parameters: a map here, list there": "the request has a row for each parameter"},
    no_meaning=dict.fromkeys(
        ("relational_database_blueprint_id", "relational_database_bundle_id"), "it names an offer of AWS"
    ),
    drifts=(
        Drift("publicly_accessible", "update_relational_database", {"publiclyAccessible": True}),
        Drift(
            "parameters",
            "update_relational_database_parameters",
            {"parameters": [{"parameterName": TRUST, "parameterValue": "0", "applyMethod": "immediate"}]},
        ),
    ),
)
