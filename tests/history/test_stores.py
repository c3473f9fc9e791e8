"""Both stores return the stored records, number them, and delete old passes without changes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.history import History, NoSuchPass, S3History, SqliteHistory, last_settled_hash
from reconciler.sandbox.account import account_in, sandboxed
from tests.history.toy_records import BUCKET, CHANGED, QUIET


@pytest.fixture(params=["sqlite", "s3"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    if request.param == "sqlite":
        yield SqliteHistory(tmp_path / "deep" / "history.sqlite")
        return
    with sandboxed() as (box, clock):
        account = account_in(box, "eu-west-2", clock)
        account.session.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
        )
        yield S3History(account.api("s3"), BUCKET, "reconciler/")


def test_what_was_kept_comes_back_whole(history: History) -> None:
    for number, record in enumerate((QUIET, CHANGED), 1):
        assert history.add(record) == number
        assert history.get(number) == replace(record, number=number)


def test_the_newest_come_first_and_without_their_bodies(history: History) -> None:
    for record in (QUIET, CHANGED, replace(QUIET, stack="other"), replace(QUIET, environment="prod")):
        history.add(record)
    assert [each.number for each in history.newest()] == [4, 3, 2, 1]
    assert [each.number for each in history.newest(limit=2)] == [4, 3]
    assert [each.number for each in history.newest("shop", "dev")] == [2, 1]
    assert [each.number for each in history.newest(changed_only=True)] == [2]
    assert history.newest("shop", "dev")[0] == replace(CHANGED, number=2, report={}, before={}, desired=None)


def test_later_passes_that_were_not_quiet_come_oldest_first(history: History) -> None:
    failed = replace(QUIET, outcome="failed")
    dry = replace(CHANGED, dry_run=True)
    for record in (CHANGED, QUIET, CHANGED, replace(CHANGED, stack="other"), dry, failed):
        history.add(record)
    assert list(history.since(1, "shop", "dev")) == [replace(CHANGED, number=3), replace(failed, number=6)]


@pytest.mark.parametrize("number", [0, -1, 2, 10**12, 10**30])
def test_a_number_that_nobody_has_is_told(history: History, number: int) -> None:
    history.add(QUIET)
    with pytest.raises(NoSuchPass):
        history.get(number)


def test_a_pass_that_ended_stands_in_the_place_of_its_beginning(history: History) -> None:
    for before, after in ((replace(CHANGED, outcome="stopped"), CHANGED), (CHANGED, QUIET)):
        number = history.add(before)
        history.replace(number, after)
        assert history.get(number) == replace(after, number=number)
        assert history.add(QUIET) == number + 1
    assert len(history.newest()) == 4


def test_several_that_write_at_once_have_a_number_each(history: History) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda _: history.add(CHANGED), range(12)))
    assert sorted(numbers) == list(range(1, 13))
    assert [each.number for each in history.newest()] == list(range(12, 0, -1))


def test_the_last_settled_pass_tells_the_files(history: History) -> None:
    assert last_settled_hash(history, "shop", "dev") is None
    for record in (
        QUIET,
        replace(QUIET, dry_run=True, files_hash="d"),
        replace(QUIET, outcome="failed", files_hash="e"),
    ):
        history.add(record)
    assert last_settled_hash(history, "shop", "dev") == "f" * 64


def test_what_a_stopped_pass_left_to_do_is_no_drift(history: History) -> None:
    history.add(QUIET)
    stopped = history.add(replace(CHANGED, outcome="stopped"))
    assert last_settled_hash(history, "shop", "dev") is None
    assert last_settled_hash(history, "shop", "dev", stopped) == "f" * 64


def test_halves_of_characters_are_kept(history: History) -> None:
    record = replace(CHANGED, note="a \ud800 b", before={"toy.queue/S": {"name": "\udc80"}})
    assert history.get(history.add(record)).before == record.before
