"""Replaces files as a whole or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

PREFIX = 48
"""Characters, of four bytes each, of the name that the file beside it bears meanwhile: a name has 255 bytes at most."""


def write_whole(file: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file; whoever reads it, even after a crash, finds the old content or the new.

    Text is UTF-8, which has no bytes for half a character: that is spelled as JSON spells it. A private file is its
    owner's only. Another is readable to whoever could read it before, and when it is new to whoever may read what this
    user writes.

    Raises:
        OSError: the file cannot be written.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    target = file.resolve()
    handle, written = tempfile.mkstemp(prefix=f".{file.name[:PREFIX]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        if not private:
            Path(written).chmod(_mode(target))
        Path(written).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(written).unlink()
        raise


def _mode(file: Path) -> int:
    if file.exists():
        return file.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
