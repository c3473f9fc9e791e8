"""A plan as a file that can be reviewed, and approved by handing it back; it tells when somebody has edited it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.aws.redaction import SECRETS
from reconciler.one_pass import PassReport
from reconciler.planning.approval import Approval, actions_data, approval_of
from reconciler.stack import Stack
from reconciler.writing import write_whole

VERSION = 1
DIGEST = "sha256"
PLACE = {"stack": "name", "environment": "environment", "account": "account", "region": "region"}
"""For what and where a plan is, and the members of a stack that say so."""


class BadPlanFile(Exception):
    """The file is no plan at all; its text is one line."""


class StalePlanFile(Exception):
    """The file is a plan that must not be used here; its text is one line."""


@dataclass(frozen=True)
class PlanFile:
    """What was approved, and under which options it was planned."""

    approval: Approval
    only: tuple[str, ...]
    allow_deletes: int | None


def write_plan(file: Path, report: PassReport) -> None:
    """Write the plan of a dry run, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    data = _data(report)
    text = json.dumps({**data, DIGEST: _digest(data)}, indent=2, ensure_ascii=False) + "\n"
    write_whole(file, text, private=True)


def read_plan(file: Path, stack: Stack) -> PlanFile:
    """The plan of a file, if it is one for this stack and place and nobody has touched it.

    Raises:
        BadPlanFile, StalePlanFile: it is not.
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadPlanFile(f"{file}: the plan cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BadPlanFile(f"{file}: this is no plan; `once --dry-run --out FILE` writes one") from None
    if not isinstance(data, dict) or "plan_version" not in data:
        raise BadPlanFile(f"{file}: this is no plan; `once --dry-run --out FILE` writes one")
    if data["plan_version"] != VERSION:
        raise StalePlanFile(
            f"{file}: a plan of version {data['plan_version']}, and this release reads {VERSION}"
        )
    if data.pop(DIGEST, None) != _digest(data):
        raise StalePlanFile(f"{file}: the plan was edited after it was written; make it anew")
    for name, member in PLACE.items():
        if data[name] != getattr(stack, member):
            said = f"the plan is for {name} {data[name]}, and this is {getattr(stack, member)}"
            raise StalePlanFile(f"{file}: {said}")
    approval = approval_of(data["actions"], data["files_hash"])
    return PlanFile(approval, tuple(data["only"]), data["allow_deletes"])


def _data(report: PassReport) -> dict[str, Any]:
    stack, options = report.stack, report.options
    data: dict[str, Any] = {
        "plan_version": VERSION,
        **{name: getattr(stack, member) for name, member in PLACE.items()},
        "files_hash": stack.files_hash,
        "made": round(report.started, 3),
        "only": list(options.only),
        "allow_deletes": options.allow_deletes,
        "actions": actions_data(report.plan, stack),
    }
    safe: dict[str, Any] = SECRETS.data(data)
    return safe


def _digest(data: Mapping[str, Any]) -> str:
    """sha256 over all of it, in an order and a form of its own."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
