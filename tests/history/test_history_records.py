"""The content of records, and checks that a record is unchanged."""

import json
import zlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.applying import Result
from reconciler.aws.redaction import SECRETS
from reconciler.history import HistoryError, record_of, why_no_rollback
from reconciler.history.records import stack_of
from reconciler.history.store import pack, unpack
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reports.data import as_data
from reconciler.sandbox.account import START
from reconciler.stack import Key
from tests.history.toy_records import CHANGED, STACK

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


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


# -- records that were changed ---------------------------------------------------------------------------------------


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


# -- the content of a record ---------------------------------------------------------------------------------------


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
    assert why_no_rollback(without) == "its desired state is not kept: it contains the value of a secret"


def test_secrets_are_kept_as_their_places() -> None:
    record = record_of(PassReport(STACK, Options(), "settled"), who="ada", trigger="once")
    packed = pack(record)
    assert stack_of(unpack(1, packed.brief, packed.contents.__getitem__)) == STACK
