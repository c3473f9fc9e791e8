"""scheduler.group: a group of schedules."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    PAIR,
    Adapter,
    Api,
    Create,
    Delete,
    FieldRead,
    Named,
    Reads,
    Sighting,
    TagOperations,
    tagging,
)
from reconciler.permissions import GrantedFor
from reconciler.resources.scheduler import costs, unused
from reconciler.resources.scheduler.group_grants import for_schedules
from reconciler.resources.scheduler.group_model import DEFAULT, NAMES, Group
from reconciler.resources.scheduler.group_problems import problems
from reconciler.resources.scheduler.schedule_changes import SCHEDULES, schedules_of
from reconciler.resources.scheduler.service import SCHEDULER


class GroupAdapter(Adapter[Group]):
    """CreateScheduleGroup, and CreateSchedule, UpdateSchedule and DeleteSchedule for its schedules."""

    kind = "scheduler.group"
    cloudformation = CloudFormation(type="AWS::Scheduler::ScheduleGroup")
    appearance = Appearance(column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"schedules": for_schedules}
    service = SCHEDULER
    model = Group
    costs = costs.GROUP
    summary = "a group of schedules with its schedules"
    identity = Named(
        name="Name",
        arns=(
            "arn:{partition}:scheduler:{region}:{account}:schedule-group/{name}",
            "arn:{partition}:scheduler:{region}:{account}:schedule/{name}/*",
        ),
        forms=NAMES,
    )
    create = Create("create_schedule_group", token="ClientToken")  # noqa: S106  the name of a member
    updates = (SCHEDULES,)
    delete = Delete("delete_schedule_group")
    reads = Reads(
        list="list_schedule_groups",
        get="get_schedule_group",
        alone={"schedules": FieldRead(schedules_of, ("list_schedules", "get_schedule"))},
    )
    tagging = tagging(TagOperations(pair=PAIR))
    unused = unused.GROUP
    problems = staticmethod(problems)

    def made_by_aws(self, sighting: Sighting) -> bool:
        return sighting.name == DEFAULT

    def not_manageable(self, api: Api) -> Iterable[tuple[str, str]]:
        del api
        return [(DEFAULT, "AWS takes no tags for it; move its schedules to a group of your own")]

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        state = api.call("get_schedule_group", **sighting.address).get("State")
        return "group is DELETING" if state == "DELETING" else None
