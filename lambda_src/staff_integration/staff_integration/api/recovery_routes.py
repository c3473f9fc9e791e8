"""Whether the database could be rebuilt now, for `reconciler smoke` and other watchers."""

from typing import Literal

from fastapi import APIRouter, Response

from staff_integration.api.services import Used
from staff_integration.api.shapes import Shape
from staff_integration.backup.status import recovery_of

router = APIRouter(prefix="/health", include_in_schema=False)
UNAVAILABLE = 503


class RecoveryView(Shape):
    """How it stands; ages and times in seconds."""

    status: Literal["ok", "backup", "drill"]
    backup_age: float | None
    drill_age: float | None
    rpo: float | None
    rto: float | None


@router.get("/recovery")
def recovery(used: Used, response: Response) -> RecoveryView:
    """Answer how it stands; 503 if a backup or a good drill is missing."""
    with used.sessions() as session:
        found = recovery_of(session, used.clock.now())
    if found.status != "ok":
        response.status_code = UNAVAILABLE
    return RecoveryView(**vars(found))
