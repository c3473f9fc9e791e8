"""The commands for history, rollback and approved plans, against a sandbox server."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from reconciler.history import SqliteHistory
from reconciler.sandbox.server import RunningServer
from tests.end_to_end.typed import CENTRE, ENVIRONMENT, Client, Run

MAIN = "description: Main customer service queue"


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """A copy of the contact centre that a test may change."""
    return Path(shutil.copytree(CENTRE, tmp_path / "centre"))


@pytest.fixture
def typed(server: RunningServer, run: Run, centre: Path, tmp_path: Path) -> Any:
    """A function that runs a command with the test's own history."""

    def typed(command: str, *more: object, at: str = f"sqlite:{tmp_path}/history.sqlite") -> Any:
        words = command.split()
        where = (centre, "--env", "dev") if words[0] == "once" else ()
        reach = () if words == ["history", "show"] else ("--endpoint-url", server.url)
        return run(*words, *where, *more, *reach, "--history", at)

    return typed


def edit(centre: Path, old: str, new: str) -> None:
    file = centre / "routing.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def queue(client: Client) -> dict[str, Any]:
    """The queue CustomerService as plain boto3 shows it, without our marks."""
    connect = client("connect")
    (instance,) = connect.list_instances()["InstanceSummaryList"]
    at = {"InstanceId": instance["Id"]}
    (row,) = [
        each
        for each in connect.list_queues(**at, QueueTypes=["STANDARD"])["QueueSummaryList"]
        if each["Name"] == "CustomerService"
    ]
    shown: dict[str, Any] = connect.describe_queue(**at, QueueId=row["Id"])["Queue"]
    return {name: value for name, value in shown.items() if not name.startswith("LastModified")}


def test_what_passes_did_is_listed_and_told(typed: Any, centre: Path, tmp_path: Path) -> None:
    assert typed("once").returncode == 0
    edit(centre, MAIN, "description: Main queue")
    assert typed("once --dry-run").returncode == 2
    listed = typed("history")
    assert listed.returncode == 0
    heading, dry, first = listed.stdout.splitlines()
    assert heading.split() == ["pass", "when", "who", "trigger", "stack", "outcome", "changes", "drift"]
    assert re.match(r" +2  .* once \(dry run\) +contact-center/dev +pending +0 +0$", dry)
    assert re.match(r" +1  .* once +contact-center/dev +settled +2\d +0$", first)
    assert [each["number"] for each in json.loads(typed("history --changed --json").stdout)] == [1]
    shown = typed("history show", 2).stdout
    assert '"Main customer service queue" -> "Main queue"' in shown
    assert "dry run" in shown
    assert json.loads(typed("history show", 2, "--json").stdout)["dry_run"] is True
    assert "\x1b" not in listed.stdout + shown


def test_the_way_back_restores_what_a_later_pass_changed(typed: Any, centre: Path, client: Client) -> None:
    edit(centre, "    max_contacts: 100\n", "")
    assert typed("once").returncode == 0
    before = queue(client)
    edit(centre, MAIN, "description: Main queue\n    max_contacts: 70\n    tags: {Team: blue}")
    assert typed("once").returncode == 0
    assert queue(client)["MaxContacts"] == 70
    looked = typed("rollback", 1, "--dry-run")
    assert (looked.returncode, queue(client)["MaxContacts"]) == (2, 70)
    done = typed("rollback", 1)
    assert done.returncode == 0
    assert "The files still differ" in done.stderr
    assert queue(client) == before
    assert "rollback 1" in typed("history").stdout
    again = typed("rollback", 1)
    assert "0 changes, 0 mutating calls" in again.stdout
    assert typed("once --dry-run").returncode == 2


def test_a_plan_is_approved_and_refused_once_aws_has_changed(
    typed: Any, centre: Path, client: Client, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    assert typed("once").returncode == 0
    edit(centre, MAIN, "description: Main queue")
    assert typed("once --dry-run", "--out", plan).returncode == 2
    connect, before = client("connect"), queue(client)
    (instance,) = connect.list_instances()["InstanceSummaryList"]
    where = {"InstanceId": instance["Id"], "QueueId": before["QueueId"]}
    connect.update_queue_max_contacts(**where, MaxContacts=9)
    refused = typed("once", "--plan", plan)
    assert refused.returncode == 4
    said = "connect.queue/CustomerService.max_contacts: the plan is left alone, and now it is 9 -> 100"
    assert f"Refused: {said}" in refused.stdout
    assert queue(client) == {**before, "MaxContacts": 9}
    connect.update_queue_max_contacts(**where, MaxContacts=100)
    assert typed("once", "--plan", plan).returncode == 0
    assert queue(client)["Description"] == "Main queue"
    again = typed("once", "--plan", plan)
    assert (again.returncode, "the plan is already applied" in again.stderr) == (0, True)


def test_a_team_keeps_its_history_in_a_bucket(typed: Any, client: Client) -> None:
    client("s3").create_bucket(
        Bucket="team-history", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    at = "s3://team-history/passes"
    assert typed("once", at=at).returncode == 0
    assert typed("once", at=at).returncode == 0
    listed = typed("history", "--json", "--region", "eu-west-2", at=at)
    assert [(each["number"], each["outcome"]) for each in json.loads(listed.stdout)] == [
        (2, "settled"),
        (1, "settled"),
    ]
    assert typed("rollback", 1, "--region", "eu-west-2", at=at).returncode == 0
    shown = typed("history show --json --region eu-west-2", 1, at=at)
    assert json.loads(shown.stdout)["number"] == 1
    assert typed("history --json --region eu-west-2 show", 1, at=at).stdout == shown.stdout


def test_a_history_that_cannot_be_written_is_said_and_stops_nothing(typed: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_text("hello " * 500)
    done = typed("once", at=f"sqlite:{broken}")
    assert done.returncode == 0
    lines = [line for line in done.stderr.splitlines() if "history was not written" in line]
    assert lines
    assert all("file is not a database" in line for line in lines)
    assert broken.read_text() == "hello " * 500


def test_no_history_writes_none(typed: Any, tmp_path: Path) -> None:
    assert typed("once --dry-run --no-history").returncode == 2
    assert not (tmp_path / "history.sqlite").exists()


def test_the_default_is_a_file_in_the_state_directory(run: Run, server: RunningServer, centre: Path) -> None:
    run("once", centre, "--env", "dev", "--dry-run", "--endpoint-url", server.url)
    kept = SqliteHistory(Path(ENVIRONMENT["XDG_STATE_HOME"]) / "reconciler" / "history.sqlite")
    assert kept.newest("contact-center", "dev", 1)[0].dry_run


MISTYPED = {
    "no such pass": (("history", "show", 999_999), 3, "there is no pass 999999"),
    "no number": (("history", "show", "x"), 3, "'number'"),
    "no way back": (("rollback", 999_999), 3, "there is no pass 999999"),
    "no such place": (("history", "--history", "gs://x"), 3, "sqlite:FILE or s3://BUCKET/PREFIX"),
    "an unknown form": (("history", "--history", "sqlte:h.db"), 3, "nothing is kept in sqlte:"),
    "no such file": (("history", "--history", "nowhere/h.db"), 3, "there is no history here"),
    "no such file, to go back": (("rollback", 1, "--history", "nowhere/h.db"), 3, "there is no history here"),
    "a directory": (("once", CENTRE, "--env", "dev", "--history", "tests"), 3, "tests is a directory"),
    "nobody answers": (
        ("history", "--history", "s3://x/y", "--endpoint-url", "http://127.0.0.1:1"),
        1,
        "s3://x/y/: the history cannot be used",
    ),
    "no bucket": (("once", CENTRE, "--env", "dev", "--history", "s3:///x"), 3, "sqlite:FILE"),
    "a plan and --only": (
        ("once", CENTRE, "--env", "dev", "--plan", "p", "--only", "*"),
        3,
        "leave out --dry-run, --only",
    ),
    "no such plan": (
        ("once", CENTRE, "--env", "dev", "--plan", "nope.json"),
        3,
        "nope.json: the plan cannot",
    ),
    "no plan": (("once", CENTRE, "--env", "dev", "--plan", CENTRE / "stack.yaml"), 3, "this is not a plan"),
    "out without dry run": (("once", CENTRE, "--env", "dev", "--out", "p"), 3, "add --dry-run"),
}


@pytest.mark.parametrize(("words", "code", "said"), MISTYPED.values(), ids=MISTYPED)
def test_what_is_mistyped_is_told_in_one_line(run: Run, words: Any, code: int, said: str) -> None:
    ended = run(*words)
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (code, "", 1)
    assert said in ended.stderr
