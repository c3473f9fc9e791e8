"""Finds mistakes in an identity provider that Cognito would refuse.

Source: CreateIdentityProvider (Amazon Cognito User Pools API Reference).
"""

from collections.abc import Collection, Iterator, Mapping

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding
from reconciler.resources.cognito.identity_provider_model import SECRETS

OIDC = frozenset({"attributes_request_method", "authorize_scopes", "client_id", "oidc_issuer"})
"""The details that a provider of this type needs, besides its secret."""


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in one provider: secrets among its details, another name than AWS's, details that are missing or no URLs."""
    kind, details = files.values.get("provider_type"), files.values.get("provider_details") or {}
    for name in (each for each in SECRETS if each in details):
        said = f"it is a secret: write {name}: {{secret: ...}} beside provider_details"
        yield Finding(said, ("provider_details", name))
    if kind not in (None, "SAML", "OIDC") and files.name != kind:
        yield Finding(f"AWS calls this provider {kind}; write it under this name", ("provider_type",))
    yield from _addresses(details, files.wrong)
    missing = sorted(OIDC - details.keys())
    if kind == "OIDC" and files.new and details and missing:
        said = f"an OIDC provider needs {', '.join(missing)}"
        yield Finding(said, ("provider_details",), warning=True)
    if kind == "SAML" and files.new and not {"MetadataURL", "MetadataFile"} & details.keys():
        said = "a SAML provider needs MetadataURL or MetadataFile"
        yield Finding(said, ("provider_details",), warning=True)


def _addresses(details: Mapping[str, str | None], wrong: Collection[str]) -> Iterator[Finding]:
    for name, address in details.items() if "provider_details" not in wrong else ():
        named = name == "oidc_issuer" or name.endswith(("_url", "_uri"))
        if named and address and not has_reference(address) and not address.startswith("https://"):
            yield Finding("expected a URL that begins with https://", ("provider_details", name))
