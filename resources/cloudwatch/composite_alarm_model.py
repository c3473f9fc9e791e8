"""The settings of a composite alarm.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from typing import Annotated

from pydantic import Field

from reconciler.model import Means, Mentions, Resource, Wire
from reconciler.resources.cloudwatch.alarm_model import ActionConfiguration, Actions
from reconciler.resources.cloudwatch.alarm_rule import places
from reconciler.resources.lasting import LASTS, lasts

ALARMS = ("cloudwatch.alarm", "cloudwatch.composite_alarm")
Seconds = Annotated[int | None, Field(ge=0)]


class CompositeAlarm(Resource):
    """An alarm whose state follows from the states of other alarms."""

    alarm_description: Annotated[str | None, Field(max_length=1024)] = None
    alarm_rule: Annotated[
        str | None, Field(min_length=1, max_length=10_240), Mentions(ALARMS, places), LASTS
    ] = None
    """Such as `ALARM("${cloudwatch.alarm:errors}") AND NOT ALARM("${cloudwatch.alarm:deploying}")`."""
    actions_enabled: Annotated[bool | None, lasts("actions_enabled: true")] = None
    ok_actions: Annotated[Actions, Wire("OKActions")] = None
    alarm_actions: Actions = None
    insufficient_data_actions: Actions = None
    actions_suppressor: Annotated[
        str | None,
        Field(min_length=1, max_length=1600),
        *(Means(kind, by) for kind in ALARMS for by in ("arn", "name")),
        Mentions(ALARMS, lambda text: [(0, len(text))]),
    ] = None
    """The alarm that suppresses the actions while it is in the state ALARM."""
    actions_suppressor_wait_period: Seconds = None
    """How long the actions wait for the suppressor to go into the state ALARM, in seconds."""
    actions_suppressor_extension_period: Seconds = None
    """How long the actions wait after the suppressor has left the state ALARM, in seconds."""
    action_configuration: ActionConfiguration | None = None
