"""How a user types the command line: from the project's root, with no AWS set-up of his own."""

import atexit
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).parents[2]
CENTRE = ROOT / "desired_state" / "contact_center"

_cache = tempfile.TemporaryDirectory(prefix="reconciler-")
atexit.register(_cache.cleanup)

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    "AWS_ACCESS_KEY_ID": "sandbox",
    "AWS_SECRET_ACCESS_KEY": "sandbox",
    "XDG_CACHE_HOME": _cache.name,
    "XDG_STATE_HOME": _cache.name,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}

Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]
Client: TypeAlias = Callable[[str], Any]
