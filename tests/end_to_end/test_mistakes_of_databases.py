"""Mistakes in databases, buckets, certificates, load balancers, alarms and contact methods of Lightsail are found before the first call; similar valid files load."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.end_to_end.stacks_in_files import loaded
from tests.end_to_end.test_mistakes_of_networks import lines_of

DATABASE = {
    "relational_database_blueprint_id": "mysql_8_0",
    "relational_database_bundle_id": "micro_2_0",
    "master_database_name": "staff",
    "master_username": "admin",
}
BACKUP, MAINTENANCE = "preferred_backup_window", "preferred_maintenance_window"
BUNDLE, BLUEPRINT = "relational_database_bundle_id", "relational_database_blueprint_id"
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "bundle": ({BUNDLE: "micr_2_0"}, "there is no bundle micr_2_0 for databases; did you mean micro_2_0?"),
    "old-bundle": ({BUNDLE: "micro_0_5"}, "there is no bundle micro_0_5"),
    "size-alone": ({BUNDLE: "micro"}, "there is no bundle micro for databases; did you mean micro_2_0?"),
    "engine": ({BLUEPRINT: "mysql_5_6"}, "there is no blueprint mysql_5_6"),
    "other": ({BLUEPRINT: "oracle_19"}, "there is no blueprint oracle_19"),
    "password": ({"master_user_password": "in-the-files"}, "master_user_password"),
    "backup": ({BACKUP: "4pm-5pm"}, "expected hours in UTC such as 16:00-16:30"),
    "hour": ({BACKUP: "24:00-24:30"}, "expected hours in UTC such as 16:00-16:30"),
    "capital": ({MAINTENANCE: "Tue:17:00-Tue:17:30"}, "in small letters"),
    "short": ({MAINTENANCE: "tue:17:00-tue:17:20"}, "a window has at least 30 minutes"),
    "overlap": ({BACKUP: "16:00-17:10", MAINTENANCE: "tue:17:00-tue:17:30"}, "overlap; move one of them"),
    "midnight": ({BACKUP: "23:45-00:15", MAINTENANCE: "wed:00:00-wed:00:30"}, "overlap; move one of them"),
    "zone": ({"availability_zone": "eu-west-1a"}, "eu-west-2 has no Availability Zone eu-west-1a"),
    "user": ({"master_username": "seventeen_letters"}, "a name for mysql has up to 16 characters"),
    "word": ({"master_database_name": "1st"}, "with a letter first"),
    "value": ({"parameters": {"log_bin_trust_function_creators": "yes"}}, "is one of 0, 1"),
    "number": ({"parameters": {"log_bin_trust_function_creators": 1}}, "parameters"),
    "none": ({"parameters": {"log_bin_trust_function_creators": None}}, "AWS cannot clear this"),
    "nobody": ({"parameters": {"innodb_version": "9"}}, "AWS lets nobody change innodb_version"),
    "name_with_underscores": ({}, "2 to 255 of a-z, A-Z, 0-9 and -"),
    "later": ({BUNDLE: "micro_3_0", BLUEPRINT: "mysql_9_1"}, ""),
    "beside": ({BACKUP: "17:30-18:00", MAINTENANCE: "tue:17:00-tue:17:30"}, ""),
    "postgres": ({BLUEPRINT: "postgres_16", "parameters": {"any_of_theirs": "1"}}, ""),
}
ALARM = {
    "monitored_resource_name": "${lightsail.database:db#name}",
    "metric_name": "CPUUtilization",
    "comparison_operator": "GreaterThanThreshold",
    "threshold": 80.0,
    "evaluation_periods": 3,
}
ALARMS: dict[str, tuple[dict[str, Any], str]] = {
    "metric": (
        {"metric_name": "StatusCheckFailed"},
        "StatusCheckFailed is no metric of a database; these are:",
    ),
    "by-name": ({"monitored_resource_name": "db", "metric_name": "NetworkIn"}, "no metric of a database"),
    "nowhere": ({"monitored_resource_name": "far", "metric_name": "SwapUsage"}, "no metric of any resource"),
    "points": (
        {"metric_name": "DatabaseConnections", "datapoints_to_alarm": 4},
        "of 3 periods at most 3 are beyond the threshold",
    ),
    "long": ({"metric_name": "DiskQueueDepth", "evaluation_periods": 289}, "evaluation_periods"),
    "triggers": (
        {"metric_name": "NetworkReceiveThroughput", "notification_triggers": ["OK"]},
        "AWS needs ALARM among these",
    ),
    "far": ({"monitored_resource_name": "far", "metric_name": "StatusCheckFailed"}, ""),
    "first": ({}, ""),
    "second": ({}, ""),
    "third": ({}, "AWS has 2 alarms for one metric of a resource: first, second"),
}
METHODS: dict[str, tuple[dict[str, Any], str]] = {
    "mail": ({"protocol": "Email", "contact_endpoint": "ops"}, "expected an e-mail address"),
    "again": (
        {"protocol": "Email", "contact_endpoint": "a@example.com"},
        "is the same resource in AWS, Email",
    ),
    "text": (
        {"protocol": "SMS", "contact_endpoint": "+442071838750"},
        "AWS sends no text messages from eu-west-2",
    ),
}
BUCKETS: dict[str, tuple[dict[str, Any], str]] = {
    "Acme-Files": ({}, "AWS does not accept this name: expected 3 to 54 of a-z, 0-9 and -"),
    "acme.files": ({}, "AWS does not accept this name"),
    "bundle": ({"bundle_id": "tiny_1_0"}, "there is no bundle tiny_1_0 for buckets; there are small_1_0"),
    "later-size": (
        {"bundle_id": "huge_2_0"},
        "no bundle huge_2_0 for buckets; there are small_1_0, medium_1_0",
    ),
    "size-alone": ({"bundle_id": "small"}, "there is no bundle small for buckets"),
    "later": ({"bundle_id": "small_2_0"}, ""),
    "log": ({"access_log_config": {"enabled": True}}, "write the bucket that gets the log as destination"),
    "no-log": ({"access_log_config": {"enabled": False, "destination": "later"}}, "leave out destination"),
    "account": ({"readonly_access_accounts": ["me"]}, "the id of an AWS account, 12 digits"),
    "method": ({"cors_rules": [{"allowed_methods": ["PATCH"], "allowed_origins": ["*"]}]}, "allowed_methods"),
}
CERTIFICATES: dict[str, tuple[dict[str, Any], str]] = {
    "wildcard": ({"domain_name": "*.example.com"}, "without a wildcard"),
    "capital": ({"domain_name": "Example.com"}, "in small letters"),
    "scheme": ({"domain_name": "https://example.com"}, "expected a domain such as example.com"),
    "other": ({"subject_alternative_names": ["*.example.com"]}, "without a wildcard"),
    "itself": ({"subject_alternative_names": ["example.com"]}, "is in the certificate already"),
    "many": (
        {"subject_alternative_names": [f"{each}.example.com" for each in range(10)]},
        "expected 9 or fewer",
    ),
    "s": ({}, "2 to 254 of a-z"),
    "none": ({"domain_name": None}, "AWS cannot clear this"),
    "international": ({"domain_name": "xn--bcher-kva.example"}, ""),
}


def certified(**settings: Any) -> dict[str, Any]:
    row = {"certificate_name": "site", "certificate_domain_name": "example.com", **settings}
    return {"tls_certificates": [row]}


LOAD_BALANCERS: dict[str, tuple[dict[str, Any], str]] = {
    "port": ({"instance_port": 70_000}, "instance_port"),
    "path": ({"health_check_path": "health"}, "expected a path such as / or /health"),
    "policy": (
        {"tls_policy_name": "TLS-2016-09"},
        "there is no TLS policy TLS-2016-09; did you mean TLS-2016-08?",
    ),
    "cookie": (
        {"session_stickiness_lb_cookie_duration_seconds": 0},
        "session_stickiness_lb_cookie_duration_seconds",
    ),
    "wildcard": (certified(certificate_domain_name="*.example.com"), "without a wildcard"),
    "itself": (certified(certificate_alternative_names=["example.com"]), "is in the certificate already"),
    "twice": ({"tls_certificates": certified()["tls_certificates"] * 2}, "same"),
    "three": ({"tls_certificates": [*certified()["tls_certificates"] * 3]}, "expected 2 or fewer"),
    "absent": (
        {**certified(), "attached_certificate": "sight"},
        "tls_certificates has no sight; there are site",
    ),
    "none": (
        {"tls_certificates": [], "attached_certificate": "site"},
        "tls_certificates has no site; there are none",
    ),
    "detach": ({**certified(), "attached_certificate": None}, "AWS cannot clear this"),
    "redirect": (
        {**certified(), "https_redirection_enabled": True},
        "write its name as attached_certificate",
    ),
    "unknown": ({"attached_instances": ["web"]}, "web"),
    "newer": ({"tls_policy_name": "TLS-1-3-2027-01"}, ""),
    "by-hand": ({"https_redirection_enabled": True}, ""),
    "in-use": ({**certified(), "attached_certificate": "site", "https_redirection_enabled": True}, ""),
}


def test_each_mistake_of_load_balancers_is_named(tmp_path: Path) -> None:
    cases = {
        name: ({"instance_port": 80, **settings}, said) for name, (settings, said) in LOAD_BALANCERS.items()
    }
    found = lines_of(tmp_path, "lightsail.load_balancer", cases)
    assert {name for name, (_, said) in cases.items() if said} == found.keys()
    assert {name: line for name, line in found.items() if cases[name][1] not in line} == {}


def test_each_mistake_of_certificates_is_named(tmp_path: Path) -> None:
    cases = {
        name: ({"domain_name": "example.com", **settings}, said)
        for name, (settings, said) in CERTIFICATES.items()
    }
    found = lines_of(tmp_path, "lightsail.certificate", cases)
    assert {name for name, (_, said) in cases.items() if said} == found.keys()
    assert {name: line for name, line in found.items() if cases[name][1] not in line} == {}


def test_each_mistake_of_buckets_is_named(tmp_path: Path) -> None:
    cases = {
        name: ({"bundle_id": "small_1_0", **settings}, said) for name, (settings, said) in BUCKETS.items()
    }
    found = lines_of(tmp_path, "lightsail.bucket", cases)
    assert {name for name, (_, said) in cases.items() if said} == found.keys()
    assert {name: line for name, line in found.items() if cases[name][1] not in line} == {}


def test_each_mistake_of_alarms_is_named(tmp_path: Path) -> None:
    """The mistakes of several kinds are in one report."""
    resources = {
        "lightsail.database": {"db": DATABASE},
        "lightsail.alarm": {name: {**ALARM, **settings} for name, (settings, _) in ALARMS.items()},
        "lightsail.contact_method": {name: settings for name, (settings, _) in METHODS.items()},
    }
    with pytest.raises(InvalidStack) as wrong:
        loaded(tmp_path, resources)
    lines = str(wrong.value).splitlines()
    for kind, cases in (("alarm", ALARMS), ("contact_method", METHODS)):
        for name, (_, said) in cases.items():
            found = [line for line in lines if f"lightsail.{kind}/{name}" in line]
            assert bool(found) == bool(said), (name, found)
            assert not said or said in found[0], found


def test_each_mistake_is_named(tmp_path: Path) -> None:
    cases = {name: ({**DATABASE, **settings}, said) for name, (settings, said) in CASES.items()}
    found = lines_of(tmp_path, "lightsail.database", cases)
    assert {name for name, (_, said) in cases.items() if said} == found.keys()
    assert {name: line for name, line in found.items() if cases[name][1] not in line} == {}
    assert not any("in-the-files" in line for line in found.values())


def test_a_password_is_never_repeated(tmp_path: Path) -> None:
    with pytest.raises(InvalidStack) as wrong:
        loaded(
            tmp_path, {"lightsail.database": {"db": {**DATABASE, "master_user_password": "hunter2-hunter2"}}}
        )
    assert "hunter2" not in str(wrong.value)
