"""Standard streams that never fail: work must not stop because its output cannot be written.

A reader may go away (`reconciler once | head`), a disk may be full, and a stream may be closed from the start. The output
is then dropped, and the program continues, so that it can write its history and its reports.
"""

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast

from reconciler.runtime.printable import escaped


class Stream:
    """A text stream that drops what cannot be written.

    `lost` is the reason: None while all was written. `inner` is None if the stream was closed before the program began.
    """

    def __init__(self, inner: TextIO | None) -> None:
        self.lost: Exception | None = None
        self._inner = inner
        self.encoding = getattr(inner, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write or drop a text; characters that the stream's encoding does not have are escaped."""
        if self._inner is None or self.lost is not None:
            return len(text)
        try:
            try:
                self._inner.write(text)
            except UnicodeEncodeError:
                self._inner.write("".join(map(self._writable, text)))
        except (OSError, ValueError) as error:
            self._lose(error)
        return len(text)

    def flush(self) -> None:
        """Flush the written text."""
        if self._inner is None or self.lost is not None:
            return
        try:
            self._inner.flush()
        except (OSError, ValueError) as error:
            self._lose(error)

    def writelines(self, texts: Iterable[str]) -> None:
        """Write texts one after another."""
        for text in texts:
            self.write(text)

    @property
    def closed(self) -> bool:
        """Whether it was closed before the program began."""
        return self._inner is None

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._inner is not None and self.lost is None and self._inner.isatty()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def fileno(self) -> int:
        """The descriptor.

        Raises:
            OSError: the stream has no descriptor.
        """
        if self._inner is None:
            raise OSError("the stream is closed")
        return self._inner.fileno()

    def _writable(self, char: str) -> str:
        """A character, or its JSON escape if the encoding does not have it."""
        try:
            char.encode(self.encoding)
        except UnicodeEncodeError:
            return escaped(char)
        return char

    def _lose(self, error: Exception) -> None:
        """Drop all text from now on. The buffer is dropped too, otherwise Python would fail at its end."""
        self.lost = error
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)

    @property
    def complaint(self) -> str | None:
        """Why output is missing; empty if the reader went away, because then it wants no more."""
        if self.lost is None or isinstance(self.lost, BrokenPipeError):
            return None
        reason = self.lost.strerror if isinstance(self.lost, OSError) else None
        return (reason or "it cannot be written").lower()


@contextmanager
def unfailing() -> Iterator[Stream]:
    """Replace stdout and stderr by streams that never fail while the program runs; yields stdout."""
    _open_missing()
    before = sys.stdin, sys.stdout, sys.stderr
    out, err = Stream(sys.stdout), Stream(sys.stderr)
    sys.stdout, sys.stderr = cast("TextIO", out), cast("TextIO", err)
    if sys.stdin is None:
        sys.stdin = io.StringIO()
    try:
        yield out
    finally:
        out.flush()
        err.flush()
        sys.stdin, sys.stdout, sys.stderr = before


def _open_missing() -> None:
    """Open closed standard descriptors: otherwise the next file would get their number, and the printed text."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
