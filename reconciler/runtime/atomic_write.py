"""Replaces files completely or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

PREFIX = 48
"""Characters, of up to four bytes, that the name of the temporary file takes over: a name has at most 255 bytes."""


def write_whole(file: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file; a reader, even after a crash, finds the old content or the new.

    Text is written as UTF-8; half characters, which UTF-8 does not have, get JSON's spelling. Only the owner can read a
    private file. Another file keeps its permissions; a new one has the user's default permissions.

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
