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
    Create,
    Delete,
    InFiles,
    Marked,
    Reads,
    Sends,
    Sighting,
    Wired,
)
from reconciler.errors import Refused
from reconciler.model import Finding
from reconciler.resources.connect.common import TAGGING
from reconciler.resources.connect.phone_number_changes import chosen, set_contact_flow
from reconciler.resources.connect.phone_number_model import STOCK, PhoneNumber
from reconciler.resources.connect.phone_number_reading import flows_of, place, target
from reconciler.resources.connect.service import CONNECT


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
        "phone_number": Attribute("the number itself, in E.164", "PhoneNumber")
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
        list="list_phone_numbers_v2",
        list_with={"MaxResults": 1000},
        get="describe_phone_number",
        shown_in="ClaimedPhoneNumberSummary",
        called=("list_flow_associations", "search_available_phone_numbers"),
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
        flows = flows_of(api, scope)
        for row in api.pages(self.reads.list, **scope, **self.reads.list_with):
            yield self._claimed(row, scope, flows)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        row = self.describe(api, sighting)
        scope = {"InstanceId": row.get("InstanceId") or row["TargetArn"].rpartition("/")[2]}
        return self._claimed(row, scope, flows_of(api, scope) if "contact_flow" in fields else {}).settings

    def elsewhere(self, api: Api, scope: Address) -> Iterable[tuple[Sighting, str]]:
        """UpdatePhoneNumber moves a number to another instance or to a traffic distribution group.

        Without a target the list holds all numbers of the account and Region.
        Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_ListPhoneNumbersV2.html
        """
        for row in api.pages(self.reads.list, **self.reads.list_with):
            if target(row) != scope["InstanceId"]:
                yield self._claimed(row, {"InstanceId": target(row)}, {}), place(row)

    def moved_to(self, api: Api, sighting: Sighting) -> str | None:
        row = self.describe(api, sighting)
        return None if target(row) == sighting.settings.get("InstanceId") else place(row)

    def _claimed(self, row: Wired, scope: Address, flows: Mapping[str, str]) -> Sighting:
        flow = flows.get(row["PhoneNumberArn"])
        settings = {**row, "InstanceId": scope["InstanceId"], **({"ContactFlowId": flow} if flow else {})}
        address = self.identity.at(scope, row["PhoneNumberId"])
        return Sighting(
            row["PhoneNumber"], address, row["PhoneNumberArn"], settings=settings, tags=row.get("Tags")
        )

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        return chosen(api, parameters)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        """A claim is answered before the number is provisioned."""
        status = self.describe(api, sighting).get("PhoneNumberStatus") or {}
        if status.get("Status") == "FAILED":
            raise Refused("claim_phone_number", "FAILED", status.get("Message", "no reason given"))
        return "number is being claimed" if status.get("Status") == "IN_PROGRESS" else None
