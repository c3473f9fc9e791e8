"""The stack as operators work with it: checked, restored for a test, changed, and rolled back as docs/stamp-rally.md says."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from tests.end_to_end.live_centre import LiveCentre
from tests.stamp_rally_api.rally_calls import REGION, STACK, Snapshots

ROOT = STACK.parents[1]
BEFORE = {"latency": "5000", "log_days": "14", "max_age": "86400", "requests_per_second": "50"}
AFTER = {"latency": "900", "log_days": "3", "max_age": "600", "requests_per_second": "5"}
MAX_AGE = "method.response.header.Access-Control-Max-Age"


@pytest.fixture
def rally(snapshots: Snapshots) -> Iterator[LiveCentre]:
    clock = VirtualClock(snapshots.at)
    with Sandbox(clock=clock.now, sleep=clock.sleep) as box:
        box.restore(snapshots.whole)
        yield LiveCentre(box, clock)


def changed(folder: Path) -> Path:
    """A copy of the stack with other values."""
    for each in (STACK.relative_to(ROOT), Path("lambda_src/stamp_rally_api")):
        shutil.copytree(ROOT / each, folder / each, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "lambda_src" / "stamp_rally_api.lock", folder / "lambda_src")
    stack = folder / STACK.relative_to(ROOT)
    for file in ("stack.yaml", "api.yaml"):
        text = (stack / file).read_text(encoding="utf-8")
        for name, value in BEFORE.items():
            text = re.sub(rf"\b{name}: {value}\b", f"{name}: {AFTER[name]}", text, count=1)
        (stack / file).write_text(text, encoding="utf-8")
    return stack


def live_values(rally: LiveCentre) -> dict[str, str]:
    """What AWS has of these values; that of the API is the one that its stage serves."""
    session = rally.box.session(REGION)
    gateway, name = session.client("apigateway"), "stamp-rally-dev"
    (api,) = gateway.get_rest_apis()["items"]
    stage = gateway.get_stage(restApiId=api["id"], stageName="v1")
    export = gateway.get_export(
        restApiId=api["id"], stageName="v1", exportType="oas30", parameters={"extensions": "apigateway"}
    )
    document = json.loads(export["body"].read())
    preflight = document["paths"]["/me/stamps"]["options"]["x-amazon-apigateway-integration"]
    alarms = session.client("cloudwatch").describe_alarms(AlarmNames=[f"{name}-api-latency"])["MetricAlarms"]
    groups = session.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/apigateway/{name}")
    found = {
        "latency": alarms[0]["Threshold"],
        "log_days": groups["logGroups"][0]["retentionInDays"],
        "max_age": preflight["responses"]["default"]["responseParameters"][MAX_AGE].strip("'"),
        "requests_per_second": stage["methodSettings"]["*/*"]["throttlingRateLimit"],
    }
    return {key: str(int(value)) for key, value in found.items()}


def test_a_change_is_rolled_back(rally: LiveCentre, tmp_path: Path) -> None:
    history = ("--history", f"sqlite:{tmp_path / 'history.sqlite'}")
    others = changed(tmp_path)
    first = rally.type("once", STACK, "--env", "dev", *history)
    assert (first.exit_code, live_values(rally)) == (0, BEFORE), first.output
    assert ", 0 mutating calls, " in first.stdout
    assert rally.type("once", others, "--env", "dev", *history).exit_code == 0
    assert live_values(rally) == AFTER
    assert re.findall(r"^ +(\d+) ", rally.type("history", *history).stdout, re.MULTILINE) == ["2", "1"]

    planned = rally.type("rollback", 1, "--dry-run", *history)
    assert (planned.exit_code, live_values(rally)) == (2, AFTER), planned.output
    done = rally.type("rollback", 1, "--yes", *history)
    assert (done.exit_code, live_values(rally)) == (0, BEFORE), done.output
    assert "The files still differ" in done.stderr
    quiet = rally.type("once", STACK, "--env", "dev", *history)
    assert ", 0 mutating calls, " in quiet.stdout, quiet.output


def test_it_is_checked_and_restored(rally: LiveCentre) -> None:
    table = {"TableName": "stamp-rally-dev-Users", "Item": {"user_id": {"S": "ada"}}}
    rally.box.session(REGION).client("dynamodb").put_item(**table)
    checked = rally.type("smoke", STACK, "--env", "dev", "--drills")
    assert checked.exit_code == 0, checked.output
    assert re.search(r"passed  dynamodb.table/stamp-rally-dev-Users restore: 1 items, ", checked.stdout)
    found = rally.type("unused", STACK, "--env", "dev")
    assert found.exit_code == 0, found.output
    assert "dynamodb.table/stamp-rally-dev-Users " not in found.stdout
    assert "dynamodb.table/stamp-rally-dev-StampMasters (this stack): 0 items" in found.stdout


def test_its_users_are_exported_and_removed_by_the_words_of_its_page(
    rally: LiveCentre, tmp_path: Path
) -> None:
    made = rally.type("export", "--out", tmp_path, "--kind", "cognito.user_pool_client", "--region", REGION)
    assert made.exit_code == 0, made.output
    assert "client_secret" not in made.output + (tmp_path / "user_pool_client.yaml").read_text(
        encoding="utf-8"
    )
    page = (ROOT / "docs" / "stamp-rally.md").read_text(encoding="utf-8").replace("\\\n", "")
    (planned,) = re.findall(r"^reconciler (destroy .* --dry-run .*)$", page, re.MULTILINE)
    shown = rally.type(*planned.replace("desired_state/stamp_rally", str(STACK)).split())
    assert (shown.exit_code, " refused" in shown.stdout) == (2, False), shown.output
