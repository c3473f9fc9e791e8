"""Files that are replaced whole or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

PREFIX = 64
"""Characters of the name that the file beside it bears while it is written: a name is not longer than 255 bytes."""


def write_whole(file: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file; whoever reads it, even after a crash, finds the old content or the new.

    A private file is its owner's only. Another is readable to whoever could read it before, and when it is new to whoever
    may read what this user writes.

    Raises:
        OSError: the file cannot be written.
    """
    target = file.resolve()
    handle, written = tempfile.mkstemp(prefix=f".{file.name[:PREFIX]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
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
