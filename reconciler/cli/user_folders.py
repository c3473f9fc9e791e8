"""The user's folders: the cache and the history."""

from pathlib import Path

from reconciler.cli.exits import INVALID, exit_with_errors


def cache_folder() -> Path:
    """Where what passes read and load is kept: in the user's cache directory."""
    import os

    return _home(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "XDG_CACHE_HOME") / "reconciler"


def history_file() -> Path:
    """Where the history is kept unless somebody says otherwise: in the user's state directory."""
    import os

    home = _home(os.environ.get("XDG_STATE_HOME") or "~/.local/state", "XDG_STATE_HOME")
    return home / "reconciler" / "history.sqlite"


def _home(path: str, variable: str) -> Path:
    """A directory of the user's; the program ends where nobody knows the home directory."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        exit_with_errors(
            [f"{path}: no home directory is known; set HOME or {variable} to a directory"], INVALID
        )
