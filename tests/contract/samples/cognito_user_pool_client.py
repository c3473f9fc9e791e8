"""cognito.user_pool_client."""

from typing import Any

from reconciler.testing import Change, Sample

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/analytics"
UPDATE = ("UpdateUserPoolClient",)
PAGES = ["https://example.com/in", "rally://in"]
ANALYTICS: dict[str, Any] = {
    "application_id": "0123456789abcdef",
    "role_arn": ROLE,
    "external_id": "rally",
    "user_data_shared": False,
}
POOL = {"cognito.user_pool": {"rally": {"policy": {"protect": False}}}}

SAMPLE = Sample(
    name="web app",
    around=POOL,
    base={
        "generate_secret": True,
        "refresh_token_validity": 7,
        "access_token_validity": 30,
        "id_token_validity": 30,
        "token_validity_units": {"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"},
        "read_attributes": ["email", "name"],
        "write_attributes": ["name"],
        "explicit_auth_flows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
        "supported_identity_providers": ["COGNITO"],
        "callback_urls": PAGES,
        "logout_urls": ["https://example.com/out"],
        "default_redirect_uri": PAGES[0],
        "allowed_oauth_flows": ["code"],
        "allowed_oauth_scopes": ["openid", "email"],
        "allowed_oauth_flows_user_pool_client": True,
        "analytics_configuration": ANALYTICS,
        "prevent_user_existence_errors": "ENABLED",
        "enable_token_revocation": True,
        "enable_propagate_additional_user_context_data": True,
        "auth_session_validity": 5,
        "refresh_token_rotation": {"feature": "ENABLED", "retry_grace_period_seconds": 10},
        "tags": {"Team": "rally"},
    },
    forms={
        "small": {},
        "own secret": {"client_secret": {"secret": {"ssm": "/sandbox/password"}}},
        "by arn": {
            "analytics_configuration": {
                "application_arn": f"arn:aws:mobiletargeting:eu-west-1:{ACCOUNT}:apps/0123456789abcdef"
            }
        },
    },
    changes=(
        Change("generate_secret", False, refused="AWS cannot change generate_secret"),
        Change("refresh_token_validity", 14, UPDATE),
        Change("refresh_token_validity", None, UPDATE, "taken away"),
        Change("access_token_validity", 60, UPDATE),
        Change("access_token_validity", 12, UPDATE, "in hours", form="small"),
        Change("id_token_validity", 60, UPDATE),
        Change(
            "token_validity_units",
            {"access_token": "minutes", "id_token": "minutes", "refresh_token": "hours"},
            UPDATE,
        ),
        Change("read_attributes", ["email"], UPDATE),
        Change("read_attributes", None, UPDATE, "taken away"),
        Change("write_attributes", ["name", "nickname"], UPDATE),
        Change("explicit_auth_flows", ["ALLOW_USER_SRP_AUTH"], UPDATE),
        Change("supported_identity_providers", None, UPDATE, "taken away"),
        Change("callback_urls", [PAGES[0]], UPDATE),
        Change("logout_urls", [], UPDATE, "taken away"),
        Change("default_redirect_uri", PAGES[1], UPDATE),
        Change("default_redirect_uri", None, UPDATE, "taken away"),
        Change("allowed_oauth_flows", ["code", "implicit"], UPDATE),
        Change("allowed_oauth_scopes", ["openid"], UPDATE),
        Change("analytics_configuration", {**ANALYTICS, "user_data_shared": True}, UPDATE),
        Change("analytics_configuration", None, UPDATE, "taken away"),
        Change("prevent_user_existence_errors", "LEGACY", UPDATE),
        Change("enable_token_revocation", False, UPDATE),
        Change("enable_propagate_additional_user_context_data", False, UPDATE),
        Change("auth_session_validity", 10, UPDATE),
        Change("refresh_token_rotation", {"feature": "DISABLED"}, UPDATE),
        Change("refresh_token_rotation", None, UPDATE, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource",)),
    ),
    # The update resets what it leaves out: `test_live_user_pool_parts` changes clients by hand.
    drifts=(),
    exempt={
        "allowed_oauth_flows_user_pool_client": "AWS takes it only together with flows and scopes: "
        "`test_live_user_pool_parts` turns it off"
    },
    no_meaning={
        "analytics_configuration.application_id": "an application of Amazon Pinpoint",
        "analytics_configuration.external_id": "the author chooses it",
    },
)
