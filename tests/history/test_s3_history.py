"""The history in a bucket: several machines at once, incomplete replies, and other objects."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from botocore.response import StreamingBody
from urllib3.exceptions import ProtocolError

from reconciler.history import HistoryError, S3History, s3_store
from reconciler.history.store import KEPT
from reconciler.sandbox.account import account_in, sandboxed
from tests.history.toy_records import BUCKET, CHANGED, QUIET


class Broken(BytesIO):
    """A stream whose connection is cut."""

    def read(self, *_: Any) -> bytes:
        raise ProtocolError("Connection broken: IncompleteRead(10 bytes read, 90 more expected)")


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
    acts: tuple[Callable[[S3History], object], ...] = (
        lambda each: each.add(QUIET),
        lambda each: each.newest(),
        lambda each: each.get(1),
    )
    for act in acts:
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
