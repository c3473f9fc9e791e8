"""The requests that change an identity provider, and its details without secrets.

Source: UpdateIdentityProvider (Amazon Cognito User Pools API Reference).
"""

from collections.abc import Iterable
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, Wired
from reconciler.resources.cognito.identity_provider_model import SECRETS

DESCRIBE, UPDATE = "describe_identity_provider", "update_identity_provider"
DETAILS, NOW = "ProviderDetails", "DetailsNow"
COMPUTED = ("ActiveEncryptionCertificate", "attributes_url_add_attributes")
"""Details that only AWS writes."""
CHANGED = ("provider_details", *SECRETS, "attribute_mapping", "idp_identifiers", "acr_mapping")


def shown(row: Any) -> Wired:
    """A provider without its secrets, and without what AWS computes."""
    hidden = {*SECRETS, *COMPUTED}
    if DETAILS not in row:
        return dict(row)
    details = {name: value for name, value in (row.get(DETAILS) or {}).items() if name not in hidden}
    shown: Wired = row | {DETAILS: details}
    return shown


def _now(api: Api, change: Change) -> Wired:
    """The details as they live, with secrets: the update replaces them all."""
    found = api.call(DESCRIBE, **change.address)["IdentityProvider"].get(DETAILS) or {}
    api.hide(
        *(found[name] for name in SECRETS if found.get(name))
    )  # the update sends them, and AWS may repeat them
    return {NOW: {name: value for name, value in found.items() if name not in COMPUTED}}


def _update(change: Change) -> Iterable[Request]:
    """Send what differs, and all details."""
    before, after = (side.get(DETAILS) or {} for side in (change.observed, change.desired))
    details = {
        name: value for name, value in change.reported[NOW].items() if name in after or name not in before
    }
    secrets = {name: change.desired[member] for name, member in SECRETS.items() if change.desired.get(member)}
    empty: dict[str, Any] = {"AttributeMapping": {}, "IdpIdentifiers": [], "AcrMapping": {}}
    others = {
        name: change.desired.get(name, nothing) for name, nothing in empty.items() if change.differs(name)
    }
    yield Request(UPDATE, {**change.address, DETAILS: {**details, **after, **secrets}, **others})


UPDATES = (Calls(_update, CHANGED, (UPDATE,), looks=_now),)
