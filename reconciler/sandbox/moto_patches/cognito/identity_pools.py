"""Identity pools of Amazon Cognito: settings, roles, principal tags and tags.

Sources: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CreateIdentityPool.html,
https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moto.cognitoidentity.models import CognitoIdentityBackend
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.cognito.pool_rules import MOST_TAGS
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]

EMPTY = (
    "SupportedLoginProviders",
    "OpenIdConnectProviderARNs",
    "CognitoIdentityProviders",
    "SamlProviderARNs",
)
MOST_RULES = 25
"""In all mappings of one pool (https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html)."""


def invalid(text: str) -> SandboxError:
    """Return the error of an invalid request."""
    return SandboxError("InvalidParameterException", text)


class IdentityPools(TaggableResourcesMixin, CognitoIdentityBackend):
    """The operations on identity pools; identities stay moto's."""

    SERVICE_NAMESPACE = "cognito-identity"
    identity_pools: dict[str, dict[str, Any]]  # type: ignore[assignment]  # moto's drop settings

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.roles: dict[str, dict[str, Any]] = {}
        self.principal_tags: dict[str, dict[str, dict[str, Any]]] = {}
        """By pool and provider: SetPrincipalTagAttributeMap's values."""
        self.operations: Mapping[str, extension.Operation] = {
            "CreateIdentityPool": self.make,
            "UpdateIdentityPool": self.change,
            "DescribeIdentityPool": self.show,
            "ListIdentityPools": self.show_all,
            "DeleteIdentityPool": self.drop,
            "SetIdentityPoolRoles": self.set_roles,
            "GetIdentityPoolRoles": self.show_roles,
            "SetPrincipalTagAttributeMap": self.set_principal_tags,
            "GetPrincipalTagAttributeMap": self.show_principal_tags,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.tags_of,
        }

    def make(self, **settings: Any) -> Reply:
        """CreateIdentityPool; names need not be unique."""
        _check(settings)
        id_ = f"{self.region_name}:{uuid.uuid4()}"
        self.identity_pools[id_] = _stored(id_, settings)
        self.pools_identities[id_] = {"IdentityPoolId": id_, "Identities": []}
        return self.identity_pools[id_]

    def change(self, IdentityPoolId: str, **settings: Any) -> Reply:
        """UpdateIdentityPool: replaces all settings."""
        before = self.identity_pool(IdentityPoolId)
        _check(settings)
        developer = before.get("DeveloperProviderName")
        if developer and settings.get("DeveloperProviderName") != developer:
            raise invalid("The developer provider name cannot be changed once it is set.")
        tags = settings.get("IdentityPoolTags", before["IdentityPoolTags"])
        self.identity_pools[IdentityPoolId] = _stored(IdentityPoolId, {**settings, "IdentityPoolTags": tags})
        return self.identity_pools[IdentityPoolId]

    def show(self, IdentityPoolId: str) -> Reply:
        """DescribeIdentityPool."""
        return self.identity_pool(IdentityPoolId)

    def show_all(self, MaxResults: int, NextToken: str | None = None) -> Reply:
        """ListIdentityPools."""
        wrong = invalid("Invalid NextToken.")
        pools = list(self.identity_pools.values())
        page, token = cut(pools, lambda each: str(each["IdentityPoolId"]), MaxResults, NextToken, wrong)
        rows = [{name: each[name] for name in ("IdentityPoolId", "IdentityPoolName")} for each in page]
        return {"IdentityPools": rows, "NextToken": token}

    def drop(self, IdentityPoolId: str) -> Reply:
        """DeleteIdentityPool: with its identities and roles."""
        self.identity_pool(IdentityPoolId)
        for each in (self.identity_pools, self.pools_identities, self.roles, self.principal_tags):
            each.pop(IdentityPoolId, None)
        return {}

    def identity_pool(self, id_: str) -> dict[str, Any]:
        """Return an identity pool; refuse one that does not exist."""
        if id_ not in self.identity_pools:
            raise SandboxError("ResourceNotFoundException", f"IdentityPool '{id_}' not found.")
        return self.identity_pools[id_]

    # -- roles and principal tags ------------------------------------------------------------------------------------------

    def set_roles(
        self,
        IdentityPoolId: str,
        Roles: Mapping[str, str],
        RoleMappings: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Reply:
        """SetIdentityPoolRoles: replaces all roles and mappings."""
        self.identity_pool(IdentityPoolId)
        mappings = RoleMappings or {}
        rules = [each.get("RulesConfiguration", {}).get("Rules", []) for each in mappings.values()]
        if sum(map(len, rules)) > MOST_RULES:
            raise invalid(f"An identity pool can have at most {MOST_RULES} role mapping rules.")
        for name, each in mappings.items():
            if (each["Type"] == "Rules") != ("RulesConfiguration" in each):
                raise invalid(f"RulesConfiguration is required for Rules, and not allowed otherwise: {name}")
            if "AmbiguousRoleResolution" not in each:
                raise invalid(f"AmbiguousRoleResolution is required for {name}")
        self.roles[IdentityPoolId] = {
            "Roles": dict(Roles),
            "RoleMappings": {name: dict(each) for name, each in mappings.items()},
        }
        return {}

    def show_roles(self, IdentityPoolId: str) -> Reply:
        """GetIdentityPoolRoles."""
        self.identity_pool(IdentityPoolId)
        found = self.roles.get(IdentityPoolId, {})
        return {"IdentityPoolId": IdentityPoolId, **{name: value for name, value in found.items() if value}}

    def set_principal_tags(
        self,
        IdentityPoolId: str,
        IdentityProviderName: str,
        UseDefaults: bool = False,
        PrincipalTags: Mapping[str, str] | None = None,
    ) -> Reply:
        """SetPrincipalTagAttributeMap."""
        self._check_provider(IdentityPoolId, IdentityProviderName)
        found = {"UseDefaults": UseDefaults, "PrincipalTags": dict(PrincipalTags or {})}
        self.principal_tags.setdefault(IdentityPoolId, {})[IdentityProviderName] = found
        return self.show_principal_tags(IdentityPoolId, IdentityProviderName)

    def show_principal_tags(self, IdentityPoolId: str, IdentityProviderName: str) -> Reply:
        """GetPrincipalTagAttributeMap."""
        self.identity_pool(IdentityPoolId)
        found = self.principal_tags.get(IdentityPoolId, {}).get(IdentityProviderName)
        place = {"IdentityPoolId": IdentityPoolId, "IdentityProviderName": IdentityProviderName}
        return {**place, **(found or {"UseDefaults": False, "PrincipalTags": {}})}

    def _check_provider(self, id_: str, provider: str) -> None:
        pool = self.identity_pool(id_)
        known = {each["ProviderName"] for each in pool.get("CognitoIdentityProviders", ())}
        known |= {*pool.get("SupportedLoginProviders", {}), *pool.get("OpenIdConnectProviderARNs", ())}
        known |= {*pool.get("SamlProviderARNs", ()), pool.get("DeveloperProviderName")}
        if provider not in known:
            raise invalid(f"Identity provider {provider} is not configured for the identity pool.")

    # -- tags --------------------------------------------------------------------------------------------------------------

    def tag(self, ResourceArn: str, Tags: Mapping[str, str]) -> Reply:
        """TagResource."""
        pool = self._tagged(ResourceArn)
        together = {**pool["IdentityPoolTags"], **Tags}
        _check_tags(together)
        pool["IdentityPoolTags"] = together
        return {}

    def untag(self, ResourceArn: str, TagKeys: Sequence[str]) -> Reply:
        """UntagResource; missing keys are accepted."""
        pool = self._tagged(ResourceArn)
        pool["IdentityPoolTags"] = {
            key: value for key, value in pool["IdentityPoolTags"].items() if key not in TagKeys
        }
        return {}

    def tags_of(self, ResourceArn: str) -> Reply:
        """ListTagsForResource."""
        return {"Tags": dict(self._tagged(ResourceArn)["IdentityPoolTags"])}

    def arn(self, id_: str) -> str:
        """The ARN of an identity pool."""
        return (
            f"arn:{self.partition}:cognito-identity:{self.region_name}:{self.account_id}:identitypool/{id_}"
        )

    def _tagged(self, arn: str) -> dict[str, Any]:
        return self.identity_pool(arn.partition(":identitypool/")[2])

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield the identity pools for the Resource Groups Tagging API."""
        for id_, pool in self.identity_pools.items():
            yield TaggedResource(
                self.arn(id_), dict(pool["IdentityPoolTags"]), "cognito-identity:identitypool"
            )


def _stored(id_: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in settings.items() if not (name in EMPTY and not value)}
    return {"IdentityPoolId": id_, "AllowClassicFlow": False, "IdentityPoolTags": {}, **kept}


def _check(settings: Mapping[str, Any]) -> None:
    _check_tags(settings.get("IdentityPoolTags") or {})
    providers = settings.get("CognitoIdentityProviders") or []
    pairs = [(each.get("ProviderName"), each.get("ClientId")) for each in providers]
    if len(set(pairs)) < len(pairs):
        raise invalid("Cognito identity providers must be unique.")


def _check_tags(tags: Mapping[str, str]) -> None:
    if len(tags) > MOST_TAGS:
        raise invalid(f"A resource can have at most {MOST_TAGS} tags.")
    if any(each.lower().startswith("aws:") for each in tags):
        raise invalid("Tag keys cannot start with aws:")
