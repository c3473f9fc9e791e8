"""The settings of a rule.

Sources: PutRule, PutTargets (Amazon EventBridge API Reference).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Ref, Resource, Rows
from reconciler.resources.events.bus_model import DEFAULT
from reconciler.resources.events.event_pattern import PATTERN
from reconciler.resources.events.target_model import Target
from reconciler.resources.identifiers import RoleArn
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.schedule_expression import OF_RULE

MOST_TARGETS = 5
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""
NAMES = (Form(r".{1,64}", "1 to 64 characters"), Form(r"[.\-_A-Za-z0-9]*", "a-z, A-Z, 0-9, ., - and _ alone"))


class Rule(Resource):
    """A rule with its targets. If `targets` is written, the rule gets exactly these targets."""

    event_bus_name: Annotated[
        Annotated[str, Form(r"[/.\-_A-Za-z0-9]{1,256}", "the name of a bus")] | None,
        Ref("events.bus", by="name", outside=True),
        LASTS,
    ] = None
    """The name of its bus; without it, the bus `default`."""
    event_pattern: Annotated[dict[str, Any] | str | None, PATTERN] = None
    """The events that match: a mapping, the text of a JSON object, or `{file: ...}`."""
    schedule_expression: Annotated[str, OF_RULE, Field(max_length=256)] | None = None
    """`rate(...)` or `cron(...)`, in UTC; only on the bus `default`."""
    state: Annotated[
        Literal["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"] | None,
        lasts("state: ENABLED"),
    ] = None
    description: Annotated[str | None, Field(max_length=512)] = None
    role_arn: RoleArn | None = None
    """The role for targets; a role of a target goes first."""
    targets: Annotated[list[Target] | None, Rows(("id",)), Field(max_length=MOST_TARGETS)] = None


DEFAULTS: Mapping[str, Any] = {"event_bus_name": DEFAULT, "state": "ENABLED"}
"""What AWS gives a new rule."""
