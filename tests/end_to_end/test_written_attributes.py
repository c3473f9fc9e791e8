"""An attribute that is written in the files has this value, even if AWS shows another: the alias of a key."""

from typing import Any

import pytest

from tests.end_to_end.test_references_of_kinds import Harness, harness

assert harness
ONE, OTHER = "alias/data", "alias/another"


def stack(*aliases: str) -> dict[str, Any]:
    code = {"folder": "code"}
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {"assume_role_policy_document": {"Version": "2012-10-17", "Statement": [trust]}}
    function = {
        "code": code,
        "runtime": "python3.12",
        "handler": "app.handler",
        "role": "${iam.role:run}",
        "environment": {"variables": {"KEY": "${kms.key:data#alias}"}},
    }
    return {
        "iam__role": {"run": role},
        "kms__key": {"data": {"aliases": [*aliases], "policy": {"protect": False}}},
        "lambda__function": {"f": function},
    }


@pytest.fixture(autouse=True)
def _code(harness: Harness) -> None:
    (harness.folder / "code").mkdir()
    (harness.folder / "code" / "app.py").write_text("def handler(event, context): return event\n")


def environment(harness: Harness) -> dict[str, str]:
    found = harness.client("lambda").get_function(FunctionName="f")["Configuration"]
    return dict(found["Environment"]["Variables"])


def moved(harness: Harness) -> str:
    """Move the alias to a key of others, and give our key another one."""
    kms = harness.client("kms")
    (ours,) = (row["TargetKeyId"] for row in kms.list_aliases()["Aliases"] if row["AliasName"] == ONE)
    theirs = str(kms.create_key()["KeyMetadata"]["KeyId"])
    kms.create_alias(AliasName=OTHER, TargetKeyId=ours)
    kms.update_alias(AliasName=ONE, TargetKeyId=theirs)
    return theirs


def test_an_alias_that_points_elsewhere_changes_nothing_that_refers_to_it(harness: Harness) -> None:
    harness.settle(**stack("data"))
    theirs = moved(harness)
    for _ in range(2):
        report = harness.once(**stack("data"))
        assert report.outcome == "failed"
        assert [str(key) for key in report.plan.actions] == ["kms.key/data"]
        assert environment(harness) == {"KEY": ONE}
    rows = harness.client("kms").list_aliases(KeyId=theirs)["Aliases"]
    assert [row["AliasName"] for row in rows] == [ONE]


def test_nothing_gets_an_alias_that_its_key_does_not_have(harness: Harness) -> None:
    harness.settle(**stack("data"))
    moved(harness)
    harness.client("lambda").update_function_configuration(
        FunctionName="f", Environment={"Variables": {"KEY": "x"}}
    )
    harness.once(**stack("data"))
    assert environment(harness) == {"KEY": "x"}


def test_the_first_of_the_written_ones_counts(harness: Harness) -> None:
    harness.settle(**stack("data", "zoo"))
    (key,) = {
        row["TargetKeyId"] for row in harness.client("kms").list_aliases()["Aliases"] if "TargetKeyId" in row
    }
    harness.client("kms").create_alias(AliasName=OTHER, TargetKeyId=key)
    assert harness.once(**stack("data", "zoo")).outcome == "settled"
    assert environment(harness) == {"KEY": ONE}
