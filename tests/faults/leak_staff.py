"""The secrets of the staff application, an application of its own: a process plays it and tells what is in clear."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECRETS = (
    "access_token",
    "backup_key",
    "chosen_password",
    "database_password",
    "hand_over_code",
    "initial_password",
    "password_as_name",
    "private_key",
    "refresh_token",
    "reset_password",
    "service_secret",
    "service_token",
    "system_token",
    "vault_key",
    "wrong_password",
)
CASES = tuple(f"staff_integration {each}" for each in SECRETS)


def check(case: str) -> Sequence[str]:
    """Where a secret of the application is in clear."""
    name = case.removeprefix("staff_integration ")
    found, tried = _played()
    if name not in tried:
        return (f"{name} was never used: nothing was tried",)
    return tuple(each for each in found if each.startswith(f"{name} in "))


@cache
def _played() -> tuple[Sequence[str], Sequence[str]]:
    paths = os.pathsep.join((str(ROOT / "lambda_src" / "staff_integration"), str(ROOT)))
    ended = subprocess.run(
        [sys.executable, "-m", "tests.staff_integration.leaks"],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"the staff application could not be played: {ended.stderr[-500:]}")
    result = json.loads(ended.stdout.splitlines()[-1])
    return result["found"], result["tried"]
