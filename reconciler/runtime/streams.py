"""Standard streams that never fail: work must not stop because nobody reads what it says.

A reader may go away (`reconciler once | head`), a disk may be full, and whoever starts the program may have closed a
stream. What is said then is dropped, and the program goes on to write its history and its reports.
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

    `lost` is why: None while all was written. `inner` is None where the stream was closed before the program began.
    """

    def __init__(self, inner: TextIO | None) -> None:
        self.lost: Exception | None = None
        self._inner = inner
        self.encoding = getattr(inner, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write, or drop, a text; characters that the encoding of the stream does not have are spelled as escapes."""
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
        """Send on what was written."""
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
            OSError: there is none.
        """
        if self._inner is None:
            raise OSError("the stream is closed")
        return self._inner.fileno()

    def _writable(self, char: str) -> str:
        """A character, or what JSON spells in its place where the encoding has no such character."""
        try:
            char.encode(self.encoding)
        except UnicodeEncodeError:
            return escaped(char)
        return char

    def _lose(self, error: Exception) -> None:
        """Drop all from now on. What is still in a buffer goes nowhere, or Python would fail at the very end."""
        self.lost = error
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)

    @property
    def complaint(self) -> str | None:
        """Why something is missing, where whoever reads does not know: a reader that went away wants no more."""
        if self.lost is None or isinstance(self.lost, BrokenPipeError):
            return None
        reason = self.lost.strerror if isinstance(self.lost, OSError) else None
        return (reason or "it cannot be written").lower()


@contextmanager
def unfailing() -> Iterator[Stream]:
    """Stand before stdout and stderr while the program runs; gives stdout."""
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
    """Open the standard descriptors that are closed: the next file would get their number, and what is printed."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
