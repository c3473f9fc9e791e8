"""Two values for every field of flows and phone numbers."""

from collections.abc import Mapping

from tests.contract.samples.connect_contact_flow import END, flow, say
from tests.faults.common_field_values import DESCRIPTION, TAGS
from tests.faults.field_places import Play, Scene

ONE, TWO = (flow(say(text), END) for text in ("Hello.", "Good day."))
FLOW = Scene(
    base={"type": "CONTACT_FLOW", "content": flow(END)},
    around={},
    plays={
        "tags": TAGS,
        "type": Play("CONTACT_FLOW", "QUEUE_TRANSFER", edges=()),
        "description": DESCRIPTION,
        "content": (ONE, TWO),
        "state": ("ARCHIVED", "ACTIVE"),
        "status": ("SAVED", "PUBLISHED"),
    },
)

STOCK = {"country_code": "GB", "type": "DID", "policy": {"protect": False}}
NUMBER = Scene(
    base={"phone_number": "+442079460${serial}", "policy": {"protect": False}},
    around={},
    plays={
        "tags": TAGS,
        "phone_number": Play(
            "+442079460${serial}",
            "+442079461${serial}",
            base=STOCK,
            edges=(),
        ),
        "country_code": Play("GB", "FR", base=STOCK, edges=()),
        "type": Play("DID", "TOLL_FREE", base=STOCK, edges=()),
        "prefix": Play("+44800", "+44808", base={"country_code": "GB", "type": "TOLL_FREE"}, edges=()),
        "description": DESCRIPTION,
        "contact_flow": ("Welcome", "Closed"),
    },
)

SCENES: Mapping[str, Scene] = {"connect.contact_flow": FLOW, "connect.phone_number": NUMBER}
