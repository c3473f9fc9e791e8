"""Finds mistakes in an identity provider that Cognito would refuse.

Source: CreateIdentityProvider (Amazon Cognito User Pools API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding
from reconciler.resources.cognito.identity_provider_model import SECRETS


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in one provider: secrets among its details, another name than AWS's, and SAML without its metadata."""
    kind, details = files.values.get("provider_type"), files.values.get("provider_details") or {}
    for name in (each for each in SECRETS if each in details):
        said = f"it is a secret: write {name}: {{secret: ...}} beside provider_details"
        yield Finding(said, ("provider_details", name))
    if kind not in (None, "SAML", "OIDC") and files.name != kind:
        yield Finding(f"AWS calls this provider {kind}; write it under this name", ("provider_type",))
    if kind == "SAML" and files.new and not {"MetadataURL", "MetadataFile"} & details.keys():
        said = "a SAML provider needs MetadataURL or MetadataFile"
        yield Finding(said, ("provider_details",), warning=True)
