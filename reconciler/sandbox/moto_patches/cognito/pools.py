"""User pools of Amazon Cognito: creating, changing and deleting them, their schema, factors and tags."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUserPoolAttribute
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource

from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.pool_rules import check_mfa, check_pool, check_tags
from reconciler.sandbox.moto_patches.cognito.refusals import WRONG_TOKEN, absent, invalid, now
from reconciler.sandbox.moto_patches.pages import cut

Reply = Mapping[str, Any]

MOST_CUSTOM = 50
STANDARD = CognitoIdpUserPoolAttribute.STANDARD_SCHEMA


class Pools(TaggableResourcesMixin, CognitoIdpBackend):
    """The operations on user pools."""

    SERVICE_NAMESPACE = "cognito-idp"
    user_pools: dict[str, Pool]  # type: ignore[assignment]

    def make(self, PoolName: str, **settings: Any) -> Reply:
        """CreateUserPool; names need not be unique."""
        check_pool(settings, self.account_id)
        check_tags(settings.get("UserPoolTags") or ())
        mode = settings.get("MfaConfiguration", "OFF")
        if mode != "OFF":
            check_mfa(mode, _by_sms(settings), settings, self.account_id)
        made = Pool((self.partition, self.region_name, self.account_id), PoolName, settings)
        if mode != "OFF":
            made.factors["SmsMfa"] = True
        self.user_pools[made.id] = made
        return {"UserPool": made.shown()}

    def change(self, UserPoolId: str, PoolName: str | None = None, **settings: Any) -> Reply:
        """UpdateUserPool: settings that the request leaves out get their default.

        Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
        """
        pool = self.pool(UserPoolId)
        whole = {**pool.fixed, **settings}
        check_pool(whole, self.account_id)
        check_tags(settings.get("UserPoolTags") or ())
        mode = settings.get("MfaConfiguration", "OFF")
        if mode != "OFF":
            check_mfa(mode, {**pool.factors, **_by_sms(settings)}, settings, self.account_id)
        pool.set(settings)
        pool.tags = dict(settings.get("UserPoolTags") or {})
        pool.name = PoolName or pool.name
        pool.last_modified_date = now()
        return {}

    def show(self, UserPoolId: str) -> Reply:
        """DescribeUserPool."""
        return {"UserPool": self.pool(UserPoolId).shown()}

    def show_all(self, MaxResults: int, NextToken: str | None = None) -> Reply:
        """ListUserPools."""
        page, token = cut(
            list(self.user_pools.values()), lambda each: each.id, MaxResults, NextToken, WRONG_TOKEN
        )
        members = ("Id", "Name", "LambdaConfig", "LastModifiedDate", "CreationDate")
        rows = [{name: shown[name] for name in members} for each in page for shown in [each.shown()]]
        return {"UserPools": rows, "NextToken": token}

    def drop(self, UserPoolId: str) -> Reply:
        """DeleteUserPool: refused while deletion protection is on, and while it has a domain.

        Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-deletion-protection.html,
        https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html
        """
        pool = self.pool(UserPoolId)
        if pool.extended_config["DeletionProtection"] == "ACTIVE":
            raise invalid(
                "The user pool cannot be deleted because deletion protection is activated. "
                "Deletion protection must be inactivated first."
            )
        if pool.domains():
            raise invalid(
                "User pool cannot be deleted. It has a domain configured that should be deleted first."
            )
        del self.user_pools[UserPoolId]
        return {}

    def pool(self, id_: str) -> Pool:
        """Return a pool; refuse one that does not exist."""
        if id_ not in self.user_pools:
            raise absent(f"User pool {id_} does not exist.")
        return self.user_pools[id_]

    def add_attributes(self, UserPoolId: str, CustomAttributes: Sequence[Mapping[str, Any]]) -> Reply:
        """AddCustomAttributes; an attribute can never be removed."""
        pool = self.pool(UserPoolId)
        if len(pool.schema_attributes) + len(CustomAttributes) > MOST_CUSTOM + len(STANDARD):
            raise invalid(f"A user pool can have at most {MOST_CUSTOM} custom attributes.")
        pool.add_custom_attributes([dict(each) for each in CustomAttributes])
        pool.last_modified_date = now()
        return {}

    # -- multi-factor authentication ---------------------------------------------------------------------------------------

    def set_mfa(self, UserPoolId: str, MfaConfiguration: str = "OFF", **factors: Any) -> Reply:
        """SetUserPoolMfaConfig: factors that the request leaves out are turned off."""
        pool = self.pool(UserPoolId)
        check_mfa(MfaConfiguration, factors, pool.extended_config, self.account_id)
        sms = factors.pop("SmsMfaConfiguration", None)
        pool.factors = {**factors, **({"SmsMfa": True} if sms is not None else {})}
        pool.extended_config |= {**(sms or {}), "MfaConfiguration": MfaConfiguration}
        pool.last_modified_date = now()
        return pool.shown_factors()

    def show_mfa(self, UserPoolId: str) -> Reply:
        """GetUserPoolMfaConfig."""
        return self.pool(UserPoolId).shown_factors()

    # -- tags --------------------------------------------------------------------------------------------------------------

    def tag(self, ResourceArn: str, Tags: Mapping[str, str]) -> Reply:
        """TagResource."""
        pool = self._tagged(ResourceArn)
        check_tags([*pool.tags, *Tags])
        pool.tags |= Tags
        return {}

    def untag(self, ResourceArn: str, TagKeys: Sequence[str]) -> Reply:
        """UntagResource; missing keys are accepted."""
        pool = self._tagged(ResourceArn)
        pool.tags = {key: value for key, value in pool.tags.items() if key not in TagKeys}
        return {}

    def tags_of(self, ResourceArn: str) -> Reply:
        """ListTagsForResource."""
        return {"Tags": dict(self._tagged(ResourceArn).tags)}

    def _tagged(self, arn: str) -> Pool:
        found = next((each for each in self.user_pools.values() if each.arn == arn), None)
        if found is None:
            raise absent(f"User pool {arn.rpartition('/')[2]} does not exist.")
        return found

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield the pools for the Resource Groups Tagging API."""
        for pool in self.user_pools.values():
            yield TaggedResource(pool.arn, dict(pool.tags), "cognito-idp:userpool")


def _by_sms(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The factor that a pool with an SMS configuration has."""
    return {"SmsMfaConfiguration": {}} if settings.get("SmsConfiguration") else {}
