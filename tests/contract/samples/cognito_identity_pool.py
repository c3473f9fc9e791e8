"""cognito.identity_pool."""

from reconciler.testing import Change, Sample, Settings

ACCOUNT = "123456789012"
ROLE, OTHER_ROLE = (f"arn:aws:iam::{ACCOUNT}:role/{each}" for each in ("users", "guests"))
UPDATE, SET, MAP = ("UpdateIdentityPool",), ("SetIdentityPoolRoles",), ("SetPrincipalTagAttributeMap",)
PROVIDER = "cognito-idp.eu-west-2.amazonaws.com/eu-west-2_abcdefghi"
CLIENT: Settings = {"provider_name": PROVIDER, "client_id": "web", "server_side_token_check": True}
OIDC, OTHER_OIDC = (
    f"arn:aws:iam::{ACCOUNT}:oidc-provider/{each}" for each in ("a.example.com", "b.example.com")
)
SAML, OTHER_SAML = (f"arn:aws:iam::{ACCOUNT}:saml-provider/{each}" for each in ("one", "two"))
RULE = {"claim": "custom:level", "match_type": "Equals", "value": "9", "role_arn": ROLE}
MAPPINGS = {
    f"{PROVIDER}:web": {"type": "Token", "ambiguous_role_resolution": "Deny"},
    "accounts.google.com": {
        "type": "Rules",
        "ambiguous_role_resolution": "AuthenticatedRole",
        "rules_configuration": {"rules": [RULE]},
    },
}
TAGS = {"use_defaults": False, "tags": {"level": "custom:level", "team": "cognito:groups"}}

SAMPLE = Sample(
    name="rally identities",
    base={
        "allow_unauthenticated_identities": False,
        "allow_classic_flow": True,
        "supported_login_providers": {"accounts.google.com": "app"},
        "developer_provider_name": "rally",
        "open_id_connect_provider_arns": [OIDC],
        "cognito_identity_providers": [CLIENT],
        "saml_provider_arns": [SAML],
        "roles": {"authenticated": ROLE, "unauthenticated": OTHER_ROLE},
        "role_mappings": MAPPINGS,
        "tags": {"Team": "rally"},
    },
    forms={
        "small": {"allow_unauthenticated_identities": True},
        "with tags": {
            "allow_unauthenticated_identities": False,
            "supported_login_providers": {"accounts.google.com": "app"},
            "cognito_identity_providers": [CLIENT],
            "principal_tags": {PROVIDER: TAGS, "accounts.google.com": {"use_defaults": True}},
        },
    },
    changes=(
        Change("allow_unauthenticated_identities", True, UPDATE),
        Change("allow_classic_flow", False, UPDATE),
        Change("allow_classic_flow", None, UPDATE, "taken away"),
        Change("supported_login_providers", {"graph.facebook.com": "app"}, UPDATE),
        Change("supported_login_providers", None, UPDATE, "taken away"),
        Change("developer_provider_name", "rally", UPDATE, form="small"),
        Change("open_id_connect_provider_arns", [OTHER_OIDC], UPDATE),
        Change("open_id_connect_provider_arns", None, UPDATE, "taken away"),
        Change("cognito_identity_providers", [CLIENT, {**CLIENT, "client_id": "app"}], UPDATE, "one more"),
        Change(
            "cognito_identity_providers", [{**CLIENT, "server_side_token_check": False}], UPDATE, "another"
        ),
        Change("cognito_identity_providers", None, UPDATE, "taken away"),
        Change("saml_provider_arns", [SAML, OTHER_SAML], UPDATE),
        Change("saml_provider_arns", None, UPDATE, "taken away"),
        Change("roles", {"authenticated": OTHER_ROLE}, SET),
        Change("roles", None, SET, "taken away"),
        Change("role_mappings", {f"{PROVIDER}:web": MAPPINGS[f"{PROVIDER}:web"]}, SET),
        Change("role_mappings", None, SET, "taken away"),
        Change("principal_tags", {PROVIDER: {"tags": {"level": "custom:grade"}}}, MAP, form="with tags"),
        Change("principal_tags", {PROVIDER: {"use_defaults": True}}, MAP, "the defaults", form="with tags"),
        Change("principal_tags", {PROVIDER: None}, MAP, "of one provider", form="with tags"),
        Change("principal_tags", None, MAP * 2, "taken away", form="with tags"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    # The update resets what it leaves out.
    drifts=(),
    no_meaning={"cognito_identity_providers[].client_id": "any client of a provider"},
)
