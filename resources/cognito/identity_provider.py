"""cognito.identity_provider: another directory, whose users sign in to a pool."""

from collections.abc import Collection
from typing import Any

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Api,
    Create,
    Named,
    Reads,
    Sighting,
)
from reconciler.forms import Form
from reconciler.resources.cognito.identity_provider_changes import CHANGED, DESCRIBE, DETAILS, UPDATES, shown
from reconciler.resources.cognito.identity_provider_model import SECRETS, IdentityProvider
from reconciler.resources.cognito.identity_provider_problems import problems
from reconciler.resources.cognito.in_pool import POOLS, READ, InPoolAdapter, deletes, marks

LIST = "list_identity_providers"
OF_SECRETS = "a detail of its own, because it is a secret"


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
    costs = FREE
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
    updates = UPDATES
    delete = deletes("identity_provider", "delete_identity_provider", LIST, "ProviderName")
    reads = Reads(
        list=LIST,
        get=DESCRIBE,
        shown_in="IdentityProvider",
        page=60,
        listed=frozenset({"provider_type"}),
        called=(READ,),
    )
    tagging = marks("identity_provider")
    problems = staticmethod(problems)
    shown = staticmethod(shown)

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
