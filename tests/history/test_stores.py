"""Both stores keep what they are given, number it, and delete quiet passes that are old."""

import json
import os
import sqlite3
import stat
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.response import StreamingBody
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import ProtocolError

from reconciler.applying import Result
from reconciler.aws.redaction import SECRETS
from reconciler.history import (
    History,
    HistoryError,
    Ledger,
    NoSuchPass,
    Record,
    S3History,
    SqliteHistory,
    last_settled_hash,
    record_of,
    s3_store,
    why_no_rollback,
)
from reconciler.history.history_location import check_file, check_location
from reconciler.history.records import stack_of
from reconciler.history.store import KEPT, pack, unpack
from reconciler.model import Secret
from reconciler.reconcile import Options, PassReport
from reconciler.reports.data import as_data
from reconciler.sandbox.account import START, account_in, sandboxed
from reconciler.stack import Desired, Key, Place, Policy, Stack

BUCKET = "team-history"
STACK = Stack(
    "shop",
    "dev",
    "111111111111",
    "eu-west-2",
    {
        Key("toy.queue", "Sales"): Desired(
            Key("toy.queue", "Sales"),
            {"password": Secret("ssm", "/shop/password"), "hours": "Day"},
            Place("a.yaml", 1, 2),
            Key("toy.centre", "Main"),
            {"hours": (Key("toy.hours", "Day"),)},
            Policy(ignore=("limit",)),
        )
    },
    release=(Key("toy.queue", "Old"),),
)
REPORT = {
    "outcome": "settled",
    "actions": [],
    "seconds": 1.5,
    "calls": {"connect:SearchQueues": 1},
    "notes": [],
}
QUIET = Record(
    started=START,
    who="ada@desk",
    trigger="once",
    outcome="settled",
    seconds=1.5,
    stack="shop",
    environment="dev",
    account="111111111111",
    region="eu-west-2",
    files_hash="f" * 64,
    report=REPORT,
    desired={"name": "shop", "resources": [["toy.queue", "Sales"]]},
)
CHANGED = replace(
    QUIET, changes=2, drifted=1, note="a note", only=("toy.*/*",), before={"toy.queue/Sales": {"limit": 5}}
)


class Broken(BytesIO):
    """A stream whose connection is cut."""

    def read(self, *_: Any) -> bytes:
        raise ProtocolError("Connection broken: IncompleteRead(10 bytes read, 90 more expected)")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


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


def test_a_quiet_pass_takes_little_and_shares_what_is_the_same() -> None:
    quiet = PassReport(STACK, Options(), "settled", calls={"connect:SearchQueues": 1}, started=START)
    later = replace(
        quiet, started=START + 60, seconds=2.5, calls={"connect:SearchQueues": 2}, throttled={"a": 1}
    )
    first, second = (pack(record_of(each, who="ada@desk", trigger="once")) for each in (quiet, later))
    assert first.contents == second.contents
    assert first.brief != second.brief
    assert len(first.brief) < 600
    assert unpack(1, second.brief, second.contents.__getitem__).report == as_data(later)


# -- SQLite --------------------------------------------------------------------------------------------------------


def test_quiet_passes_of_more_than_a_week_ago_are_forgotten_with_what_only_they_used(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    history = SqliteHistory(file)
    history.add(replace(QUIET, desired={"name": "only here"}))
    history.add(CHANGED)
    history.add(replace(CHANGED, dry_run=True))
    history.add(replace(QUIET, started=START + KEPT + 1))
    assert [each.number for each in history.newest()] == [4, 2]
    bodies = sqlite3.connect(file).execute("select count(*) from contents").fetchone()[0]
    assert bodies == 3  # the report, the desired state, and what was there before
    assert history.get(4).desired == QUIET.desired


def test_thousands_of_quiet_passes_take_less_than_a_kilobyte_each(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    history = SqliteHistory(file)
    for number in range(200):
        history.add(replace(QUIET, started=START + number, seconds=number / 7))
    empty = 8 * 4096
    assert file.stat().st_size - empty < 200 * 1024


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        SqliteHistory(tmp_path / "new" / "history.sqlite").add(QUIET)
    finally:
        os.umask(before)
    file = tmp_path / "new" / "history.sqlite"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def _of_another(file: Path) -> None:
    sqlite3.connect(file).execute("create table something (a)").connection.commit()


def _newer(file: Path) -> None:
    SqliteHistory(file).add(QUIET)
    sqlite3.connect(file).execute("pragma user_version = 99").connection.commit()


UNUSABLE = {
    "no database": (lambda file: file.write_text("hello " * 200), "file is not a database"),
    "of something else": (_of_another, "it is a database of something else"),
    "newer": (_newer, "a newer release wrote it (version 99); this one knows 1"),
    "a directory": (lambda file: file.mkdir(), "is a directory"),
}


@pytest.mark.parametrize(("make", "said"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_cannot_be_used_is_told_in_one_line_and_left_alone(
    tmp_path: Path, make: Any, said: str
) -> None:
    file = tmp_path / "history.sqlite"
    make(file)
    before = file.read_bytes() if file.is_file() else b""
    for act in (lambda: SqliteHistory(file).add(QUIET), lambda: SqliteHistory(file).newest()):
        with pytest.raises(HistoryError) as told:
            act()
        assert said in str(told.value)
        assert "\n" not in str(told.value)
    assert (file.read_bytes() if file.is_file() else b"") == before


@pytest.mark.parametrize("empty", [False, True])
def test_reading_a_history_makes_none(tmp_path: Path, empty: bool) -> None:
    file = tmp_path / "new" / "history.sqlite"
    if empty:
        file.parent.mkdir()
        file.touch()
    history = SqliteHistory(file)
    assert history.newest() == []
    assert list(history.since(1, "shop", "dev")) == []
    with pytest.raises(NoSuchPass):
        history.get(1)
    assert file.read_bytes() == b"" if empty else not file.parent.exists()
    assert history.add(QUIET) == 1
    assert history.get(1).outcome == "settled"


def test_a_file_of_any_name_is_read_as_it_was_written(tmp_path: Path) -> None:
    history = SqliteHistory(tmp_path / "50% a?mode=ro#b é.sqlite")
    history.add(QUIET)
    assert [each.number for each in history.newest()] == [1]
    assert [each.name for each in tmp_path.iterdir()] == ["50% a?mode=ro#b é.sqlite"]


def test_trouble_with_a_history_is_told_once(tmp_path: Path) -> None:
    told: list[HistoryError] = []
    ledger = Ledger(SqliteHistory(tmp_path), "ada", "once", "", told.append)
    report = PassReport(STACK, Options(), "settled", started=START)
    ledger.begins(report)
    ledger.ended(report)
    assert list(map(str, told)) == [f"{tmp_path}: the history cannot be used: is a directory"]


@pytest.mark.parametrize(
    "place", ["foo:bar", "sqlte:h.db", "S3://bucket/x", "sqlite://x", "sqlite:", "s3:bucket", "gs://x", ""]
)
def test_a_place_of_an_unknown_form_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match="sqlite:FILE or s3://BUCKET/PREFIX"):
        check_location(place)


@pytest.mark.parametrize("place", ["h.db", "./foo:bar", "sqlite:foo:bar", "sqlite:a s3://b", "s3://bucket"])
def test_a_place_of_a_known_form_is_taken(place: str) -> None:
    check_location(place)


def test_a_file_that_can_never_hold_a_history_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    for place, said in {
        "sqlite:folder": "is a directory",
        "pipe": "is not a regular file",
        "file/x": "lies below a file",
        "/dev/null": "is not a regular file",
    }.items():
        with pytest.raises(ValueError, match=said):
            check_file(place, tmp_path)
    for place in ("file", "new", "new/deep", "s3://bucket/x"):
        check_file(place, tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder", "pipe"]


# -- what was changed since it was written ---------------------------------------------------------------------------


def _with(packed: Any, **members: Any) -> bytes:
    return zlib.compress(json.dumps({**json.loads(zlib.decompress(packed.brief)), **members}).encode())


def test_a_record_that_was_changed_is_refused() -> None:
    packed = pack(CHANGED)
    assert unpack(1, packed.brief).changes == 2
    with pytest.raises(HistoryError, match=r"^pass 1 .* cannot be read: it differs from what was written$"):
        unpack(1, _with(packed, changes=3))


@pytest.mark.parametrize("body", ["report", "before", "desired"])
def test_a_body_that_was_changed_is_refused(body: str) -> None:
    packed = pack(CHANGED)
    name = json.loads(zlib.decompress(packed.brief))[body]
    contents = {**packed.contents, name: zlib.compress(b'{"another": "body"}')}
    with pytest.raises(HistoryError, match=f"its {body} differs from what was written"):
        unpack(1, packed.brief, contents.__getitem__)


@given(st.data())
def test_a_broken_record_is_told_in_one_line(data: st.DataObject) -> None:
    packed = pack(CHANGED)
    known = json.loads(zlib.decompress(packed.brief))
    members = data.draw(st.dictionaries(st.sampled_from([*known, "number", "else"]), JSON, min_size=1))
    broken = [
        packed.brief[: data.draw(st.integers(0, len(packed.brief) - 1))],
        data.draw(st.binary(max_size=50)),
        zlib.compress(json.dumps({**known, **members, "sha256": None}).encode()),
        zlib.compress(json.dumps(data.draw(JSON)).encode()),
    ]
    for brief in broken:
        try:
            found = unpack(1, brief, packed.contents.__getitem__)
        except HistoryError:
            continue
        assert isinstance(found.changes, int)
        assert isinstance(found.stack, str)


def test_halves_of_characters_are_kept(history: History) -> None:
    record = replace(CHANGED, note="a \ud800 b", before={"toy.queue/S": {"name": "\udc80"}})
    assert history.get(history.add(record)).before == record.before


def test_a_pass_is_written_down_although_an_earlier_one_cannot_be_read(tmp_path: Path) -> None:
    history, told = SqliteHistory(tmp_path / "h.sqlite"), []
    history.add(QUIET)
    sqlite3.connect(tmp_path / "h.sqlite").execute("update passes set brief = 'x'").connection.commit()
    ledger = Ledger(history, "ada", "once", "", told.append)
    ledger.ended(PassReport(STACK, Options(), "settled", started=START))
    assert history.get(2).outcome == "settled"
    assert [str(each).startswith("pass 1 of the history cannot be read") for each in told] == [True]


@pytest.mark.parametrize("place", ["sqlite:~nobody-here/x", "~nobody-here"])
def test_a_home_directory_that_nobody_has_is_told(place: str) -> None:
    with pytest.raises(ValueError, match=r"^~nobody-here has no home directory here; write the whole path$"):
        check_location(place)


# -- S3 ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def team(request: pytest.FixtureRequest) -> Iterator[tuple[Any, Any, Any]]:
    with sandboxed() as (box, clock):
        account = account_in(box, "eu-west-2", clock)
        client = account.session.client("s3")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
        yield account.api("s3"), client, clock


def test_two_machines_never_have_the_same_number(team: Any) -> None:
    one, other = (S3History(team[0], BUCKET, "") for _ in range(2))
    numbers = [each.add(CHANGED) for _ in range(5) for each in (one, other)]
    assert numbers == list(range(1, 11))
    assert one.get(2) == replace(CHANGED, number=2)


def test_in_a_bucket_too_quiet_passes_are_forgotten(team: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    s3_api, client, _ = team
    monkeypatch.setattr(s3_store, "TIDY_EVERY", 4)
    history = S3History(s3_api, BUCKET, "x")
    for record in (QUIET, CHANGED, QUIET):
        history.add(record)
    moved = client.list_objects_v2(Bucket=BUCKET)["Contents"][0]["LastModified"].timestamp()
    assert history.add(replace(QUIET, started=moved + KEPT + 60)) == 4
    assert [each.number for each in history.newest()] == [4, 2]
    assert S3History(s3_api, BUCKET, "x").add(QUIET) == 5


def test_a_bucket_that_is_not_there_is_told_in_one_line(team: Any) -> None:
    for act in (lambda each: each.add(QUIET), lambda each: each.newest(), lambda each: each.get(1)):
        with pytest.raises(HistoryError, match="NoSuchBucket") as told:
            act(S3History(team[0], "nobodys-bucket", ""))
        assert "\n" not in str(told.value)


@pytest.mark.parametrize("cut", [StreamingBody(BytesIO(b"x"), "100"), StreamingBody(Broken(), None)])
def test_a_body_that_breaks_off_is_asked_for_again(
    team: Any, monkeypatch: pytest.MonkeyPatch, cut: Any
) -> None:
    history = S3History(team[0], BUCKET, "")
    history.add(CHANGED)
    asked: list[str] = []
    once = team[0].client.get_object

    def get_object(**parameters: Any) -> Any:
        asked.append(parameters["Key"])
        return {**once(**parameters), **({"Body": cut} if len(asked) == 1 else {})}

    monkeypatch.setattr(team[0].client, "get_object", get_object)
    assert history.get(1) == replace(CHANGED, number=1)
    assert asked[0] == asked[1]


def test_bodies_that_always_break_off_are_told_in_one_line(
    team: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = S3History(team[0], BUCKET, "")
    history.add(CHANGED)
    once = team[0].client.get_object
    monkeypatch.setattr(
        team[0].client, "get_object", lambda **each: {**once(**each), "Body": StreamingBody(Broken(), None)}
    )
    for act in (
        history.newest,
        lambda: history.get(1),
        lambda: list(history.since(0, "shop", "dev")),
    ):
        with pytest.raises(HistoryError, match="the connection broke after the request was sent") as told:
            act()
        assert "\n" not in str(told.value)


def test_a_number_that_is_none_is_told(team: Any) -> None:
    team[1].put_object(Bucket=BUCKET, Key="numbers/holiday.jpg", Body=b"")
    with pytest.raises(HistoryError, match="this place holds other data"):
        S3History(team[0], BUCKET, "").add(CHANGED)


def test_something_else_in_the_bucket_is_told(team: Any) -> None:
    team[1].put_object(Bucket=BUCKET, Key="changed/holiday.jpg", Body=b"")
    with pytest.raises(HistoryError, match="this place holds other data"):
        S3History(team[0], BUCKET, "").newest()


# -- what is kept of a pass ----------------------------------------------------------------------------------------


def test_the_value_of_a_secret_is_never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SECRETS, "_kept", {})
    monkeypatch.setattr(SECRETS, "_index", {})
    SECRETS.keep("hunter2-hunter2")
    key = Key("toy.queue", "Sales")
    report = PassReport(
        STACK,
        Options(),
        "settled",
        results={key: Result("done", "said hunter2-hunter2")},
        before={key: {"note": "hunter2-hunter2", "limit": 3}},
        notes=("hunter2-hunter2",),
    )
    record = record_of(report, who="ada", trigger="once", note="hunter2-hunter2")
    assert "hunter2" not in repr(record)
    assert record.before == {"toy.queue/Sales": {"limit": 3}}
    assert stack_of(record) == STACK
    told = replace(STACK, tags={"T": "hunter2-hunter2"})
    without = record_of(replace(report, stack=told), who="ada", trigger="once")
    assert (without.desired, "hunter2" in repr(without)) == (None, False)
    assert why_no_rollback(without) == "its desired state is not kept: the value of a secret stands in it"


def test_secrets_are_kept_as_their_places() -> None:
    record = record_of(PassReport(STACK, Options(), "settled"), who="ada", trigger="once")
    packed = pack(record)
    assert stack_of(unpack(1, packed.brief, packed.contents.__getitem__)) == STACK
