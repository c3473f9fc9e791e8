"""An export of an account, applied to an empty one, is exported as the same; and the examples come back by their marks."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.sandbox.account import sandboxed
from reconciler.sandbox.server import serve
from tests.end_to_end.account_by_hand import ACCOUNT, REGION, fill_with_aws_cli, fill_with_boto3
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.test_export_account import ALL, exported, loaded, texts
from tests.end_to_end.typed import ENVIRONMENT, ROOT
from tests.sandbox.aws_cli.walk import find_aws


def fill_in(out: Path, account: LiveCentre) -> None:
    """What AWS does not show: code and passwords."""
    (out / "code").mkdir()
    (out / "code" / "main.py").write_text("def handler(event, context):\n    return {}\n")
    functions = out / "function.yaml"
    functions.write_text(functions.read_text().replace("adopt: true", "code: {folder: code}"))
    for desired in loaded(out).resources.values():
        if "password" in desired.settings:
            name = desired.settings["password"].name
            store = account.box.session(REGION).client("ssm")
            store.put_parameter(Name=name, Value="Passw0rd!", Type="SecureString")


def without_numbers(files: dict[str, str]) -> dict[str, str]:
    return {path: re.sub(r"\+44\d{9,}", "+44", text) for path, text in files.items()}


def test_an_export_applied_to_an_empty_account_is_exported_as_the_same(tmp_path: Path) -> None:
    with sandboxed(ACCOUNT) as (box, clock):
        fill_with_boto3(box.session(REGION))
        first = exported(LiveCentre(box, clock), tmp_path / "out", *ALL)
    with sandboxed(ACCOUNT) as (box, clock):
        empty = LiveCentre(box, clock)
        fill_in(tmp_path / "out", empty)
        report = empty.run(loaded(tmp_path / "out"))
        assert report.outcome == "settled", [
            each for each in report.results.items() if each[1].outcome != "done"
        ]
        second = exported(empty, tmp_path / "second", "--owned-by", "out/live")
    assert without_numbers(second) == without_numbers(first)


def test_the_example_of_tables_is_exported_by_its_mark(tmp_path: Path) -> None:
    of_rally = ("--owned-by", "stamp-rally/dev", "--region", "ap-northeast-1")
    with live(ROOT / "desired_state" / "stamp_rally") as centre:
        first = exported(centre, tmp_path / "out", *of_rally)
        stack = loaded(tmp_path / "out")
        assert (stack.name, stack.environment, stack.warnings) == ("stamp-rally", "dev", ())
        assert centre.run(stack, dry_run=True).plan.actions == {}
    with sandboxed(stack.account) as (box, clock):
        empty = LiveCentre(box, clock)
        assert empty.run(stack).outcome == "settled"
        assert exported(empty, tmp_path / "second", *of_rally) == first


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.whole
def test_the_aws_cli_fills_an_account_that_is_exported(tmp_path: Path) -> None:
    aws = find_aws()
    if aws is None:
        pytest.skip("there is no AWS CLI here; `make walk` brings one")
    with serve(0, ACCOUNT) as server:
        fill_with_aws_cli(aws, server.url, tmp_path)
        place = ("--region", REGION, "--endpoint-url", server.url, "--out", str(tmp_path / "out"))
        command = [sys.executable, "-m", "reconciler", "export", *place, *ALL]
        ended = subprocess.run(
            command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
    with sandboxed(ACCOUNT) as (box, clock):
        fill_with_boto3(box.session(REGION))
        by_boto3 = exported(LiveCentre(box, clock), _made(tmp_path / "boto3") / "out", *ALL)
    assert without_numbers(texts(tmp_path / "out")) == without_numbers(by_boto3)
