"""cognito.identity_provider: another directory, whose users sign in to a pool."""

from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Api,
    Calls,
    Change,
    Create,
    Delete,
    InFiles,
    Named,
    Reads,
    Request,
    Sighting,
    Wired,
)
from reconciler.forms import Form
from reconciler.model import Finding, Secret, Unordered, Whole
from reconciler.resources.cognito.in_pool import POOLS, READ, REMOVE, InPool, InPoolAdapter, left_over, marks
from reconciler.resources.cognito.user_pool_parts import PRINTABLE
from reconciler.resources.lasting import LASTS

LIST, DESCRIBE, UPDATE = "list_identity_providers", "describe_identity_provider", "update_identity_provider"
DETAILS, NOW = "ProviderDetails", "DetailsNow"
SECRETS = {"client_secret": "ClientSecret", "private_key": "PrivateKey"}
"""By detail that is a secret: the member that stands for it here."""
OF_SECRETS = "a detail of its own, because it is a secret"
COMPUTED = ("ActiveEncryptionCertificate", "attributes_url_add_attributes")
"""Details that only AWS writes."""
CHANGED = ("provider_details", *SECRETS, "attribute_mapping", "idp_identifiers", "acr_mapping")


class IdentityProvider(InPool):
    """A provider: SAML, OIDC, or a social one, which is called as its type.

    Source: CreateIdentityProvider, UpdateIdentityProvider (Amazon Cognito User Pools API Reference).
    """

    provider_type: Annotated[
        Literal["SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"] | None, LASTS
    ] = None
    provider_details: Annotated[dict[str, str | None] | None, LASTS] = None
    """Settings with AWS's names, such as `client_id`; only the written ones are managed."""
    client_secret: Annotated[Secret | None, LASTS] = None
    """The detail `client_secret`."""
    private_key: Annotated[Secret | None, LASTS] = None
    """The detail `private_key` of Sign in with Apple."""
    attribute_mapping: (
        dict[Annotated[str, Field(min_length=1, max_length=32)], Annotated[str, Field(min_length=1)] | None]
        | None
    ) = None
    """By attribute of the pool: the attribute of the provider."""
    idp_identifiers: Annotated[
        list[Annotated[str, Form(r"[\w\s+=.@-]{1,40}", "1 to 40 letters, digits, spaces and + = . @ - _")]]
        | None,
        Unordered(),
        Field(max_length=50),
    ] = None
    acr_mapping: Annotated[
        dict[
            Annotated[str, Form(r"Level[1-4]", "Level1 to Level4")],
            Annotated[str, Field(max_length=64), PRINTABLE],
        ]
        | None,
        Whole(),
    ] = None


def _now(api: Api, change: Change) -> Wired:
    """The details as they live, with secrets: the update replaces them all."""
    found = api.call(DESCRIBE, **change.address)["IdentityProvider"].get(DETAILS) or {}
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


class IdentityProviderAdapter(InPoolAdapter[IdentityProvider]):
    """CreateIdentityProvider, UpdateIdentityProvider."""

    kind = "cognito.identity_provider"
    noun = "identity_provider"
    cloudformation = CloudFormation(
        type="AWS::Cognito::UserPoolIdentityProvider",
        called={"ProviderName": "name", "UserPoolId": "user_pool"},
        fixed=dict.fromkeys(SECRETS, OF_SECRETS),
        write_only=dict.fromkeys(SECRETS, OF_SECRETS),
    )
    appearance = Appearance(sort="access", column=3)
    model = IdentityProvider
    summary = "a directory of others (SAML, OIDC, social) whose users sign in to a pool"
    identity = Named(
        name="ProviderName",
        arns=(POOLS,),
        forms=(
            Form(r"[^_\s]\S[^_\s]{1,30}", "3 to 32 characters without spaces; only the second one may be _"),
        ),
    )
    create = Create(
        "create_identity_provider",
        ("provider_type", *CHANGED),
        needed=frozenset({"provider_type", "provider_details"}),
        fixed=frozenset({"provider_type"}),
        write_only=frozenset(SECRETS),
    )
    updates = (Calls(_update, CHANGED, (UPDATE,), looks=_now),)
    delete = Delete(
        "delete_identity_provider",
        before=left_over("identity_provider", LIST, "ProviderName"),
        calls=(LIST, READ, REMOVE),
    )
    reads = Reads(
        list=LIST,
        get=DESCRIBE,
        shown_in="IdentityProvider",
        page=60,
        listed=frozenset({"provider_type"}),
        called=(READ,),
    )
    tagging = marks("identity_provider")

    def shown(self, row: Any) -> Wired:
        """A provider without its secrets, and without what AWS computes."""
        hidden = {*SECRETS, *COMPUTED}
        if DETAILS not in row:
            return dict(row)
        details = {name: value for name, value in (row.get(DETAILS) or {}).items() if name not in hidden}
        shown: Wired = row | {DETAILS: details}
        return shown

    def not_written(self, sighting: Sighting) -> Collection[str]:
        """The secrets that a provider of this type does not have."""
        kind = sighting.settings.get("ProviderType")
        if kind == "SignInWithApple":
            return ("client_secret",)
        return tuple(SECRETS) if kind == "SAML" else ("private_key",)

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        """The parameters of create, with the secrets among the details."""
        del api
        own = {name: parameters.pop(member) for name, member in SECRETS.items() if member in parameters}
        return {**parameters, DETAILS: {**parameters.get(DETAILS, {}), **own}}

    def problems(self, files: InFiles) -> Iterator[Finding]:
        kind, details = files.values.get("provider_type"), files.values.get("provider_details") or {}
        for name in (each for each in SECRETS if each in details):
            said = f"it is a secret: write {name}: {{secret: ...}} beside provider_details"
            yield Finding(said, ("provider_details", name))
        if kind not in (None, "SAML", "OIDC") and files.name != kind:
            yield Finding(f"AWS calls this provider {kind}; write it under this name", ("provider_type",))
        if kind == "SAML" and files.new and not {"MetadataURL", "MetadataFile"} & details.keys():
            said = "a SAML provider needs MetadataURL or MetadataFile"
            yield Finding(said, ("provider_details",), warning=True)
