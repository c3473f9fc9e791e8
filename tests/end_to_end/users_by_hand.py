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
)
