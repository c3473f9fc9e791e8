"""Backups: what seals them, where they are kept, the calendar, and the units of systemd."""

import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import Engine
from staff_integration.backup import BackupError
from staff_integration.backup.bucket import PART, BucketStore
from staff_integration.backup.calendar import KINDS, PLANS, Kind, due, kind_and_moment, name_of, superfluous
from staff_integration.backup.lock import LockedError, alone
from staff_integration.backup.rows import line_of, values_of
from staff_integration.backup.sealing import PIECE, BackupKeys
from staff_integration.backup.stores import FolderStore, Store
from staff_integration.clock import JAPAN
from staff_integration.settings import SettingError

from tests.staff_integration.backups import KEY, OTHER_KEY
from tests.staff_integration.simulators import PlayedClock

KEYS = BackupKeys([KEY])


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, 3 * PIECE])
def test_whatever_is_wrong_with_a_sealed_text_is_noticed(size: int) -> None:
    plain = random.Random(1).randbytes(size)
    sealed = b"".join(KEYS.seal([plain[:7], plain[7:]], "a"))

    def opened(data: bytes, name: str = "a", keys: BackupKeys = KEYS) -> bytes:
        return b"".join(keys.open([data[at : at + 1000] for at in range(0, len(data), 1000)], name))

    assert opened(sealed) == plain
    assert opened(sealed, keys=BackupKeys([OTHER_KEY, KEY])) == plain
    head, piece = 15 + 8 + 32, PIECE + 16
    cuts = {*range(head + 2), *range(head, len(sealed), piece), len(sealed) - 1} - {len(sealed)}
    wrong = [sealed[:each] for each in cuts]
    wrong += [sealed + b"\0", sealed + sealed[head:]]
    for at in (0, 16, head - 1, head, len(sealed) - 1):
        wrong.append(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    if size > 2 * PIECE:
        wrong.append(
            sealed[:head]
            + sealed[head + piece : head + 2 * piece]
            + sealed[head : head + piece]
            + sealed[head + 2 * piece :]
        )
        wrong.append(sealed[: head + piece] + sealed[head + 2 * piece :])
    for each in wrong:
        with pytest.raises(BackupError):
            opened(each)
    with pytest.raises(BackupError, match="belongs to another backup"):
        opened(sealed, "b")
    with pytest.raises(BackupError, match="STAFF_BACKUP_KEYS does not have"):
        opened(sealed, keys=BackupKeys([OTHER_KEY]))
    assert b"".join(KEYS.seal([plain], "a")) != sealed


@pytest.fixture(params=["folder", "bucket", "versions"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    if request.param == "folder":
        yield FolderStore(tmp_path / "store")
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    with mock_aws():
        client = boto3.client("s3", region_name="ap-northeast-1")
        client.create_bucket(
            Bucket="backups", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"}
        )
        client.put_object(Bucket="backups", Key="other", Body=b"")
        if request.param == "versions":
            client.put_bucket_versioning(Bucket="backups", VersioningConfiguration={"Status": "Enabled"})
        made = BucketStore(client, "backups", "backups/")
        yield made
        for each in made.objects():
            made.delete(each.key)
        found = client.list_object_versions(Bucket="backups")
        assert [each["Key"] for each in found["Versions"]] == ["other"]  # nothing is left to be paid for
        assert "DeleteMarkers" not in found


def test_an_object_is_in_a_store_as_a_whole_or_not_at_all(store: Store) -> None:
    large = random.Random(2).randbytes(PART + 100_000)
    store.write("a", [large[at : at + 50_000] for at in range(0, len(large), 50_000)])
    store.write("b", [b"1"])
    store.write("b", [b"2", b"", b"3"])
    assert [(each.key, each.size) for each in store.objects()] == [("a", len(large)), ("b", 2)]
    assert (b"".join(store.read("a")) == large, b"".join(store.read("b"))) == (True, b"23")

    def broken() -> Iterator[bytes]:
        yield large
        raise BackupError("the database has gone")

    with pytest.raises(BackupError, match="has gone"):
        store.write("c", broken())
    store.delete("b")
    store.delete("b")
    assert [each.key for each in store.objects()] == ["a"]
    with pytest.raises(BackupError, match="cannot be used"):
        list(store.read("nothing"))
    assert b"".join(store.read("a")) == large


def test_what_an_upload_has_left_is_deleted_a_day_later(store: Store, tmp_path: Path) -> None:
    began = datetime.now(UTC)
    if isinstance(store, BucketStore):
        client = boto3.client("s3", region_name="ap-northeast-1")
        client.create_multipart_upload(Bucket="backups", Key="backups/x")

        def left() -> list[Any]:
            found: list[Any] = client.list_multipart_uploads(Bucket="backups").get("Uploads", [])
            return found

        began = left()[0]["Initiated"]  # moto has one date for all
    else:
        (tmp_path / "store").mkdir()
        (tmp_path / "store" / "x.1.part").touch()

        def left() -> list[Any]:
            return list((tmp_path / "store").iterdir())

    store.tidy(began + timedelta(hours=23))
    assert (store.objects(), len(left())) == ([], 1)
    store.tidy(began + timedelta(hours=25))
    assert left() == []


def test_one_process_at_a_time(engine: Engine) -> None:
    clock = PlayedClock()
    began = clock.now()
    with alone(engine, clock, 0):
        with pytest.raises(LockedError), alone(engine, clock, 30):
            pass
        assert clock.now() - began == timedelta(seconds=30)
    with alone(engine, clock, 0):
        pass


def test_the_calendar_is_the_master_plans_and_systemds() -> None:
    begin, end = datetime(2028, 2, 26, tzinfo=UTC), datetime(2028, 4, 2, tzinfo=UTC)  # with a leap day
    japan = {kind: [each.astimezone(JAPAN) for each in due(kind, begin, end)] for kind in KINDS}
    assert {(each.hour, each.minute) for each in japan["daily"]} == {(2, 0)}
    assert len(japan["daily"]) == (end - begin).days
    assert {(each.strftime("%a"), each.hour) for each in japan["weekly"]} == {("Sun", 3)}
    assert [(each.month, each.day, each.hour) for each in japan["monthly"]] == [(3, 1, 4), (4, 1, 4)]
    assert len(japan["hourly"]) == (end - begin) / timedelta(minutes=30)
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze not found")
    for kind in KINDS:
        said = subprocess.run(
            ["systemd-analyze", "calendar", f"--base-time={begin - timedelta(seconds=1):%Y-%m-%d %H:%M:%S} UTC", "--iterations=5", PLANS[kind].on_calendar],
            capture_output=True, text=True, check=True, env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
        ).stdout  # fmt: skip
        moments = re.findall(r"(?:Next elapse|Iter\S* #\d+): \w+ (\S+ \S+) UTC", said)
        found = [datetime.strptime(each, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) for each in moments]
        expected = list(due(kind, begin, begin + timedelta(days=200)))[:5]
        assert found == expected, kind


def test_backups_are_kept_by_the_calendar(tmp_path: Path) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    names: dict[Kind, list[str]] = {
        kind: [
            name_of(kind, each + timedelta(seconds=5))
            for each in due(kind, begin, begin + timedelta(days=5 if kind == "hourly" else 370))
        ]
        for kind in KINDS
    }
    everything = [each for kind in KINDS for each in names[kind]]
    for kind in KINDS:
        gone = set(superfluous(everything, kind, PLANS[kind].keep))
        kept = [each for each in names[kind] if each not in gone]
        assert len(kept) == PLANS[kind].keep
        step = 2 if kind == "hourly" else 1  # of each hour the second one
        assert kept == names[kind][::-1][::step][: PLANS[kind].keep][::-1]
    assert superfluous(names["daily"][:1], "daily", 1) == []
    assert kind_and_moment("daily-20261301T000000Z") is None
    assert superfluous(["daily-20261301T000000Z", "x"], "daily", 1) == []


def test_values_of_all_types_come_back_and_others_are_refused() -> None:
    values = [None, "a", -1, 2**62, 1.5, b"\0", datetime(2026, 1, 2, 3, 4, 5, 6)]  # noqa: DTZ001  # as drivers have it
    assert values_of(json.loads(line_of(values))) == values
    assert line_of([True]) == line_of([1])
    with pytest.raises(BackupError, match="type timedelta"):
        line_of([timedelta(1)])
    for wrong in ([], ["x"], ["ä" * 32], [KEY, "bm90"]):
        with pytest.raises(SettingError):
            BackupKeys(wrong)


def test_the_units_of_systemd_are_right_and_have_the_calendar() -> None:
    units = Path(__file__).parents[2] / "deploy" / "staff-integration" / "host" / "systemd"
    for kind in KINDS:
        timer = (units / f"staff-backup-{kind}.timer").read_text()
        assert f"OnCalendar={PLANS[kind].on_calendar}\n" in timer
        assert f"Unit=staff-backup@{kind}.service\n" in timer
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze not found")
    files = [units / "staff-backup@hourly.service", *sorted(units.glob("staff-backup-*.timer"))]
    assert len(files) == 6
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, [line for line in said.stderr.splitlines() if "staff-" in line]) == (0, [])
