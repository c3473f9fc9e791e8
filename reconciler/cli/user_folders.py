"""The user's folders: the cache and the history."""

from pathlib import Path

from reconciler.cli.exits import INVALID, exit_with_errors


def cache_folder() -> Path:
    """The folder of the caches, in the user's cache directory."""
    import os

    return _home(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "XDG_CACHE_HOME") / "reconciler"


def history_file() -> Path:
    """The default file of the history, in the user's state directory."""
    import os

    home = _home(os.environ.get("XDG_STATE_HOME") or "~/.local/state", "XDG_STATE_HOME")
    return home / "reconciler" / "history.sqlite"


def _home(path: str, variable: str) -> Path:
    """A directory of the user; exits with an error if there is no home directory."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        exit_with_errors(
            [f"{path}: no home directory is known; set HOME or {variable} to a directory"], INVALID
        )
