"""Small kinds for tests of loading: one for each meaning of a field."""

import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from reconciler.contract import Adapter, Assigned, Attribute, CannotDelete, Create
from reconciler.desired import InvalidStack, load
from reconciler.forms import Form
from reconciler.model import (
    Document,
    DocumentContext,
    Finding,
    InFile,
    NoReferences,
    Part,
    Ref,
    Resource,
    Rows,
    Secret,
    Unordered,
    Whole,
)
from reconciler.service import Service
from reconciler.stack import Stack


class Instance(Resource):
    alias: str | None = None


class Within(Resource):
    instance: Annotated[str, Ref("connect.instance")]


class Hours(Within):
    class Slot(Part):
        day: Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
        start_time: str
        """When it opens, as HH:MM."""
        weight: float | None = None

    time_zone: Annotated[str, Field(min_length=1, max_length=50)]
    config: Annotated[list[Slot], Rows(by=("day",)), Field(max_length=3)] | None = None


class Queue(Within):
    hours_of_operation: Annotated[str, Ref("connect.hours_of_operation")]
    """When the queue is open."""
    description: str | None = None
    max_contacts: Annotated[int, Field(ge=0, le=999)] | None = None
    enabled: bool | None = None
    limit: int | bool | None = None
    outbound_flow: Annotated[str, Ref("connect.flow", by="arn")] | None = None
    quick: Annotated[list[Annotated[str, Ref("connect.queue")]], Unordered()] | None = None

    @model_validator(mode="after")
    def _no_quick_when_closed(self) -> "Queue":
        if self.enabled is False and self.quick:
            raise ValueError("a disabled queue takes no quick queues; remove `quick` or `enabled`")
        return self


class User(Within):
    class Identity(Part):
        first_name: str
        last_name: str | None = None
        email: Annotated[str, Form(r"\S+@\S+", "an e-mail address")] | None = None

    class Phone(Part):
        phone_type: Literal["SOFT_PHONE", "DESK_PHONE"]
        auto_accept: bool | None = None
        after_contact_work_time_limit: int | None = None
        desk_phone_number: str | None = None

    identity_info: Identity | None = None
    phone_config: Phone | None = None
    password: Secret | None = None
    keys: Annotated[dict[str, Secret] | None, Whole()] = None
    queue: Annotated[str, Ref("connect.queue")] | None = None
    profiles: Annotated[list[Annotated[str, Ref("connect.queue")]], Unordered()] | None = None
    by_skill: Annotated[dict[str, Annotated[str, Ref("connect.queue")]] | None, Whole()] = None


def _check_flow(document: Any, context: DocumentContext) -> list[Finding]:
    missing = [word for word in ("Version", "Actions") if word not in document]
    found = [Finding(f"the flow has no {word}") for word in missing]
    actions = document.get("Actions")
    for number, action in enumerate(actions if isinstance(actions, list) else []):
        if isinstance(action, str) and action.startswith("wrong"):
            found.append(Finding(f"wrong in {context.account}/{context.region}", ("Actions", number)))
        if action == "odd":
            found.append(Finding("odd", ("Actions", number, "more"), warning=True))
        if action == "no end":
            found.append(Finding("an action is missing after this one", ("Actions", number + 1)))
    return found


class Flow(Within):
    content: (
        Annotated[
            dict[str, Any],
            Document(
                canonical=lambda content: content,
                tokens={
                    "queue": Ref("connect.queue", "arn"),
                    "flow": Ref("connect.flow", "arn"),
                    "instance": Ref("connect.instance", "arn"),
                },
                check=_check_flow,
                own={"instance": "instance", "instance#name": None},
            ),
        ]
        | None
    ) = None


class Group(Within):
    parent: Annotated[str, Ref("connect.group")] | None = None


class Rule(Resource):
    pattern: Annotated[dict[str, Any], Document(canonical=lambda content: content, tokens={})] | None = None
    target: Annotated[str, Ref("lambda.function", by="arn")] | None = None


class Bucket(Resource):
    stream: bool | None = None
    keeps: Literal[1, 3, 5] | None = None
    always: Literal[True] | None = None
    log: Annotated[str | None, Ref("toy.bucket", by="arn", outside=True)] = None
    label: Annotated[str | None, NoReferences()] = None
    script: Annotated[str | None, InFile()] = None


def _streamless(settings: Mapping[str, Any]) -> str:
    return "its stream is off; write stream: true" if settings.get("stream") is False else ""


STREAM = {
    "stream_arn": Attribute(
        "the ARN of its stream", lambda _api, seen: f"{seen.arn}/stream", ("stream",), _streamless
    )
}


def kind_of(name: str, of: type[Resource], scope: str | None = None, later_on: str = "") -> Adapter[Any]:
    class Toy(Adapter[Any]):
        kind = name
        service = Service(name=name.partition(".")[0])
        identity = Assigned(
            address="Id", arn_in="Arn", arns=("arn:{partition}:toy:{region}:{account}:{name}",)
        )
        model = of
        summary = f"A toy {name}."
        parent = scope
        create = Create("create", tuple(of.model_fields), deferrable=dict.fromkeys(later_on.split()))
        delete = CannotDelete()
        attributes = STREAM if of is Bucket else {}

        def list(self, api: Any, scope: Any) -> Iterable[Any]:
            return ()

        def get_fields(self, api: Any, sighting: Any, fields: Any) -> Mapping[str, Any]:
            return {}

    return Toy()


KINDS: Mapping[str, Adapter[Any]] = {
    "connect.instance": kind_of("connect.instance", Instance),
    "connect.hours_of_operation": kind_of("connect.hours_of_operation", Hours, "connect.instance"),
    "connect.queue": kind_of("connect.queue", Queue, "connect.instance", "quick outbound_flow"),
    "connect.user": kind_of("connect.user", User, "connect.instance"),
    "connect.flow": kind_of("connect.flow", Flow, "connect.instance", "content"),
    "connect.group": kind_of("connect.group", Group, "connect.instance"),
    "events.rule": kind_of("events.rule", Rule),
    "toy.bucket": kind_of("toy.bucket", Bucket),
}

HEADER = """\
stack: shop
environments:
  dev: {account: "111111111111", region: eu-west-2, variables: {alias: acme-dev, limit: 5, open: true}}
"""
"""Three lines: the next text begins on line 4."""

INSTANCE = "connect.instance: {main: {existing: true}}\n"
"""Line 4, for tests that need an instance; the next text begins on line 5."""

HOURS = "connect.hours_of_operation: {Always: {time_zone: UTC}}\n"
"""Line 5, for tests that need hours; the next text begins on line 6."""

BASE = HEADER + INSTANCE + HOURS


def write(directory: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a directory."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
    return directory


def stack(directory: Path, files: Mapping[str, str | bytes], environment: str | None = None) -> Stack:
    """The stack in these files."""
    return load(write(directory, files), environment, KINDS)


def mistakes(directory: Path, files: Mapping[str, str | bytes], environment: str | None = None) -> list[str]:
    """The mistakes in these files, one line each."""
    try:
        stack(directory, files, environment)
    except InvalidStack as error:
        return [str(mistake) for mistake in error.mistakes]
    return []
