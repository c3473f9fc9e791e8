"""A contact centre for tests; every request and every reply is checked with botocore's model."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from reconciler.sandbox.connect import ConnectPlane
from reconciler.sandbox.sandbox_error import SandboxError

MODEL = botocore.session.get_session().get_service_model("connect")
Refused = Callable[[str], AbstractContextManager[pytest.ExceptionInfo[SandboxError]]]
PYTHON_TYPES: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "long": int,
    "float": (int, float),
    "boolean": bool,
    "timestamp": datetime,
}


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


def misfits(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Yield the differences between a reply and the model."""
    if shape.type_name == "structure":
        yield from (f"{path}.{name} is unknown" for name in value if name not in shape.members)
        yield from (f"{path}.{name} is missing" for name in shape.required_members if name not in value)
        for name in shape.members.keys() & value.keys():
            yield from misfits(shape.members[name], value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for number, item in enumerate(value):
            yield from misfits(shape.member, item, f"{path}[{number}]")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from misfits(shape.value, item, f"{path}.{key}")
    elif not isinstance(value, PYTHON_TYPES[shape.type_name]):
        yield f"{path} is {value!r}"


def call(plane: ConnectPlane, operation: str, **members: Any) -> Any:
    model = MODEL.operation_model(operation)
    if model.input_shape:
        report = ParamValidator().validate(members, model.input_shape)
        assert not report.has_errors(), report.generate_report()
    reply = plane.operations[operation](**members)
    if model.output_shape:
        assert not list(misfits(model.output_shape, reply or {}, operation))
    return reply


class Centre:
    """An instance whose operations are called with members."""

    def __init__(self, plane: ConnectPlane, **settings: Any) -> None:
        self.plane = plane
        settings = {"IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "acme", **settings}
        given = {member: value for member, value in settings.items() if value is not None}
        made = call(plane, "CreateInstance", InboundCallsEnabled=True, OutboundCallsEnabled=True, **given)
        self.id, self.arn = made["Id"], made["Arn"]

    def __call__(self, operation: str, **members: Any) -> Any:
        return call(self.plane, operation, InstanceId=self.id, **members)

    def plain(self, operation: str, **members: Any) -> Any:
        return call(self.plane, operation, **members)

    def pages(self, operation: str, key: str, **members: Any) -> list[list[Any]]:
        found: list[list[Any]] = []
        token: dict[str, str] = {}
        while True:
            reply = self(operation, **members, **token)
            found.append(reply[key])
            if "NextToken" not in reply:
                return found
            token = {"NextToken": reply["NextToken"]}

    def rows(self, operation: str, key: str, **members: Any) -> list[Any]:
        return [row for page in self.pages(operation, key, **members) for row in page]

    def named(self, operation: str, key: str, name: str) -> str:
        found: str = next(row["Id"] for row in self.rows(operation, key) if row["Name"] == name)
        return found

    @property
    def hours(self) -> str:
        return self.named("ListHoursOfOperations", "HoursOfOperationSummaryList", "Basic Hours")

    @property
    def queue(self) -> str:
        found: str = self.rows("ListQueues", "QueueSummaryList", QueueTypes=["STANDARD"])[0]["Id"]
        return found

    @property
    def routing_profile(self) -> str:
        return self.named("ListRoutingProfiles", "RoutingProfileSummaryList", "Basic Routing Profile")

    @property
    def security_profile(self) -> str:
        return self.named("ListSecurityProfiles", "SecurityProfileSummaryList", "Agent")

    def flow(self, name: str = "Default queue transfer") -> str:
        return self.named("ListContactFlows", "ContactFlowSummaryList", name)

    def make_hours(self, name: str = "Days", **more: Any) -> str:
        settings = {"TimeZone": "Europe/London", "Config": [], **more}
        made: str = self("CreateHoursOfOperation", Name=name, **settings)["HoursOfOperationId"]
        return made

    def make_queue(self, name: str = "Sales", **more: Any) -> str:
        settings = {"HoursOfOperationId": self.hours, **more}
        made: str = self("CreateQueue", Name=name, **settings)["QueueId"]
        return made

    def make_routing_profile(self, name: str = "Seller", **more: Any) -> str:
        settings = {
            "Description": "Sells",
            "DefaultOutboundQueueId": self.queue,
            "MediaConcurrencies": [{"Channel": "VOICE", "Concurrency": 1}],
            **more,
        }
        made: str = self("CreateRoutingProfile", Name=name, **settings)["RoutingProfileId"]
        return made

    def make_user(self, name: str = "ada", **more: Any) -> str:
        settings = {
            "Password": "Abcdefg1",
            "IdentityInfo": {"FirstName": "Ada", "LastName": "Lovelace"},
            "PhoneConfig": {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 30},
            "SecurityProfileIds": [self.security_profile],
            "RoutingProfileId": self.routing_profile,
            **more,
        }
        given = {member: value for member, value in settings.items() if value is not None}
        made: str = self("CreateUser", Username=name, **given)["UserId"]
        return made

    def make_quick_connect(self, name: str = "Help", **config: Any) -> str:
        config = config or {
            "QuickConnectType": "PHONE_NUMBER",
            "PhoneConfig": {"PhoneNumber": "+442079460000"},
        }
        made: str = self("CreateQuickConnect", Name=name, QuickConnectConfig=config)["QuickConnectId"]
        return made


@contextmanager
def want_refused(code: str) -> Iterator[pytest.ExceptionInfo[SandboxError]]:
    with pytest.raises(SandboxError) as caught:
        yield caught
    assert caught.value.code == code, f"{caught.value.code}: {caught.value.message}"
