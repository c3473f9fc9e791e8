"""An ARN or an id from the console in the place of a name: `plan` says what to write."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reconciler.aws.account import Account
from reconciler.cache_store import Cache, NoCache
from reconciler.cli import app, pasted_names
from reconciler.cli.exits import INVALID
from reconciler.runtime.clock import VirtualClock
from reconciler.stack import Stack
from tests.end_to_end.live_centre import REGION, LiveCentre, live
from tests.end_to_end.typed import CENTRE, ENVIRONMENT

ELSEWHERE = "12345678-aaaa-bbbb-cccc-123456789012"


@pytest.fixture(scope="module")
def centre() -> Iterator[LiveCentre]:
    with live() as centre:
        yield centre


def plan(centre: LiveCentre, stack: Path) -> Result:
    def opened(stack: Stack, *_: object) -> tuple[Account, VirtualClock, Cache]:
        return centre.account(stack.region), centre.clock, NoCache()

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", ENVIRONMENT["XDG_CACHE_HOME"])
        patch.setattr(pasted_names, "opened", opened)
        return CliRunner().invoke(app, ["plan", str(stack), "--env", "dev"])


def test_the_exact_text_to_write_is_offered(centre: LiveCentre, tmp_path: Path) -> None:
    connect = centre.box.session(REGION).client("connect")
    instance = connect.list_instances()["InstanceSummaryList"][0]["Id"]
    hours = connect.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"]
    arns = {each["Name"]: each["Arn"] for each in hours}
    connect.create_hours_of_operation(
        InstanceId=instance, Name="By: hand", TimeZone="Europe/London", Config=[]
    )
    hours = connect.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"]
    by_hand = next(each["Id"] for each in hours if each["Name"] == "By: hand")
    own = next(name for name in arns if name.startswith("UK"))
    stack = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    (stack / "more.yaml").write_text(
        f"""connect.queue:
  A: {{hours_of_operation: "{arns[own]}"}}
  B: {{hours_of_operation: {by_hand}}}
  C: {{hours_of_operation: {own}, quick_connects: ["{ELSEWHERE}"]}}
  D: {{hours_of_operation: "${{connect.hours_of_operation:{by_hand}}}"}}
"""
    )
    result = plan(centre, stack)
    assert result.exit_code == INVALID
    found = [line.partition(": ")[2] for line in result.stderr.splitlines()]
    this = "this is the id of connect.hours_of_operation/By: hand; write"
    beside = 'and under connect.hours_of_operation `"By: hand": {existing: true}`'
    assert found == [
        (
            f"connect.queue/A.hours_of_operation: this is the ARN of connect.hours_of_operation/{own}; "
            f"write `hours_of_operation: {own}`"
        ),
        f'connect.queue/B.hours_of_operation: {this} `hours_of_operation: "By: hand"`, {beside}',
        (
            "connect.queue/C.quick_connects[0]: no connect.quick_connect of connect.instance/full-contact-center-dev "
            "has this id; write the name of one, as the files or AWS have it"
        ),
        f'connect.queue/D.hours_of_operation: {this} `hours_of_operation: "By: hand"`, {beside}',
        "",
    ]
    assert result.stderr.splitlines()[-1] == "4 mistakes; nothing was changed"


def test_in_a_text_the_reference_is_written(centre: LiveCentre, tmp_path: Path) -> None:
    connect = centre.box.session(REGION).client("connect")
    instance = connect.list_instances()["InstanceSummaryList"][0]["Id"]
    queues = connect.list_queues(InstanceId=instance, QueueTypes=["STANDARD"])["QueueSummaryList"]
    arn = next(each["Arn"] for each in queues if each["Name"] == "CustomerService")
    stack = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    header = stack / "stack.yaml"
    header.write_text(f"{header.read_text()}\noutputs: {{queue: '${{connect.queue:{arn}#id}}'}}\n")
    said = "write `${connect.queue:CustomerService#id}`"
    assert said in plan(centre, stack).stderr


def test_an_instance_that_does_not_exist_yet_is_named(centre: LiveCentre, tmp_path: Path) -> None:
    stack = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    header = stack / "stack.yaml"
    header.write_text(header.read_text().replace("alias: full-contact-center-dev", "alias: new-center-dev"))
    (stack / "more.yaml").write_text(f"connect.queue: {{A: {{hours_of_operation: {ELSEWHERE}}}}}\n")
    said = "connect.instance/new-center-dev does not exist in AWS yet, so nothing in it has this id"
    assert said in plan(centre, stack).stderr


def test_credentials_of_another_account_change_no_mistake(centre: LiveCentre, tmp_path: Path) -> None:
    stack = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    header = stack / "stack.yaml"
    header.write_text(header.read_text().replace("123456789012", "333333333333"))
    (stack / "more.yaml").write_text(f"connect.queue: {{A: {{hours_of_operation: {ELSEWHERE}}}}}\n")
    result = plan(centre, stack)
    assert result.exit_code == INVALID
    assert "write the name that AWS shows for it" in result.stderr
    assert result.stderr.splitlines()[-1] == "1 mistake; no call was made"
