"""connect.phone_number: a number that customers call, or that calls go out from."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance, Names
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Attribute,
    Calls,
    Change,
    Create,
    Delete,
    InFiles,
    Marked,
    Reads,
    Request,
    Sends,
    Sighting,
    Wired,
)
from reconciler.errors import Refused
from reconciler.model import Finding
from reconciler.resources.connect.common import TAGGING
from reconciler.resources.connect.phone_number_model import STOCK, PhoneNumber
from reconciler.resources.connect.service import CONNECT


def set_contact_flow(change: Change) -> Iterable[Request]:
    """Repointing is one call: the number is never without a flow in between."""
    place = {**change.address, "InstanceId": change.reported["InstanceId"]}
    flow = change.desired.get("ContactFlowId")
    if flow:
        yield Request("associate_phone_number_contact_flow", {**place, "ContactFlowId": flow})
    else:
        yield Request("disassociate_phone_number_contact_flow", place)


def _shown(settings: Mapping[str, Any], names: Names) -> Iterable[str]:
    del names
    number = settings.get("phone_number")
    kind = str(settings.get("type", "")).replace("_", " ").lower().replace("did", "DID")
    yield str(number) if number else " ".join(filter(None, (settings.get("country_code"), kind)))


class PhoneNumberAdapter(Adapter[PhoneNumber]):
    """SearchAvailablePhoneNumbers, ClaimPhoneNumber, and never ReleasePhoneNumber unless told."""

    kind = "connect.phone_number"
    cloudformation = CloudFormation(
        type="AWS::Connect::PhoneNumber",
        called={"TargetArn": "instance"},
        left_out={
            "SourcePhoneNumberArn": "numbers of AWS End User Messaging are imported by ImportPhoneNumber; not built"
        },
        fixed={"phone_number": "which number is claimed; CloudFormation cannot choose one"},
        not_granted={
            "connect:ImportPhoneNumber": "numbers of AWS End User Messaging; not built",
            "connect:UpdatePhoneNumber": "moves a number to another instance; not built",
            "sms-voice:*": "numbers of AWS End User Messaging; not built",
            "social-messaging:*": "numbers of WhatsApp; not built",
        },
    )
    appearance = Appearance(sort="number", details=_shown, leads_to=frozenset({"connect.contact_flow"}))
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "phone_number": Attribute(
            "the number itself, in E.164", lambda api, seen: _described(api, seen)["PhoneNumber"]
        )
    }
    service = CONNECT
    model = PhoneNumber
    summary = "a claimed number, and the flow that answers it"
    identity = Marked(
        address="PhoneNumberId",
        arn_in="PhoneNumberArn",
        stands_alone=True,
        arns=("arn:{partition}:connect:{region}:{account}:phone-number/*",),
    )
    parent = "connect.instance"
    tagging = TAGGING
    create = Create(
        "claim_phone_number",
        ("phone_number", *STOCK, "description"),
        token="ClientToken",  # noqa: S106 -- the name of a member
        fixed=frozenset({"phone_number", "country_code", "type"}),
        write_only=frozenset({"prefix"}),
        one_at_a_time=True,
        lost_race="not available",
    )
    updates = (
        Sends("update_phone_number_metadata", ("description",)),
        Calls(
            set_contact_flow,
            ("contact_flow",),
            ("associate_phone_number_contact_flow", "disassociate_phone_number_contact_flow"),
        ),
    )
    # A released number is lost: nobody can claim it for up to 180 days (ReleasePhoneNumber, API reference).
    delete = Delete("release_phone_number", protected=True)
    reads = Reads(
        called=(
            "list_phone_numbers_v2",
            "describe_phone_number",
            "list_flow_associations",
            "search_available_phone_numbers",
        ),
        page=1000,
        listed=frozenset({"phone_number", "country_code", "type", "description", "contact_flow"}),
        joined=frozenset({"list_flow_associations"}),
    )
    tagging_api_type = "connect:phone-number"

    def problems(self, files: InFiles) -> Iterable[Finding]:
        """A number is either the one that is written, or one of the stock; a live one stays whatever it is."""
        if files.lacks("phone_number") and (files.lacks("country_code") or files.lacks("type")):
            said = "AWS claims no number without phone_number, or country_code and type; write them"
            yield Finding(said, warning=True)

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str | None:
        # What is only referred to has no settings: it goes by its number.
        return settings.get("phone_number") if settings else name

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        flows = self._flows(api, scope)
        for row in api.pages("list_phone_numbers_v2", **scope, MaxResults=1000):
            yield self._seen(row, scope, flows)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        row = _described(api, sighting)
        scope = {"InstanceId": row.get("InstanceId") or row["TargetArn"].rpartition("/")[2]}
        flows = self._flows(api, scope) if "contact_flow" in fields else {}
        return self._seen(row, scope, flows).settings

    def elsewhere(self, api: Api, scope: Address) -> Iterable[tuple[Sighting, str]]:
        """UpdatePhoneNumber moves a number to another instance or to a traffic distribution group.

        Without a target the list holds all numbers of the account and Region.
        Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_ListPhoneNumbersV2.html
        """
        for row in api.pages("list_phone_numbers_v2", MaxResults=1000):
            if _target(row) != scope["InstanceId"]:
                yield self._seen(row, {"InstanceId": _target(row)}, {}), _place(row)

    def moved_to(self, api: Api, sighting: Sighting) -> str | None:
        row = _described(api, sighting)
        return None if _target(row) == sighting.settings.get("InstanceId") else _place(row)

    def _flows(self, api: Api, scope: Address) -> dict[str, str]:
        """Flows by the ARN of their number, of the whole instance in one call."""
        rows = api.pages(
            "list_flow_associations", **scope, ResourceType="VOICE_PHONE_NUMBER", MaxResults=1000
        )
        return {row["ResourceId"]: row["FlowId"] for row in rows}

    def _seen(self, row: Wired, scope: Address, flows: Mapping[str, str]) -> Sighting:
        flow = flows.get(row["PhoneNumberArn"])
        settings = {**row, "InstanceId": scope["InstanceId"], **({"ContactFlowId": flow} if flow else {})}
        address = {"PhoneNumberId": row["PhoneNumberId"]}
        return Sighting(
            row["PhoneNumber"], address, row["PhoneNumberArn"], settings=settings, tags=row.get("Tags")
        )

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        """Pick a number from the stock; two who claim at once may be shown the same one."""
        wanted = {name: parameters.pop(name, None) for name in ("PhoneNumberCountryCode", "PhoneNumberType")}
        prefix = parameters.pop("PhoneNumberPrefix", None)
        if "PhoneNumber" in parameters:
            return parameters
        if None in wanted.values():
            raise Refused("claim_phone_number", "Incomplete", "write phone_number, or country_code and type")
        query = {
            **wanted,
            **({"PhoneNumberPrefix": prefix} if prefix else {}),
            "InstanceId": parameters["InstanceId"],
        }
        found = (
            api.call("search_available_phone_numbers", **query, MaxResults=1).get("AvailableNumbersList")
            or []
        )
        if not found:
            raise Refused(
                "search_available_phone_numbers", "NoneAvailable", f"AWS has no such number: {wanted}"
            )
        return {**parameters, "PhoneNumber": found[0]["PhoneNumber"]}

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        """A claim is answered before the number is provisioned."""
        row = _described(api, sighting)
        status = row.get("PhoneNumberStatus") or {}
        if status.get("Status") == "FAILED":
            raise Refused("claim_phone_number", "FAILED", status.get("Message", "no reason given"))
        return "number is being claimed" if status.get("Status") == "IN_PROGRESS" else None


def _described(api: Api, sighting: Sighting) -> Wired:
    """A number as DescribePhoneNumber shows it."""
    row: Wired = api.call("describe_phone_number", **sighting.address)["ClaimedPhoneNumberSummary"]
    return row


def _target(row: Wired) -> str:
    """The id of the instance or of the traffic distribution group that a number is claimed to.

    Of a number in a group `InstanceId` names the instance that the group was made in.
    """
    return str(row.get("TargetArn", "").rpartition("/")[2] or row.get("InstanceId"))


def _place(row: Wired) -> str:
    """What a number is claimed to, in words."""
    group = ":traffic-distribution-group/" in row.get("TargetArn", "")
    sort = "traffic distribution group" if group else "instance"
    return f"the {sort} {row.get('TargetArn') or _target(row)}"
