"""The requests for the content of a flow: for the published flow, or for its draft."""

from collections.abc import Iterable

from reconciler.contract import Change, Request
from reconciler.errors import Refused


def set_content(change: Change) -> Iterable[Request]:
    """Update the content. Without a qualifier AWS checks and publishes it; `$SAVED` saves a draft (UpdateContactFlowContent).

    Raises:
        Refused: the files turn a published flow into a draft, which AWS cannot do.
    """
    draft = change.desired.get("Status") == "SAVED"
    if draft and change.observed.get("Status") == "PUBLISHED":
        raise Refused(
            "update_contact_flow_content", "Published", "a published flow cannot go back to a draft"
        )
    flow = change.address["ContactFlowId"]
    address = {**change.address, "ContactFlowId": f"{flow}:$SAVED" if draft else flow}
    yield Request("update_contact_flow_content", {**address, "Content": change.desired["Content"]})
