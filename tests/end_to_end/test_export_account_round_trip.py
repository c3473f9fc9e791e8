"""The example of tables comes back by its mark, and the AWS CLI fills an account as boto3 does."""

import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.sandbox.account import sandboxed
from reconciler.sandbox.server import serve
from tests.end_to_end.account_by_hand import fill_with_aws_cli, fill_with_boto3
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.request_steps import ACCOUNT, REGION
from tests.end_to_end.test_export_account import ALL, exported, loaded, texts, without_chosen
from tests.end_to_end.typed import ENVIRONMENT, ROOT
from tests.sandbox.aws_cli.installed import required_aws


def test_the_example_of_tables_is_exported_by_its_mark(tmp_path: Path) -> None:
    kinds = ("--kind", "dynamodb.*", "--kind", "s3.*")
    of_rally = ("--owned-by", "stamp-rally/dev", "--region", "ap-northeast-1", *kinds)
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
    aws = required_aws()
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
    assert without_chosen(texts(tmp_path / "out")) == without_chosen(by_boto3)
