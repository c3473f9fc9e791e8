"""Runs the command line from the project's root, without an AWS configuration."""

import atexit
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from botocore import xform_name

from reconciler.aws.service_quotas import BELIEVED, KIND
from reconciler.cache_store import FileCache, Memory
from reconciler.sandbox.connect.core.operations import MODEL
from reconciler.wheels import cache_folder

ROOT = Path(__file__).parents[2]
CENTRE = ROOT / "desired_state" / "contact_center"

_cache = tempfile.TemporaryDirectory(prefix="reconciler-")
atexit.register(_cache.cleanup)
# The wheels that setting up has fetched; a test fetches nothing.
(Path(_cache.name) / "reconciler").mkdir()
(Path(_cache.name) / "reconciler" / "wheels").symlink_to(cache_folder())

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    "AWS_ACCESS_KEY_ID": "sandbox",
    "AWS_SECRET_ACCESS_KEY": "sandbox",
    "XDG_CACHE_HOME": _cache.name,
    "XDG_STATE_HOME": _cache.name,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


def _raise_quotas(account: str, region: str) -> None:
    """Cache raised request quotas for an account: with the published ones, a pass waits most of its time.

    The sandbox does not have ListServiceQuotas; a pass reads the quotas once a day.
    """
    rates = {xform_name(name): BELIEVED for name in MODEL.operation_names}
    file = Path(_cache.name) / "reconciler" / f"{account}-{region}.sqlite"
    FileCache(file).keep(
        KIND, f"{account}/{region}", {"connect": Memory("", time.time(), {"rates": rates}, {})}
    )


_raise_quotas("123456789012", "eu-west-2")

Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]
Client: TypeAlias = Callable[[str], Any]
