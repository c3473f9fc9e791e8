"""A program does not stop if its output is not read."""

import io
import subprocess
import sys
from typing import Any

import pytest

from reconciler.runtime.streams import Stream, unfailing


class Failing(io.StringIO):
    """A stream that fails with a given error."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error

    def flush(self) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "complaint"),
    [
        (BrokenPipeError(32, "Broken pipe"), None),
        (OSError(28, "No space left on device"), "no space left on device"),
        (ValueError("I/O operation on closed file"), "it cannot be written"),
    ],
)
def test_what_cannot_be_written_is_dropped(error: Exception, complaint: str | None) -> None:
    stream = Stream(Failing(error))
    assert stream.write("a") == 1
    stream.flush()
    assert stream.write("b") == 1
    assert (stream.lost, stream.complaint) == (error, complaint)


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252", "utf-8"])
def test_characters_that_the_encoding_lacks_are_spelled(encoding: str) -> None:
    buffer = io.BytesIO()
    stream = Stream(io.TextIOWrapper(buffer, encoding=encoding))
    stream.write('"é 受 😀 \udc80"')
    stream.flush()
    said = buffer.getvalue().decode(encoding)
    assert stream.lost is None
    assert eval(said.replace("\\ud83d\\ude00", "😀")) == "é 受 😀 \udc80"


def test_missing_streams_are_replaced_while_the_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    with unfailing() as out:
        sys.stdout.write("nobody hears this")
        sys.stderr.writelines(["nor", "this"])
        assert sys.stdin.read() == ""
        assert out.complaint is None
    assert (sys.stdin, sys.stdout, sys.stderr) == (None, None, None)


def test_a_descriptor_that_is_closed_is_no_files_number() -> None:
    code = (
        "import os; from reconciler.runtime.streams import unfailing\n"
        "os.close(1)\n"
        "with unfailing(): raise SystemExit(os.open(os.devnull, os.O_RDONLY))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode > 2


def test_the_rest_is_the_stream_below() -> None:
    inner: Any = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    stream = Stream(inner)
    assert stream.encoding == "latin-1"
    assert stream.buffer is inner.buffer
    assert not stream.isatty()
