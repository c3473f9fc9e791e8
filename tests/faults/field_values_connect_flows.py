"""Two values for every field of flows and phone numbers."""

from collections.abc import Mapping

from tests.contract.samples.connect_contact_flow import END, flow, say
from tests.faults.common_field_values import DESCRIPTION, TAGS
from tests.faults.field_places import FieldValues, KindValues

ONE, TWO = (flow(say(text), END) for text in ("Hello.", "Good day."))
FLOW = KindValues(
    base={"type": "CONTACT_FLOW", "content": flow(END)},
    around={},
    by_path={
        "tags": TAGS,
        "type": FieldValues("CONTACT_FLOW", "QUEUE_TRANSFER", edges=()),
        "description": DESCRIPTION,
        "content": (ONE, TWO),
        "state": ("ARCHIVED", "ACTIVE"),
        "status": ("SAVED", "PUBLISHED"),
    },
)

STOCK = {"country_code": "GB", "type": "DID", "policy": {"protect": False}}
NUMBER = KindValues(
    base={"phone_number": "+442079460${serial}", "policy": {"protect": False}},
    around={},
    by_path={
        "tags": TAGS,
        "phone_number": FieldValues(
            "+442079460${serial}",
            "+442079461${serial}",
            base=STOCK,
            edges=(),
        ),
        "country_code": FieldValues("GB", "FR", base=STOCK, edges=()),
        "type": FieldValues("DID", "TOLL_FREE", base=STOCK, edges=()),
        "prefix": FieldValues("+44800", "+44808", base={"country_code": "GB", "type": "TOLL_FREE"}, edges=()),
        "description": DESCRIPTION,
        "contact_flow": ("Welcome", "Closed"),
    },
)

VALUES_BY_KIND: Mapping[str, KindValues] = {"connect.contact_flow": FLOW, "connect.phone_number": NUMBER}
