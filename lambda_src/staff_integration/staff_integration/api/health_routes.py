"""Whether this process lives and can serve, for proxies and watchers. They are told no more than that."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from staff_integration import health, reporting
from staff_integration.api.services import Used

router = APIRouter(prefix="/health", include_in_schema=False)
UNAVAILABLE = 503


class Health(BaseModel):
    """How it is."""

    status: Literal["ok", "draining", "database", "schema"]


@router.get("/live")
async def live() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/ready")
def ready(used: Used, response: Response) -> Health:
    """Whether it can serve: 503 with what is in the way."""
    problem = health.problem_of(used.sessions)
    if used.hub.draining:
        found = Health(status="draining")
    elif problem:
        reporting.info("not_ready", reason=problem)
        found = Health(status="database" if problem == health.NO_DATABASE else "schema")
    else:
        return Health(status="ok")
    response.status_code = UNAVAILABLE
    return found
