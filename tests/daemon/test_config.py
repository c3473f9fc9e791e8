"""The daemon's settings: every mistake at once, with line and column."""

from pathlib import Path

import pytest

from reconciler.daemon.config import read_config
from reconciler.desired import InvalidStack

WRONG = """\
watches:
  a b: {stack: x}
  prod: {stack: 3, every: 0, corn: 4}
  both: {stack: x, every: 5, cron: "* * * * *"}
  cron: {stack: x, cron: "* * * *"}
  hold: {stack: x, hold: 2 hours, hold_by_kind: {connect.queue: 99d, connect.user: -1}}
lease: {table: leases, region: eu-west-2, seconds: 5}
announce: {webhook: {ssm: /a, secretsmanager: b}}
http: {port: 99999}
"""
SAID = [
    "2:3: watches.a b: this key: expected 1 to 64 of a-z, A-Z, 0-9, ., _ and -",
    "3:17: watches.prod.stack: expected text",
    "3:27: watches.prod.every: expected 1 or more",
    '3:30: watches.prod.corn: there is no such field; did you mean "cron"?',
    "4:9: watches.both: either `every` or `cron`, not both",
    "5:9: watches.cron: `cron` cannot be read: Wrong number of fields",
    "6:26: watches.hold.hold: expected a time such as 45s, 30m, 2h or 1d, or a number of seconds",
    "6:65: watches.hold.hold_by_kind.connect.queue: ",
    "6:84: watches.hold.hold_by_kind.connect.user: ",
    "7:8: lease: `seconds` has to be more than `renew_deadline`",
    "8:21: announce.webhook: one of `ssm`",
    "9:14: http.port: expected 65535 or less",
]


def test_every_mistake_is_told_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "daemon.yaml"
    file.write_text(WRONG, encoding="utf-8")
    with pytest.raises(InvalidStack) as error:
        read_config(file)
    said = [str(each).removeprefix(f"{file}:") for each in error.value.mistakes]
    assert len(said) == len(SAID)
    assert all(line.startswith(start) for line, start in zip(said, SAID, strict=True)), said


def test_what_is_left_out_has_a_sensible_value(tmp_path: Path) -> None:
    file = tmp_path / "daemon.yaml"
    file.write_text("watches:\n  prod: {stack: centre}\n", encoding="utf-8")
    config = read_config(file)
    watch = config.watches["prod"]
    assert (watch.quick.every, watch.audit.every, watch.correct, watch.share) == (60, 86_400, True, 80)
    assert config.http is not None
    assert (config.http.host, config.http.port) == ("127.0.0.1", 9400)
    assert (config.lease, config.events, config.history) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "1:1: this file cannot be read: no such file or directory"),
        (b"\xff", "1:1: this file is not UTF-8 text"),
        (b"- a\n", "1:1: expected a mapping"),
        (b"", "1:1: watches: this field is required"),
        (b"watches: {a: &x {stack: b}}", "1:14: "),
    ],
)
def test_a_file_that_is_none_is_one_line(tmp_path: Path, text: bytes | None, said: str) -> None:
    file = tmp_path / "daemon.yaml"
    if text is not None:
        file.write_bytes(text)
    with pytest.raises(InvalidStack) as error:
        read_config(file)
    (mistake,) = error.value.mistakes
    assert str(mistake).startswith(f"{file}:{said}")


def test_a_hold_is_a_time_or_a_number_of_seconds(tmp_path: Path) -> None:
    file = tmp_path / "daemon.yaml"
    file.write_text(
        "watches:\n  prod: {stack: x, hold: 2h, hold_by_kind: {connect.user: 0, connect.queue: 90, connect.view: 1d}}\n",
        encoding="utf-8",
    )
    watch = read_config(file).watches["prod"]
    assert watch.hold == 7_200
    assert watch.hold_by_kind == {"connect.user": 0, "connect.queue": 90, "connect.view": 86_400}
