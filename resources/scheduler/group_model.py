"""The settings of a group of schedules.

Sources: CreateScheduleGroup, CreateSchedule (Amazon EventBridge Scheduler API Reference).
"""

from typing import Annotated

from reconciler.forms import Form
from reconciler.model import Resource, Rows
from reconciler.resources.scheduler.schedule_model import Schedule

DEFAULT = "default"
"""The name of the group that AWS creates in every account and Region."""
NAMES = (
    Form(r".{1,64}", "1 to 64 characters"),
    Form(r"[0-9a-zA-Z\-_.]*", "a-z, A-Z, 0-9, -, _ and . alone"),
)


class Group(Resource):
    """A group with its schedules. If `schedules` is written, the group gets exactly these schedules.

    AWS cannot tag a schedule. The tags of its group show the owner.
    """

    schedules: Annotated[list[Schedule] | None, Rows(("name",))] = None
