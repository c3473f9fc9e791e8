"""Files that change while a daemon prunes: a checkout, a slow writer, a file that is missing for a moment."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from reconciler.daemon.file_stability import CHANGING, FileStability
from reconciler.daemon.schedule import Frequency, Moment, Schedule
from reconciler.daemon.threads import Daemon
from reconciler.daemon.watch import Watch
from reconciler.desired import FilesChanging
from reconciler.logs import configure
from reconciler.planning.plan import Action
from reconciler.stack import Stack
from tests.daemon.watched import Scene, scene

STACK = """\
stack: small
prune: true
environments:
  dev: {account: "123456789012", region: eu-west-2}
"""
TABLE = """\
dynamodb.table:
  %s:
    attribute_definitions: [{attribute_name: id, attribute_type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
    billing_mode: PAY_PER_REQUEST
    policy: {protect: false}
"""
EVERY = 6.0
"""Seconds between two passes."""
TWO_PASSES = 2 * EVERY + 1
"""Seconds in which there is at least one load of the files, and a pass after it."""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A stack of two tables, each in its own file."""
    directory = tmp_path / "small"
    directory.mkdir()
    (directory / "stack.yaml").write_text(STACK, encoding="utf-8")
    for name in ("Kept", "Moving"):
        (directory / f"{name}.yaml").write_text(TABLE % name, encoding="utf-8")
    return directory


@pytest.fixture
def at(tmp_path: Path, files: Path) -> Iterator[Scene]:
    """A daemon with a pass every few seconds, whose two tables live and whose files have been the same for a while."""
    with scene(tmp_path, every=EVERY, files=files) as found:
        found.next_pass()
        found.clock.sleep(40)
        found.next_pass()
        assert tables(found) == ["Kept", "Moving"]
        found.calls()
        yield found


def run(at: Scene, seconds: float, meanwhile: Callable[[float], None] = lambda _: None) -> None:
    """Run the daemon for some seconds; `meanwhile` is called before each step with the elapsed seconds."""
    began = at.clock.now()
    while (gone := at.clock.now() - began) < seconds:
        meanwhile(gone)
        left = at.post.left(Moment.of(at.clock))
        if left > 0:
            at.clock.sleep(min(0.5, max(0.001, left)))
        else:
            at.daemon.turn(at.post)


def tables(at: Scene) -> list[str]:
    return sorted(at.client("dynamodb").list_tables()["TableNames"])


def deletes(at: Scene) -> int:
    return at.calls().count("DeleteTable")


# -- nothing is lost ---------------------------------------------------------------------------------------------------


def git(files: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(files), *who, *words], check=True, capture_output=True)


def test_a_checkout_that_goes_back_and_forth_for_a_minute_deletes_nothing(at: Scene) -> None:
    """Two commits that differ only in comments; git removes each file before it writes the other version."""
    git(at.files, "init", "--quiet", "--initial-branch", "main")
    git(at.files, "add", ".")
    git(at.files, "commit", "--quiet", "--message", "one")
    for name in ("Kept", "Moving"):
        with (at.files / f"{name}.yaml").open("a", encoding="utf-8") as file:
            file.write("# a comment\n")
    git(at.files, "commit", "--quiet", "--all", "--message", "two")
    turn = 0

    def check_out(_gone: float) -> None:
        nonlocal turn
        turn += 1
        if turn % 3 == 0:
            (at.files / "Moving.yaml").unlink()  # in the middle of a checkout
        else:
            git(at.files, "checkout", "--quiet", "--force", "main" if turn % 2 else "main~1")

    run(at, 60, check_out)
    assert turn > 60
    assert deletes(at) == 0


@pytest.mark.parametrize("seconds", [EVERY, 29])
def test_a_file_that_is_away_for_a_while_deletes_nothing(at: Scene, seconds: float) -> None:
    file = at.files / "Moving.yaml"
    file.rename(at.files / "Moving.away")
    run(at, seconds)
    (at.files / "Moving.away").rename(file)
    run(at, 40)
    assert deletes(at) == 0


def test_a_file_that_is_written_slowly_deletes_nothing(at: Scene) -> None:
    text = (TABLE % "Moving") + "  Another:" + (TABLE % "Another").partition("Another:")[2]
    file = at.files / "Moving.yaml"

    def write(gone: float) -> None:
        file.write_text(text[: int(len(text) * gone / 20)], encoding="utf-8")

    run(at, 20, write)
    file.write_text(text, encoding="utf-8")
    run(at, 40)
    assert deletes(at) == 0
    assert tables(at) == ["Another", "Kept", "Moving"]


def test_files_that_are_invalid_for_a_while_delete_nothing(at: Scene) -> None:
    (at.files / "Moving.yaml").rename(at.files / "Moving.away")
    run(at, 20)
    (at.files / "broken.yaml").write_text("dynamodb.table: 3\n", encoding="utf-8")
    run(at, 60)
    assert deletes(at) == 0
    (at.files / "broken.yaml").unlink()
    run(at, 29)
    assert deletes(at) == 0
    run(at, TWO_PASSES)
    assert deletes(at) == 1


def test_files_that_are_looked_at_seldom_are_looked_at_while_something_waits(
    tmp_path: Path, files: Path
) -> None:
    """The file is missing at both passes, a minute apart, and exists between them."""
    with scene(tmp_path, every=60.0, files=files) as at:
        run(at, 120)
        at.calls()
        file, away = files / "Moving.yaml", files / "Moving.away"
        at.clock.sleep(at.post.watch.schedule.left(Moment.of(at.clock)) + 0.001)
        file.rename(away)
        at.daemon.turn(at.post)

        def come_and_go(gone: float) -> None:
            if away.exists() and 10 < gone < 50:
                away.rename(file)
            elif file.exists() and gone >= 50:
                file.rename(away)

        run(at, 75, come_and_go)
        assert deletes(at) == 0


def test_files_that_change_while_they_are_read_are_no_mistake_to_be_announced(
    at: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never_stay() -> Stack:
        raise FilesChanging("Moving.yaml", 3)

    (at.files / "Moving.yaml").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(at.post.watch, "load", never_stay)
        run(at, 60)
    assert at.post.watch.condition == "pending"
    assert b'reconciler_files_invalid{environment="dev",stack="small"} 1.0' in at.daemon.metrics.text()
    run(at, 20)
    assert at.heard.titles == []
    assert deletes(at) == 0


# -- resources that stay absent are deleted -----------------------------------------------------------------------------


def test_what_stays_away_is_deleted_after_thirty_seconds(at: Scene) -> None:
    (at.files / "Moving.yaml").unlink()
    run(at, 29)
    assert deletes(at) == 0
    run(at, TWO_PASSES)
    assert deletes(at) == 1
    run(at, 5)
    assert tables(at) == ["Kept"]
    assert at.post.watch.condition == "settled"


def test_a_daemon_that_works_once_a_day_need_not_wait_for_the_next_day(tmp_path: Path, files: Path) -> None:
    with scene(tmp_path, every=86_400.0, files=files) as at:
        run(at, 60)
        (files / "Moving.yaml").unlink()
        at.post.watch.schedule.begin(Moment.of(at.clock))
        run(at, 29)
        assert at.post.watch.condition == "pending"
        assert deletes(at) == 0
        run(at, 4)
        assert deletes(at) == 1


def test_meanwhile_it_is_said_when(at: Scene) -> None:
    (at.files / "Moving.yaml").unlink()
    configure(1)
    with capture_logs() as logged:
        run(at, 10)
    said = [each for each in logged if each["event"] == "deletion or release postponed"]
    assert len(said) == 1
    assert said[0] == {
        "event": "deletion or release postponed",
        "log_level": "info",
        "watch": "prod",
        "stack": "small",
        "environment": "dev",
        "kind": "dynamodb.table",
        "name": "Moving",
        "why": said[0]["why"],
    }
    assert said[0]["why"].startswith("absent from the files; it is pruned at 20")
    record = at.history.newest(limit=1)[0]
    assert record.changes == 0
    assert at.post.watch.condition == "pending"
    assert b'resources_postponed{environment="dev",stack="small"} 1.0' in at.daemon.metrics.text()
    assert at.heard.titles == []
    run(at, 35)
    assert b'resources_postponed{environment="dev",stack="small"} 0.0' in at.daemon.metrics.text()


def test_what_is_to_be_released_waits_as_well(at: Scene) -> None:
    (at.files / "Moving.yaml").unlink()
    text = STACK.replace("prune: true", "release: [dynamodb.table/Moving]")
    (at.files / "stack.yaml").write_text(text, encoding="utf-8")
    arn = at.client("dynamodb").describe_table(TableName="Moving")["Table"]["TableArn"]

    def marks() -> int:
        return len(at.client("dynamodb").list_tags_of_resource(ResourceArn=arn)["Tags"])

    assert marks()
    run(at, 29)
    assert marks()
    run(at, TWO_PASSES)
    assert not marks()


def test_a_pass_that_was_asked_for_once_does_not_wait(at: Scene) -> None:
    stack = at.post.watch.stack
    assert stack
    action = Action(next(iter(stack.resources)), "delete")
    assert action.pending
    assert not replace(action, postponed="later").pending


# -- the waiting time restarts ------------------------------------------------------------------------------------------


def anew(at: Scene) -> Daemon:
    """The daemon after a restart."""
    before = at.post.watch
    watch = Watch(
        "prod", before.load, Schedule("prod", Frequency(every=EVERY), Frequency(every=86_400)), before.means
    )
    return Daemon([watch], at.clock, at.daemon.stop, at.daemon.metrics)


def test_after_a_restart_the_waiting_begins_anew(at: Scene) -> None:
    (at.files / "Moving.yaml").unlink()
    run(at, 25)
    at.daemon = anew(at)
    run(at, 29)
    assert deletes(at) == 0
    run(at, TWO_PASSES)
    assert deletes(at) == 1


def test_after_a_takeover_the_waiting_begins_anew(at: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    (at.files / "Moving.yaml").unlink()
    run(at, 25)
    monkeypatch.setattr(Daemon, "term", 2)
    run(at, 29)
    assert deletes(at) == 0
    run(at, TWO_PASSES)
    assert deletes(at) == 1


# -- the rule by itself ------------------------------------------------------------------------------------------------


def test_two_loads_are_needed_whatever_the_first_one_finds() -> None:
    settling = FileStability(30.0)
    assert not settling.settled
    settling.note("a", 1_000.0, 1_001.0)
    assert not settling.settled
    settling.note("a", 1_030.0, 1_030.5)
    assert not settling.settled  # 29 seconds between the end of one pass and the start of the next
    settling.note("a", 1_031.0, 1_032.0)
    assert settling.settled


@pytest.mark.parametrize("between", ["b", CHANGING])
def test_anything_else_between_two_loads_counts(between: str) -> None:
    settling = FileStability(30.0)
    settling.note("a", 0.0, 0.0)
    settling.note(between, 29.0, 29.0)
    settling.note("a", 30.0, 30.0)
    assert not settling.settled
    settling.note("a", 60.0, 60.0)
    assert settling.settled


def test_files_that_cannot_be_used_never_settle() -> None:
    settling = FileStability(30.0)
    for second in range(100):
        settling.note(CHANGING, second, second)
        assert not settling.settled
    assert settling.at > 99
