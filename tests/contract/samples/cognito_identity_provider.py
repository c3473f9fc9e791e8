"""cognito.identity_provider."""

from reconciler.testing import Change, Drift, Sample
from tests.contract.samples.cognito_user_pool_client import POOL

UPDATE = ("UpdateIdentityProvider",)
DETAILS = {
    "client_id": "rally",
    "attributes_request_method": "GET",
    "oidc_issuer": "https://id.example.com",
    "authorize_scopes": "openid email",
}
SECRET = {"secret": {"ssm": "/sandbox/password"}}

SAMPLE = Sample(
    name="example-id",
    around=POOL,
    base={
        "provider_type": "OIDC",
        "provider_details": DETAILS,
        "client_secret": SECRET,
        "attribute_mapping": {"email": "email", "username": "sub"},
        "idp_identifiers": ["example.com"],
        "acr_mapping": {"Level1": "urn:one"},
        "tags": {"Team": "rally"},
    },
    changes=(
        Change("provider_type", "SAML", refused="AWS cannot change provider_type"),
        Change("provider_details", {**DETAILS, "authorize_scopes": "openid"}, UPDATE),
        Change("attribute_mapping", {"email": "mail"}, UPDATE),
        Change("idp_identifiers", ["example.com", "example.org"], UPDATE),
        Change("idp_identifiers", None, UPDATE, "taken away"),
        Change("acr_mapping", {"Level2": "urn:two"}, UPDATE),
        Change("acr_mapping", None, UPDATE, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource",)),
    ),
    drifts=(Drift("idp_identifiers", "update_identity_provider", {"IdpIdentifiers": ["other"]}),),
    exempt={"private_key": "only Sign in with Apple has one; it is sent as client_secret is"},
    misfits={
        f"{name}: create_identity_provider has no member {member}": "a detail of its own, because it is a secret"
        for name, member in (("client_secret", "ClientSecret"), ("private_key", "PrivateKey"))
    },
)
