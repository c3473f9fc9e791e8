"""User pools and identity pools keep every setting, and refuse what AWS refuses, with a plain client."""

from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from reconciler.sandbox.moto_patches.cognito.verification import verify
from tests.sandbox.refusals import client_of, refusal, refused

ACCOUNT = "123456789012"
INVALID, ABSENT = "InvalidParameterException", "ResourceNotFoundException"
FUNCTION = f"arn:aws:lambda:eu-west-2:{ACCOUNT}:function:trigger"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/sender"
EMAIL = {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}


@pytest.fixture
def cognito(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "cognito-idp")


@pytest.fixture
def pool(cognito: Any) -> str:
    return str(cognito.create_user_pool(PoolName="rally")["UserPool"]["Id"])


def test_a_new_pool_shows_the_defaults_and_the_whole_schema(cognito: Any) -> None:
    level = {"Name": "level", "AttributeDataType": "Number"}
    made = cognito.create_user_pool(PoolName="rally", Schema=[EMAIL, level], UserPoolTags={"a": "b"})
    shown = cognito.describe_user_pool(UserPoolId=made["UserPool"]["Id"])["UserPool"]
    rows = {each["Name"]: each for each in shown["SchemaAttributes"]}
    assert len(rows) == 21
    assert rows["email"]["Required"]
    assert rows["custom:level"]["AttributeDataType"] == "Number"
    assert shown["Policies"]["PasswordPolicy"]["RequireSymbols"]
    assert (shown["UserPoolTier"], shown["DeletionProtection"]) == ("ESSENTIALS", "INACTIVE")
    assert shown["UserPoolTags"] == {"a": "b"}


def test_an_update_resets_what_it_leaves_out(cognito: Any, pool: str) -> None:
    """https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html"""
    cognito.update_user_pool(
        UserPoolId=pool,
        PoolName="other",
        AutoVerifiedAttributes=["email"],
        LambdaConfig={"PreSignUp": FUNCTION, "PreTokenGeneration": FUNCTION},
        UserPoolTags={"a": "b"},
    )
    shown = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert shown["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] == "V1_0"
    cognito.update_user_pool(UserPoolId=pool, DeletionProtection="ACTIVE")
    shown = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert (shown["Name"], shown["LambdaConfig"], shown["UserPoolTags"]) == ("other", {}, {})
    assert "AutoVerifiedAttributes" not in shown


def test_protection_and_domains_keep_a_pool(cognito: Any, pool: str) -> None:
    """https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-deletion-protection.html"""
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="rally")
    cognito.update_user_pool(UserPoolId=pool, DeletionProtection="ACTIVE")
    assert "deletion protection" in refusal(cognito, "delete_user_pool", UserPoolId=pool)[1]
    cognito.update_user_pool(UserPoolId=pool)
    assert "domain" in refusal(cognito, "delete_user_pool", UserPoolId=pool)[1]
    cognito.delete_user_pool_domain(UserPoolId=pool, Domain="rally")
    cognito.delete_user_pool(UserPoolId=pool)
    assert refused(cognito, "describe_user_pool", UserPoolId=pool) == ABSENT


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"AliasAttributes": ["email"], "UsernameAttributes": ["email"]}, INVALID),
        ({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}, INVALID),
        ({"MfaConfiguration": "ON"}, INVALID),
        ({"SmsConfiguration": {"SnsCallerArn": ROLE}}, "InvalidSmsRoleTrustRelationshipException"),
        ({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, "FeatureUnavailableInTierException"),
        (
            {"LambdaConfig": {"CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": FUNCTION}}},
            INVALID,
        ),
        (
            {
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 7},
                "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 7}},
            },
            INVALID,
        ),
        (
            {
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [
                        {"Priority": 1, "Name": "admin_only"},
                        {"Priority": 2, "Name": "verified_email"},
                    ]
                }
            },
            INVALID,
        ),
        ({"Schema": [{**EMAIL, "Name": "level", "Required": True}]}, INVALID),
        (
            {
                "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
            },
            INVALID,
        ),
        ({"UserPoolTags": {"aws:x": "y"}}, INVALID),
    ],
)
def test_settings_that_aws_refuses(cognito: Any, settings: dict[str, Any], code: str) -> None:
    assert refused(cognito, "create_user_pool", PoolName="rally", **settings) == code


def test_an_attribute_is_added_once_and_stays(cognito: Any, pool: str) -> None:
    new = [{"Name": "level", "AttributeDataType": "String"}]
    cognito.add_custom_attributes(UserPoolId=pool, CustomAttributes=new)
    assert refused(cognito, "add_custom_attributes", UserPoolId=pool, CustomAttributes=new) == INVALID
    names = [
        each["Name"] for each in cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["SchemaAttributes"]
    ]
    assert names[-1] == "custom:level"


def test_factors_of_mfa(cognito: Any, pool: str) -> None:
    """https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html"""
    assert refused(cognito, "set_user_pool_mfa_config", UserPoolId=pool, MfaConfiguration="ON") == INVALID
    mail = {"Message": "Your code is {####}"}
    assert (
        refused(
            cognito,
            "set_user_pool_mfa_config",
            UserPoolId=pool,
            MfaConfiguration="ON",
            EmailMfaConfiguration=mail,
        )
        == INVALID
    )
    token, passkeys = {"Enabled": True}, {"RelyingPartyId": "example.com", "UserVerification": "required"}
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration=token,
        WebAuthnConfiguration=passkeys,
    )
    shown = cognito.get_user_pool_mfa_config(UserPoolId=pool)
    assert (shown["MfaConfiguration"], shown["SoftwareTokenMfaConfiguration"]) == ("OPTIONAL", token)
    assert shown["WebAuthnConfiguration"] == passkeys
    assert cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["MfaConfiguration"] == "OPTIONAL"


def test_tags_of_a_pool(cognito: Any, pool: str) -> None:
    arn = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["Arn"]
    cognito.tag_resource(ResourceArn=arn, Tags={"a": "1", "b": "2"})
    cognito.untag_resource(ResourceArn=arn, TagKeys=["a", "c"])
    assert cognito.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"b": "2"}
    many = {f"t{number}": "" for number in range(50)}
    assert refused(cognito, "tag_resource", ResourceArn=arn, Tags=many) == INVALID


def test_an_update_of_a_client_resets_what_it_leaves_out(cognito: Any, pool: str) -> None:
    """https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html"""
    made = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        GenerateSecret=True,
        AccessTokenValidity=2,
        ReadAttributes=["email"],
    )["UserPoolClient"]
    at = {"UserPoolId": pool, "ClientId": made["ClientId"]}
    cognito.update_user_pool_client(**at, PreventUserExistenceErrors="ENABLED")
    shown = cognito.describe_user_pool_client(**at)["UserPoolClient"]
    assert not {"AccessTokenValidity", "ReadAttributes"} & shown.keys()
    assert (shown["ClientName"], shown["ClientSecret"]) == ("web", made["ClientSecret"])
    assert cognito.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"] == [
        {"ClientId": made["ClientId"], "UserPoolId": pool, "ClientName": "web"}
    ]
    cognito.delete_user_pool_client(**at)
    assert refused(cognito, "describe_user_pool_client", **at) == ABSENT


OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://example.com"],
}


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"AccessTokenValidity": 2, "TokenValidityUnits": {"AccessToken": "seconds"}}, INVALID),
        ({"RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "minutes"}}, INVALID),
        ({"ReadAttributes": ["custom:level"]}, INVALID),
        ({"ExplicitAuthFlows": ["USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"]}, INVALID),
        ({**OAUTH, "AllowedOAuthFlowsUserPoolClient": False}, INVALID),
        ({**OAUTH, "AllowedOAuthFlows": ["code", "client_credentials"]}, INVALID),
        ({**OAUTH, "CallbackURLs": []}, INVALID),
        ({**OAUTH, "AllowedOAuthScopes": ["api/read"]}, "ScopeDoesNotExistException"),
        ({**OAUTH, "DefaultRedirectURI": "https://example.org"}, INVALID),
        ({"SupportedIdentityProviders": ["Google"]}, INVALID),
    ],
)
def test_client_settings_that_aws_refuses(
    cognito: Any, pool: str, settings: dict[str, Any], code: str
) -> None:
    assert refused(cognito, "create_user_pool_client", UserPoolId=pool, ClientName="web", **settings) == code


def test_a_pool_has_one_domain_of_each_type(cognito: Any, pool: str) -> None:
    """https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html"""
    other = cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="rally", ManagedLoginVersion=2)
    custom = {"CertificateArn": CERTIFICATE}
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="id.example.com", CustomDomainConfig=custom)
    shown = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert (shown["Domain"], shown["CustomDomain"]) == ("rally", "id.example.com")
    create = "create_user_pool_domain"
    assert refused(cognito, create, UserPoolId=pool, Domain="more") == INVALID
    assert refused(cognito, create, UserPoolId=other, Domain="rally") == INVALID
    assert refused(cognito, create, UserPoolId=other, Domain="my-aws-pool") == INVALID
    here = {"CertificateArn": CERTIFICATE.replace("us-east-1", "eu-west-2")}
    assert (
        refused(cognito, create, UserPoolId=other, Domain="x.example.com", CustomDomainConfig=here) == INVALID
    )
    cognito.update_user_pool_domain(UserPoolId=pool, Domain="rally", ManagedLoginVersion=1)
    assert cognito.describe_user_pool_domain(Domain="rally")["DomainDescription"]["ManagedLoginVersion"] == 1
    assert cognito.describe_user_pool_domain(Domain="nobody")["DomainDescription"] == {}


def test_groups_servers_and_providers(cognito: Any, pool: str) -> None:
    at = {"UserPoolId": pool}
    cognito.create_group(**at, GroupName="admins", Description="All", Precedence=1)
    assert refused(cognito, "create_group", **at, GroupName="admins") == "GroupExistsException"
    cognito.update_group(**at, GroupName="admins", Precedence=2)
    (group,) = cognito.list_groups(**at)["Groups"]
    assert (group["Description"], group["Precedence"]) == ("All", 2)
    scope = {"ScopeName": "read", "ScopeDescription": "Read"}
    cognito.create_resource_server(**at, Identifier="api", Name="API", Scopes=[scope])
    assert refused(cognito, "create_resource_server", **at, Identifier="api", Name="x") == INVALID
    cognito.update_resource_server(**at, Identifier="api", Name="The API")
    assert cognito.describe_resource_server(**at, Identifier="api")["ResourceServer"]["Scopes"] == []
    cognito.delete_resource_server(**at, Identifier="api")
    details = {"client_id": "1", "client_secret": "2", "authorize_scopes": "openid"}
    google = {**at, "ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": details}
    create = "create_identity_provider"
    assert refused(cognito, create, **{**google, "ProviderDetails": {}}) == INVALID
    assert refused(cognito, create, **google, AttributeMapping={"nothing": "sub"}) == INVALID
    cognito.create_identity_provider(**google, AttributeMapping={"email": "email"})
    assert refused(cognito, create, **google) == "DuplicateProviderException"
    cognito.create_user_pool_client(**at, ClientName="web", SupportedIdentityProviders=["Google"])
    cognito.delete_identity_provider(**at, ProviderName="Google")
    assert refused(cognito, "describe_identity_provider", **at, ProviderName="Google") == ABSENT


def test_an_identity_pool_with_roles_and_tags(sandbox: Sandbox) -> None:
    identity = client_of(sandbox, "cognito-identity")
    provider = {"ProviderName": f"cognito-idp.eu-west-2.amazonaws.com/eu-west-2_{'a' * 9}", "ClientId": "web"}
    made = identity.create_identity_pool(
        IdentityPoolName="rally",
        AllowUnauthenticatedIdentities=False,
        AllowClassicFlow=True,
        CognitoIdentityProviders=[provider],
        IdentityPoolTags={"a": "b"},
    )
    at = {"IdentityPoolId": made["IdentityPoolId"]}
    arn = f"arn:aws:cognito-identity:eu-west-2:{ACCOUNT}:identitypool/{made['IdentityPoolId']}"
    assert identity.describe_identity_pool(**at)["AllowClassicFlow"]
    name = f"{provider['ProviderName']}:web"
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}
    assert refused(
        identity, "set_identity_pool_roles", **at, Roles={}, RoleMappings={name: {"Type": "Token"}}
    )
    identity.set_identity_pool_roles(**at, Roles={"authenticated": ROLE}, RoleMappings={name: mapping})
    shown = identity.get_identity_pool_roles(**at)
    assert (shown["Roles"], shown["RoleMappings"]) == ({"authenticated": ROLE}, {name: mapping})
    tags = {**at, "IdentityProviderName": provider["ProviderName"], "PrincipalTags": {"user": "sub"}}
    identity.set_principal_tag_attribute_map(**tags)
    place = {name: value for name, value in tags.items() if name != "PrincipalTags"}
    assert identity.get_principal_tag_attribute_map(**place)["PrincipalTags"] == {"user": "sub"}
    identity.update_identity_pool(**at, IdentityPoolName="rally", AllowUnauthenticatedIdentities=True)
    assert "CognitoIdentityProviders" not in identity.describe_identity_pool(**at)
    identity.tag_resource(ResourceArn=arn, Tags={"c": "d"})
    identity.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert identity.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"c": "d"}
    found = client_of(sandbox, "resourcegroupstaggingapi").get_resources(
        ResourceTypeFilters=["cognito-identity:identitypool"]
    )
    assert [each["ResourceARN"] for each in found["ResourceTagMappingList"]] == [arn]
    identity.delete_identity_pool(**at)
    assert refused(identity, "describe_identity_pool", **at) == ABSENT


def test_a_saved_pool_still_verifies_its_tokens(sandbox: Sandbox, cognito: Any, pool: str) -> None:
    """With users, clients, groups and the key of the pool."""
    at = {"UserPoolId": pool}
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    made = cognito.create_user_pool_client(**at, ClientName="web", ExplicitAuthFlows=flows)["UserPoolClient"]
    cognito.create_group(**at, GroupName="admins")
    cognito.admin_create_user(**at, Username="ada")
    cognito.admin_set_user_password(**at, Username="ada", Password="Passw0rd!", Permanent=True)
    cognito.admin_add_user_to_group(**at, Username="ada", GroupName="admins")
    ask = {**at, "ClientId": made["ClientId"], "AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}
    mine = {"USERNAME": "ada", "PASSWORD": "Passw0rd!"}
    token = cognito.admin_initiate_auth(**ask, AuthParameters=mine)["AuthenticationResult"]["IdToken"]
    arn = cognito.describe_user_pool(**at)["UserPool"]["Arn"]
    saved = sandbox.snapshot()
    cognito.delete_user_pool(**at)
    assert verify(token, [arn]).reason == "unknown issuer"
    sandbox.restore(saved)
    assert verify(token, [arn]).claims["cognito:groups"] == ["admins"]
    assert cognito.admin_initiate_auth(**ask, AuthParameters=mine)["AuthenticationResult"]
