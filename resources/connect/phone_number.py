"""connect.phone_number: a number that customers call, or that outbound calls come from."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Attribute,
    Create,
    Delete,
    Marked,
    Reads,
    Sends,
    Sighting,
    Wired,
)
from reconciler.resources.connect import checks, costs, terraform, unused
from reconciler.resources.connect.common import TAGGING, WEBSITE
from reconciler.resources.connect.helpers import number_in_words
from reconciler.resources.connect.phone_number_changes import CONTACT_FLOW, chosen, problems
from reconciler.resources.connect.phone_number_cloudformation import CLOUDFORMATION
from reconciler.resources.connect.phone_number_model import STOCK, PhoneNumber
from reconciler.resources.connect.phone_number_reading import being_claimed, claimed, flows_of, place, target
from reconciler.resources.connect.service import CONNECT


class PhoneNumberAdapter(Adapter[PhoneNumber]):
    """SearchAvailablePhoneNumbers, ClaimPhoneNumber, and ReleasePhoneNumber only if the files allow it."""

    kind = "connect.phone_number"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(
        sort="number", details=number_in_words, leads_to=frozenset({"connect.contact_flow"})
    )
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "phone_number": Attribute("the number itself, in E.164", "PhoneNumber")
    }
    service = CONNECT
    terraform = terraform.PHONE_NUMBER
    model = PhoneNumber
    costs = costs.NUMBER
    summary = "a claimed number, and the flow that answers it"
    console = WEBSITE
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
    updates = (Sends("update_phone_number_metadata", ("description",)), CONTACT_FLOW)
    # A released number is lost: it cannot be claimed for up to 180 days (ReleasePhoneNumber, API reference).
    delete = Delete("release_phone_number", protected=True, loses="its number cannot be had again")
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
    checks = checks.NUMBER
    unused = unused.NUMBER
    problems = staticmethod(problems)
    prepare = staticmethod(chosen)

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str | None:
        # A resource that is only referred to has no settings but its instance; its name is its number.
        return settings.get("phone_number") if settings.keys() - {"instance"} else name

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        flows = flows_of(api, scope)
        for row in api.pages(self.reads.list, **scope, **self.reads.list_with):
            yield claimed(row, scope, flows)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        row = self.describe(api, sighting)
        scope = {"InstanceId": row.get("InstanceId") or row["TargetArn"].rpartition("/")[2]}
        return claimed(row, scope, flows_of(api, scope) if "contact_flow" in fields else {}).settings

    def elsewhere(self, api: Api, scope: Address) -> Iterable[tuple[Sighting, str]]:
        # Without a target, the list has all numbers of the account and Region.
        for row in api.pages(self.reads.list, **self.reads.list_with):
            if target(row) != scope["InstanceId"]:
                yield claimed(row, {"InstanceId": target(row)}, {}), place(row)

    def moved_to(self, api: Api, sighting: Sighting) -> str | None:
        row = self.describe(api, sighting)
        return None if target(row) == sighting.settings.get("InstanceId") else place(row)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return being_claimed(self.describe(api, sighting))
