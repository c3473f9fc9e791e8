"""Passes that are limited to one field of a resource, or to one row of it."""

from typing import Any

import pytest
import typer

from reconciler.cli.name_checks import check_only
from reconciler.desired.loader import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import NamesNothing, Options
from tests.resources.live_harness import LiveHarness, fields

KEY = "connect.instance/acme"
FUNCTIONS = f"{KEY}#lambda_functions"
ARN = "arn:aws:lambda:eu-west-2:123456789012:function:"


def instance(*functions: str, **more: Any) -> dict[str, Any]:
    settings = {
        "identity_management_type": "CONNECT_MANAGED",
        "inbound_calls_enabled": True,
        "outbound_calls_enabled": True,
        "approved_origins": ["https://one.example.com"],
        "lambda_functions": [f"{ARN}{each}" for each in functions],
        "tags": {"Team": "orders"},
    }
    return {"connect.instance": {"acme": {**settings, **more}}}


def changed(*functions: str) -> dict[str, Any]:
    """The same with other functions, and with changes that a limited pass must not make."""
    return instance(
        *functions,
        outbound_calls_enabled=False,
        approved_origins=["https://two.example.com"],
        tags={"Team": "returns"},
    )


def called(harness: LiveHarness) -> list[tuple[str, str]]:
    return [(name, params.get("FunctionArn", "").rpartition(":")[2]) for name, params in harness.calls]


def test_only_the_field_is_changed(harness: LiveHarness) -> None:
    harness.settle(instance("a", "b"))
    before = len(harness.box.journal)
    report = harness.run(changed("b", "c"), only=(FUNCTIONS,))
    assert (report.outcome, fields(report)) == ("settled", ["lambda_functions"])
    assert called(harness) == [("AssociateLambdaFunction", "c"), ("DisassociateLambdaFunction", "a")]
    read = {each.operation for each in harness.box.journal[before:]}
    assert read.isdisjoint({"ListApprovedOrigins", "ListInstanceAttributes", "ListInstanceStorageConfigs"})


@pytest.mark.parametrize(
    ("row", "made"),
    [
        ("c", [("AssociateLambdaFunction", "c")]),
        ("a", [("DisassociateLambdaFunction", "a")]),
        (f"{ARN}c", [("AssociateLambdaFunction", "c")]),
        ("b", []),
    ],
)
def test_only_one_row_is_changed(harness: LiveHarness, row: str, made: list[tuple[str, str]]) -> None:
    harness.settle(instance("a", "b"))
    report = harness.run(changed("b", "c", "d"), only=(f"{FUNCTIONS}[{row}]",))
    assert report.outcome == "settled"
    assert called(harness) == made


def test_a_row_with_a_key_is_changed_alone(harness: LiveHarness) -> None:
    def stores(*names: str) -> dict[str, Any]:
        rows = [
            {
                "resource_type": each,
                "storage_type": "S3",
                "s3_config": {"bucket_name": "acme-recordings", "bucket_prefix": p},
            }
            for each, p in (("CHAT_TRANSCRIPTS", names[0]), ("CALL_RECORDINGS", names[1]))
        ]
        return instance(storage_configs=rows)

    harness.settle(stores("one", "one"))
    harness.run(stores("two", "two"), only=(f"{KEY}#storage_configs[CALL_RECORDINGS]",))
    (call,) = harness.calls
    assert call[0] == "UpdateInstanceStorageConfig"
    assert call[1]["ResourceType"] == "CALL_RECORDINGS"


def test_the_whole_resource_wins(harness: LiveHarness) -> None:
    harness.settle(instance("a"))
    report = harness.run(changed("b"), only=(FUNCTIONS, KEY))
    assert len(fields(report)) > 1


def test_a_resource_that_does_not_exist_is_not_created_for_a_part(harness: LiveHarness) -> None:
    report = harness.run(instance("a"), only=(FUNCTIONS,))
    assert report.outcome == "refused"
    assert report.refusals[0].startswith(f"{KEY}: the plan would create it, and a part is changed only of")
    assert harness.calls == []


def test_a_row_that_nobody_has_is_a_mistake(harness: LiveHarness) -> None:
    harness.settle(instance("a"))
    with pytest.raises(NamesNothing, match=r"lambda_functions\[zzz\]"):
        harness.run(instance("b"), only=(f"{FUNCTIONS}[zzz]",))


MISTAKES = {
    "a field": (
        f"{KEY}#lamda_functions",
        'connect.instance has no field "lamda_functions"; did you mean "lam',
    ),
    "a field that is not written": (f"{KEY}#lex_bots", f"the files do not write this field of {KEY}"),
    "rows": (f"{KEY}#outbound_calls_enabled[x]", "outbound_calls_enabled has no rows that can be chosen"),
    "a resource": (
        "connect.instance/acne#lambda_functions",
        'no such resource; did you mean "connect.instance/acme"?',
    ),
}


@pytest.mark.parametrize(("pattern", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_wrong_part_is_one_line(
    harness: LiveHarness, pattern: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    harness.run(instance("a"), dry_run=True)
    with pytest.raises(typer.Exit):
        check_only(load(harness.directory, None, known_kinds()), Options(only=(pattern,)))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"--only {pattern}: ")
    assert said in line
