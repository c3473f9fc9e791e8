"""connect.phone_number."""

from reconciler.testing import Change, Drift, Sample
from tests.contract.contract_around import in_instance

FLOW = {
    "type": "CONTACT_FLOW",
    "content": {
        "Version": "2019-10-30",
        "StartAction": "end",
        "Actions": [
            {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
        ],
    },
}

STOCK = "`prepare` looks for a number by it, and takes it out of the request"

SAMPLE = Sample(
    name="main",
    around=in_instance({"connect.contact_flow": {"Welcome": FLOW, "Closed": FLOW}}),
    base={
        "phone_number": "+442079460${serial}",
        "country_code": "GB",
        "type": "DID",
        "description": "The main line",
        "contact_flow": "Welcome",
        "tags": {"Team": "orders"},
    },
    forms={
        "from AWS's stock": {
            "country_code": "GB",
            "type": "TOLL_FREE",
            "prefix": "+44800",
            "contact_flow": "Welcome",
        }
    },
    changes=(
        Change("phone_number", "+442079460111", refused="AWS cannot change phone_number"),
        Change("country_code", "FR", refused="AWS cannot change country_code"),
        Change("type", "TOLL_FREE", refused="AWS cannot change type"),
        Change("description", "Orders", ("UpdatePhoneNumberMetadata",)),
        Change("description", None, ("UpdatePhoneNumberMetadata",), "cleared"),
        Change("contact_flow", "Closed", ("AssociatePhoneNumberContactFlow",)),
        Change("contact_flow", None, ("DisassociatePhoneNumberContactFlow",), "cleared"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(Drift("description", "update_phone_number_metadata", {"PhoneNumberDescription": "by hand"}),),
    misfits={
        "country_code: claim_phone_number has no member PhoneNumberCountryCode": STOCK,
        "type: claim_phone_number has no member PhoneNumberType": STOCK,
        "prefix: claim_phone_number has no member PhoneNumberPrefix": STOCK,
    },
    needed={"phone_number": "`prepare` takes one from AWS's stock where none is written"},
)
