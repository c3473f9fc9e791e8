"""User pools and identity pools that somebody made by hand: the requests."""

from tests.end_to_end.request_steps import TEAM, Step

POOL = {"UserPoolId": "{POOL}"}
USERS = (
    Step(
        "cognito-idp",
        "create_user_pool",
        {
            "PoolName": "rally",
            "AutoVerifiedAttributes": ["email"],
            "UsernameAttributes": ["email"],
            "Schema": [
                {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True},
                {"Name": "level", "AttributeDataType": "Number", "Mutable": True},
            ],
            "DeletionProtection": "ACTIVE",
            "UserPoolTags": TEAM,
        },
        {"POOL": "UserPool.Id"},
    ),
    Step(
        "cognito-idp",
        "set_user_pool_mfa_config",
        {**POOL, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
    ),
    Step(
        "cognito-idp",
        "create_resource_server",
        {
            **POOL,
            "Identifier": "https://api.example.com",
            "Name": "API",
            "Scopes": [{"ScopeName": "read", "ScopeDescription": "Read"}],
        },
    ),
    Step(
        "cognito-idp",
        "create_user_pool_client",
        {
            **POOL,
            "ClientName": "web",
            "GenerateSecret": True,
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        },
        {"CLIENT": "UserPoolClient.ClientId"},
    ),
    Step("cognito-idp", "create_group", {**POOL, "GroupName": "admins", "Precedence": 1}),
    Step("cognito-idp", "create_user_pool_domain", {**POOL, "Domain": "rally", "ManagedLoginVersion": 2}),
    Step(
        "cognito-idp",
        "create_identity_provider",
        {
            **POOL,
            "ProviderName": "partners",
            "ProviderType": "SAML",
            "ProviderDetails": {"MetadataURL": "https://id.example.com/metadata"},
            "AttributeMapping": {"email": "mail"},
        },
    ),
    Step(
        "cognito-identity",
        "create_identity_pool",
        {
            "IdentityPoolName": "rally",
            "AllowUnauthenticatedIdentities": False,
            "CognitoIdentityProviders": [
                {"ProviderName": "cognito-idp.eu-west-2.amazonaws.com/{POOL}", "ClientId": "{CLIENT}"}
            ],
            "IdentityPoolTags": TEAM,
        },
        {"IDENTITIES": "IdentityPoolId"},
    ),
)
