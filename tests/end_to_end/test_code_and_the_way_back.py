"""Rollback of code, of which only the digest is stored: the rollback does what its dry run shows."""

from pathlib import Path
from typing import Any

from reconciler.applying import Quiet
from reconciler.history import Record, RollbackStack, SqliteHistory, record_of, rollback_stack
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.sandbox.account import account_in
from tests.end_to_end.test_references_of_kinds import Harness, harness

assert harness


def stack(harness: Harness, text: str, **more: Any) -> dict[str, Any]:
    """A function whose code contains a text."""
    folder = harness.folder / "code"
    folder.mkdir(exist_ok=True)
    (folder / "app.py").write_text(f"def handler(event, context): return {text!r}\n")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    function = {
        "code": {"folder": "code"},
        "runtime": "python3.12",
        "handler": "app.handler",
        "role": "${iam.role:run}",
    }
    return {
        "iam__role": {
            "run": {"assume_role_policy_document": {"Version": "2012-10-17", "Statement": [trust]}}
        },
        "lambda__function": {"f": {**function, **more}},
    }


def kept(harness: Harness, folder: Path, *passes: dict[str, Any]) -> list[Record]:
    """The records of these passes."""
    history = SqliteHistory(folder / "history.sqlite")
    for wanted in passes:
        report = harness.once(**wanted)
        assert report.outcome == "settled"
        history.add(record_of(report, who="ada", trigger="once"))
    return [history.get(number) for number in range(1, len(passes) + 1)]


def back(harness: Harness, way: RollbackStack, *, dry_run: bool) -> PassReport:
    aws = account_in(harness.sandbox, way.stack.region, harness.clock)
    return Pass(way.stack, known_kinds(), aws, harness.clock, Options(dry_run=dry_run), Quiet()).run()


def live(harness: Harness) -> dict[str, Any]:
    return dict(harness.client("lambda").get_function(FunctionName="f")["Configuration"])


def test_code_is_left_alone_and_the_other_fields_go_back(harness: Harness, tmp_path: Path) -> None:
    first = kept(harness, tmp_path, stack(harness, "one", timeout=5))
    second = stack(harness, "two", timeout=9)
    history = SqliteHistory(tmp_path / "history.sqlite")
    history.add(record_of(harness.once(**second), who="ada", trigger="once"))
    after = live(harness)
    way = rollback_stack(first[0], [history.get(2)], known_kinds())
    assert [note for note in way.notes if "lambda.function/f.code" in note]
    planned = back(harness, way, dry_run=True)
    assert [[each.field for each in action.differences] for action in planned.plan.actions.values()] == [
        ["timeout"]
    ]
    assert back(harness, way, dry_run=False).outcome == "settled"
    assert (live(harness)["Timeout"], live(harness)["CodeSha256"]) == (5, after["CodeSha256"])


def test_what_is_gone_is_not_promised(harness: Harness, tmp_path: Path) -> None:
    (first,) = kept(harness, tmp_path, stack(harness, "one"))
    harness.client("lambda").delete_function(FunctionName="f")
    way = rollback_stack(first, [], known_kinds())
    for dry_run in (True, False):
        report = back(harness, way, dry_run=dry_run)
        (action,) = report.plan.actions.values()
        assert action.refusal is not None
        assert "only the digest of its files is kept" in action.refusal
