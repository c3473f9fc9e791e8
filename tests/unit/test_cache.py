"""The cache of sightings returns what was stored; if it cannot, a pass only makes more calls."""

import math
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from reconciler.cache_store import PATIENCE, FileCache, Memory, NoCache

QUEUE, HERE, THERE = "connect.queue", "111111111111/eu-west-2/here", "111111111111/eu-west-2/there"
SALES = Memory(
    "2027-01-15T08:00:00+00:00", 1_800_000_000.25, {"Name": "Sales"}, {"team": "a"}, frozenset({"x", "y"}),
    "Sales", {"InstanceId": "i", "QueueId": "q1"}, "arn:q1", ("Old sales",), "on Monday",
)  # fmt: skip
SUPPORT = Memory("1", 2.0, {"Name": "Support", "Numbers": [1, 2.5, None, True, {"deep": "ä"}]}, {})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "sightings.sqlite"


@pytest.fixture
def cache(path: Path) -> FileCache:
    return FileCache(path)


@pytest.fixture
def warnings() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


def events(warnings: list[Any]) -> list[str]:
    return [each["event"] for each in warnings if each["log_level"] == "warning"]


# -- remembering -----------------------------------------------------------------------------------------------------------------


def test_what_is_kept_is_recalled(cache: FileCache, path: Path) -> None:
    memories = {"q1": SALES, "q2": SUPPORT}
    cache.keep(QUEUE, HERE, memories)
    assert cache.recall(QUEUE, HERE) == memories
    assert FileCache(path).recall(QUEUE, HERE) == memories


def test_kinds_and_scopes_are_apart(cache: FileCache) -> None:
    cache.keep(QUEUE, HERE, {"q1": SALES})
    cache.keep(QUEUE, THERE, {"q1": SUPPORT})
    cache.keep("connect.user", HERE, {})
    assert cache.recall(QUEUE, HERE) == {"q1": SALES}
    assert cache.recall(QUEUE, THERE) == {"q1": SUPPORT}
    assert cache.recall("connect.user", HERE) == {}


def test_what_is_kept_replaces_all_that_was(cache: FileCache) -> None:
    cache.keep(QUEUE, HERE, {"q1": SALES, "q2": SALES})
    cache.keep(QUEUE, HERE, {"q2": SUPPORT, "q3": SALES})
    assert cache.recall(QUEUE, HERE) == {"q2": SUPPORT, "q3": SALES}


def test_ids_are_forgotten_in_all_scopes(cache: FileCache) -> None:
    for scope in (HERE, THERE):
        cache.keep(QUEUE, scope, {"q1": SALES, "q2": SUPPORT})
    cache.keep("connect.user", HERE, {"q1": SALES})
    cache.forget(QUEUE, ["q1", "never heard of"])
    assert [cache.recall(QUEUE, scope) for scope in (HERE, THERE)] == [{"q2": SUPPORT}] * 2
    assert cache.recall("connect.user", HERE) == {"q1": SALES}


def test_a_visit_tells_of_the_one_before(cache: FileCache, path: Path) -> None:
    assert [cache.visit(QUEUE, HERE, at) for at in (1.5, 2.5)] == [None, 1.5]
    assert FileCache(path).visit(QUEUE, HERE, 3.5) == 2.5
    assert cache.visit(QUEUE, THERE, 4.5) is None


def test_attributes_are_kept_until_their_resource_is_another(cache: FileCache) -> None:
    def known() -> object:
        return cache.attributes(QUEUE, "arn:q1", 5.0)

    changes: list[Callable[[], None]] = [
        lambda: cache.forget(QUEUE, ["q1"]),
        lambda: cache.keep(QUEUE, HERE, {"q1": SUPPORT}),
        lambda: cache.keep(QUEUE, HERE, {}, {"q1": SALES}),
    ]
    for change in changes:
        cache.keep(QUEUE, HERE, {"q1": SALES})
        cache.keep_attributes(QUEUE, "q1", "arn:q1", {"role": "r", "alias": None}, 5.0)
        cache.keep(QUEUE, HERE, {"q1": SALES, "q2": SUPPORT}, {"q1": SALES})
        assert known() == {"role": "r", "alias": None}
        assert cache.attributes(QUEUE, "arn:q1", 6.0) == {}
        change()
        assert known() == {}


def test_an_attribute_that_was_changed_is_none(cache: FileCache, path: Path) -> None:
    cache.keep_attributes(QUEUE, "q1", "arn:q1", {"role": "r"}, 5.0)
    _poison(path, "update attributes set value = 'x'")
    assert cache.attributes(QUEUE, "arn:q1", 0.0) == {}


def test_nobody_else_may_read_the_file(cache: FileCache, path: Path) -> None:
    cache.keep(QUEUE, HERE, {"q1": SALES})
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_only_to_forget_waits_for_the_disk(cache: FileCache, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = []

    class Watched(sqlite3.Connection):
        def close(self) -> None:
            waits.append(self.execute("pragma synchronous").fetchone()[0] > 0)
            super().close()

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Watched))
    cache.keep(QUEUE, HERE, {"q1": SALES})
    cache.visit(QUEUE, HERE, 1.5)
    cache.recall(QUEUE, HERE)
    cache.forget(QUEUE, ["q1"])
    assert waits == [False, False, False, True]


def test_no_cache_remembers_nothing() -> None:
    cache = NoCache()
    cache.keep(QUEUE, HERE, {"q1": SALES})
    cache.forget(QUEUE, ["q1"])
    assert cache.recall(QUEUE, HERE) == {}


# -- any members that AWS may report -----------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
MEMORIES = st.builds(
    Memory,
    version=WORDS,
    looked=st.floats(0, 4e9),
    members=st.dictionaries(st.text(), JSON, max_size=5),
    tags=st.dictionaries(st.text(), st.text(), max_size=5),
    complete=st.frozensets(st.text(), max_size=5),
)


@given(st.dictionaries(WORDS, MEMORIES, max_size=4))
def test_whatever_is_kept_comes_back_as_it_was(memories: dict[str, Memory]) -> None:
    with TemporaryDirectory() as folder:
        cache = FileCache(Path(folder) / "sightings.sqlite")
        cache.keep(QUEUE, HERE, {"q1": SALES})
        cache.keep(QUEUE, HERE, memories)
        assert cache.recall(QUEUE, HERE) == memories


# -- unusable files ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"no database, and long enough to be taken for one" * 99, b"\0" * 4096, b"?"]
)
def test_a_corrupt_file_is_like_none_and_is_begun_anew(cache: FileCache, path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert cache.recall(QUEUE, HERE) == {}
    cache.keep(QUEUE, HERE, {"q1": SALES})
    assert cache.recall(QUEUE, HERE) == {"q1": SALES}


def test_what_is_kept_in_a_corrupt_file_replaces_it(
    cache: FileCache, path: Path, warnings: list[Any]
) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database, and long enough to be taken for one" * 99)
    cache.keep(QUEUE, HERE, {"q1": SALES})
    assert cache.recall(QUEUE, HERE) == {"q1": SALES}
    assert events(warnings) == []


def test_a_file_of_which_the_end_is_torn_off_is_begun_anew(cache: FileCache, path: Path) -> None:
    cache.keep(QUEUE, HERE, {f"q{number}": SALES for number in range(500)})
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 4096)
    assert cache.recall(QUEUE, HERE) == {}
    cache.keep(QUEUE, HERE, {"q1": SALES})
    assert cache.recall(QUEUE, HERE) == {"q1": SALES}


def test_a_table_of_another_time_is_begun_anew(cache: FileCache, path: Path) -> None:
    path.parent.mkdir(parents=True)
    database = sqlite3.connect(path)
    database.execute("create table sightings (kind text, something text)")
    database.close()
    assert cache.recall(QUEUE, HERE) == {}
    cache.keep(QUEUE, HERE, {"q1": SALES})
    assert cache.recall(QUEUE, HERE) == {"q1": SALES}


ANYTHING = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text() | st.binary(max_size=50)


def _poison(path: Path, command: str, *values: object) -> None:
    database = sqlite3.connect(path)
    with database:
        database.execute(command, values)
    database.close()


@given(st.sampled_from(["id", "version", "looked", "content", "digest", "kind", "scope"]), ANYTHING)
def test_a_row_that_was_changed_is_none_and_is_written_again(column: str, value: object) -> None:
    with TemporaryDirectory() as folder, structlog.testing.capture_logs():
        path = Path(folder) / "sightings.sqlite"
        cache = FileCache(path)
        memories = {"q1": SALES, "q2": SUPPORT}
        cache.keep(QUEUE, HERE, memories)
        _poison(path, f"update or ignore sightings set {column} = ? where id = 'q1'", value)
        found = cache.recall(QUEUE, HERE)
        assert found["q2"] == SUPPORT
        assert found.get("q1", SALES) == SALES
        assert found.keys() <= memories.keys()
        cache.keep(QUEUE, HERE, memories, found)
        assert cache.recall(QUEUE, HERE) == memories


@pytest.mark.parametrize("content", ["{", "[]", "[{}, {}]", "3", "[1, 2, []]", "[" * 100_000, b"\xff\xfe"])
def test_a_memory_that_is_not_as_it_was_written_is_none(
    cache: FileCache, path: Path, warnings: list[Any], content: object
) -> None:
    cache.keep(QUEUE, HERE, {"q1": SALES})
    _poison(path, "update sightings set content = ?", content)
    assert cache.recall(QUEUE, HERE) == {}
    assert events(warnings) == ["cache entries ignored"]


@given(ANYTHING)
def test_a_time_that_is_none_is_not_believed(value: object) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sightings.sqlite"
        FileCache(path).visit(QUEUE, HERE, 1.0)
        _poison(path, "update visits set at = ?", value)
        found = FileCache(path).visit(QUEUE, HERE, 2.0)
        assert found is None or math.isfinite(found)
        assert FileCache(path).visit(QUEUE, HERE, 3.0) == 2.0


@given(st.data())
def test_a_file_that_is_damaged_anywhere_is_no_trouble(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder, structlog.testing.capture_logs():
        path = Path(folder) / "sightings.sqlite"
        cache = FileCache(path)
        memories = {f"q{number}": SALES for number in range(60)}
        cache.keep(QUEUE, HERE, memories)
        content = bytearray(path.read_bytes())
        at = data.draw(st.integers(0, len(content) - 1))
        damage = data.draw(st.binary(min_size=1, max_size=200))
        content[at : at + len(damage)] = damage
        path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
        found = cache.recall(QUEUE, HERE)
        assert found.items() <= memories.items()
        cache.visit(QUEUE, HERE, 1.0)
        cache.forget(QUEUE, ["q1"])
        assert "q1" not in cache.recall(QUEUE, HERE)
        for _ in range(2):
            cache.keep(QUEUE, HERE, memories)
        assert cache.recall(QUEUE, HERE) in ({}, memories)
        cache.keep(QUEUE, HERE, memories)
        assert cache.recall(QUEUE, HERE) == memories


def test_what_another_process_holds_is_waited_for_once_and_left_alone(
    cache: FileCache, path: Path, warnings: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.keep(QUEUE, HERE, {"q1": SALES})
    waited: list[float] = []

    def connect(file: Path, timeout: float) -> sqlite3.Connection:
        waited.append(timeout)
        return once(file, timeout=0)

    once = sqlite3.connect
    with once(path) as other:
        other.execute("begin exclusive")
        monkeypatch.setattr(sqlite3, "connect", connect)
        assert cache.recall(QUEUE, HERE) == {}
        assert cache.visit(QUEUE, HERE, 1.0) is None
        cache.keep(QUEUE, HERE, {})
        other.rollback()
    other.close()
    assert waited == [PATIENCE, 0.0, 0.0]
    assert events(warnings) == ["cache read failed", "cache read failed", "cache write failed"]
    assert cache.recall(QUEUE, HERE) == {"q1": SALES}


@pytest.fixture
def nowhere(tmp_path: Path) -> FileCache:
    """A cache in a directory that cannot be created, not even by root."""
    (tmp_path / "file").touch()
    return FileCache(tmp_path / "file" / "sightings.sqlite")


def test_where_nothing_can_be_written_nothing_is_remembered(nowhere: FileCache, warnings: list[Any]) -> None:
    nowhere.keep(QUEUE, HERE, {"q1": SALES})
    nowhere.forget(QUEUE, ["q1"])
    assert nowhere.recall(QUEUE, HERE) == {}
    assert events(warnings) == ["cache write failed", "cache dropped", "cache read failed"]


def test_a_memory_that_cannot_be_taken_back_is_dropped_with_all_others(
    cache: FileCache, path: Path, warnings: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.keep(QUEUE, HERE, {"q1": SALES, "q2": SUPPORT})
    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", _locked)
        cache.forget(QUEUE, ["q1"])
    assert events(warnings) == ["cache dropped"]
    assert not path.exists()


def _locked(_path: Path, timeout: float) -> sqlite3.Connection:
    raise sqlite3.OperationalError("database is locked")
