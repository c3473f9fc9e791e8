"""Passes over clients, domains, groups and resource servers of a user pool: whose they are, and what an update would reset."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from reconciler.sandbox.fault_injection import Fault, FaultKind
from tests.resources.live_harness import LiveHarness, fields, messages

POOL: dict[str, Any] = {"cognito.user_pool": {"rally": {"policy": {"protect": False}}}}
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
OAUTH = {
    "allowed_oauth_flows_user_pool_client": True,
    "allowed_oauth_flows": ["code"],
    "callback_urls": ["https://example.com"],
}
PARTS: dict[str, Any] = {
    "cognito.user_pool_client": {"web": {"access_token_validity": 2}},
    "cognito.user_pool_group": {"admins": {"precedence": 1}},
    "cognito.resource_server": {"https://api.example.com": {"display_name": "API"}},
    "cognito.user_pool_domain": {"rally": {}},
}
PRUNED: dict[str, Any] = {"prune": True, "guard": {"max_deletes": 9, "max_percent": 100}}


def client(**settings: Any) -> dict[str, Any]:
    return {**POOL, "cognito.user_pool_client": {"web": settings}}


def there(harness: LiveHarness) -> dict[str, list[str]]:
    cognito = harness.client("cognito-idp")
    (row,) = cognito.list_user_pools(MaxResults=60)["UserPools"]
    at = {"UserPoolId": row["Id"]}
    return {
        "clients": sorted(
            each["ClientName"] for each in cognito.list_user_pool_clients(**at)["UserPoolClients"]
        ),
        "groups": sorted(each["GroupName"] for each in cognito.list_groups(**at)["Groups"]),
        "servers": sorted(
            each["Identifier"] for each in cognito.list_resource_servers(**at)["ResourceServers"]
        ),
        "domains": [cognito.describe_user_pool(**at)["UserPool"].get("Domain", "")],
    }


def test_what_the_files_no_longer_have_is_deleted_and_nothing_of_others(harness: LiveHarness) -> None:
    harness.settle({**POOL, **PARTS})
    cognito = harness.client("cognito-idp")
    at = {"UserPoolId": cognito.list_user_pools(MaxResults=60)["UserPools"][0]["Id"]}
    cognito.create_user_pool_client(**at, ClientName="theirs")
    cognito.create_group(**at, GroupName="theirs")
    cognito.create_resource_server(**at, Identifier="theirs", Name="theirs")
    harness.require_quiet({**POOL, **PARTS})
    harness.settle(POOL, **PRUNED)
    others = {key: ["theirs"] for key in ("clients", "groups", "servers")}
    assert there(harness) == {**others, "domains": [""]}
    pool = cognito.describe_user_pool(**at)["UserPool"]
    tags = cognito.list_tags_for_resource(ResourceArn=pool["Arn"])["Tags"]
    assert [tag for tag in tags if tag.startswith("reconciler:") and "/" in tag] == []


def test_a_client_whose_create_takes_effect_late_is_not_created_twice(harness: LiveHarness) -> None:
    harness.settle(POOL)
    late = Fault(FaultKind.TIMEOUT_LATE, calls=8)
    harness.box.inject(lambda attempt: late if attempt.operation == "CreateUserPoolClient" else None)
    assert harness.run({**POOL, **PARTS}).outcome == "failed"
    harness.box.end_faults()
    harness.settle({**POOL, **PARTS})
    assert there(harness)["clients"] == ["web"]


def test_a_client_keeps_what_the_files_do_not_write(harness: LiveHarness) -> None:
    """https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html"""
    harness.settle(client(generate_secret=True))
    cognito = harness.client("cognito-idp")
    at = {"UserPoolId": cognito.list_user_pools(MaxResults=60)["UserPools"][0]["Id"]}
    (row,) = cognito.list_user_pool_clients(**at)["UserPoolClients"]
    at["ClientId"] = row["ClientId"]
    secret = cognito.describe_user_pool_client(**at)["UserPoolClient"]["ClientSecret"]
    cognito.update_user_pool_client(**at, ReadAttributes=["email"], IdTokenValidity=2)
    report = harness.settle(client(generate_secret=True, access_token_validity=2))
    assert fields(report) == ["access_token_validity"]
    shown = cognito.describe_user_pool_client(**at)["UserPoolClient"]
    assert (shown["ReadAttributes"], shown["IdTokenValidity"], shown["ClientSecret"]) == (
        ["email"],
        2,
        secret,
    )
    assert secret not in repr(report)
    said = messages(harness.run(client(generate_secret=False)))
    assert "AWS cannot change generate_secret" in said[0]


def test_a_scope_comes_after_its_api(harness: LiveHarness) -> None:
    scope = {"scope_name": "read", "scope_description": "Read"}
    wanted = client(**OAUTH, allowed_oauth_scopes=["${cognito.resource_server:api#name}/read"])
    harness.settle({**wanted, "cognito.resource_server": {"api": {"display_name": "API", "scopes": [scope]}}})
    off = client(
        allowed_oauth_flows_user_pool_client=False, allowed_oauth_flows=None, allowed_oauth_scopes=None
    )
    harness.settle(off, **PRUNED)
    assert there(harness)["servers"] == []


def test_a_custom_domain_beside_a_prefix(harness: LiveHarness) -> None:
    custom = {"custom_domain_config": {"certificate_arn": CERTIFICATE}, "managed_login_version": 2}
    domains = {"rally": {}, "id.example.com": custom}
    harness.settle({**POOL, "cognito.user_pool_domain": domains})
    custom["custom_domain_config"] = {"certificate_arn": CERTIFICATE.replace("12345678", "87654321")}
    harness.settle({**POOL, "cognito.user_pool_domain": domains})
    assert [operation for operation, _ in harness.calls] == []
    harness.run({}, **PRUNED)
    assert harness.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"] == []


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        (client(access_token_validity=30), "write token_validity_units as well"),
        (client(allowed_oauth_flows=["code"]), "only with allowed_oauth_flows_user_pool_client: true"),
        (client(**OAUTH, default_redirect_uri="https://x.example"), "must be one of callback_urls"),
        (client(callback_urls=["http://x.example/in"]), "http:// only for localhost"),
        (client(logout_urls=["https://x.example/#out"]), "https:// or the scheme of an app and without #"),
        (client(explicit_auth_flows=["ALLOW_USER_AUTH", "USER_PASSWORD_AUTH"]), "write only ALLOW_ flows"),
        (client(**OAUTH, allowed_oauth_scopes=["opened"]), "AWS has no such scope; its own are "),
        (
            {
                **POOL,
                "cognito.identity_provider": {
                    "desk": {
                        "provider_type": "OIDC",
                        "provider_details": {"oidc_issuer": "http://id.example.com"},
                    }
                },
            },
            "provider_details.oidc_issuer: expected a URL that begins with https://",
        ),
        ({**POOL, "cognito.user_pool_domain": {"id.example.com": {}}}, "needs custom_domain_config"),
        ({**POOL, "cognito.user_pool_domain": {"my-aws-pool": {}}}, "AWS takes no prefix with aws"),
        ({**POOL, "cognito.user_pool_group": {"admins": {"precedence": None}}}, "AWS cannot clear this"),
    ],
)
def test_mistakes_are_found_before_any_call(
    harness: LiveHarness, resources: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidStack, match=r"resources.yaml:\d+:\d+: ") as invalid:
        harness.run(resources)
    assert said in str(invalid.value)


def test_the_secret_of_a_provider_stays_and_is_never_shown(harness: LiveHarness) -> None:
    """https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateIdentityProvider.html"""
    details = {"client_id": "rally", "authorize_scopes": "openid"}
    wanted: dict[str, Any] = {
        "provider_type": "Google",
        "provider_details": details,
        "client_secret": {"secret": {"ssm": "/sandbox/password"}},
        "attribute_mapping": {"email": "email"},
    }
    providers = {"cognito.identity_provider": {"Google": wanted}}
    harness.settle({**POOL, **providers})
    cognito = harness.client("cognito-idp")
    at = {
        "UserPoolId": cognito.list_user_pools(MaxResults=60)["UserPools"][0]["Id"],
        "ProviderName": "Google",
    }

    def live() -> dict[str, str]:
        return dict(cognito.describe_identity_provider(**at)["IdentityProvider"]["ProviderDetails"])

    secret = live()["client_secret"]
    details["authorize_scopes"] = "openid email"
    assert secret not in repr(harness.settle({**POOL, **providers}))
    assert live() == {**details, "client_secret": secret}
    details["client_secret"] = "text"
    with pytest.raises(InvalidStack, match="it is a secret: write client_secret"):
        harness.run({**POOL, **providers})
