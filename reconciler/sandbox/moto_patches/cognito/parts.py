"""Groups, resource servers and identity providers of Amazon Cognito's user pools."""

from collections.abc import Mapping, Sequence
from typing import Any

from moto.cognitoidp.models import CognitoIdpGroup, CognitoIdpIdentityProvider, CognitoResourceServer

from reconciler.sandbox.moto_patches.cognito.domains import Domains
from reconciler.sandbox.moto_patches.cognito.pools import Reply
from reconciler.sandbox.moto_patches.cognito.refusals import WRONG_TOKEN, absent, invalid, now
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.sandbox_error import SandboxError

PAGE = 60
NEEDED: Mapping[str, tuple[str, ...]] = {
    "Google": ("client_id", "client_secret", "authorize_scopes"),
    "Facebook": ("client_id", "client_secret", "authorize_scopes"),
    "LoginWithAmazon": ("client_id", "client_secret", "authorize_scopes"),
    "SignInWithApple": ("client_id", "team_id", "key_id", "authorize_scopes"),
    "OIDC": ("client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"),
}
"""By type: the details that a provider needs.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html"""
SOCIAL = frozenset({"Google", "Facebook", "LoginWithAmazon", "SignInWithApple"})


class Parts(Domains):
    """The operations on groups, resource servers and identity providers."""

    # -- groups ------------------------------------------------------------------------------------------------------------

    def make_group(self, UserPoolId: str, GroupName: str, **settings: Any) -> Reply:
        """CreateGroup."""
        pool = self.pool(UserPoolId)
        if GroupName in pool.groups:
            raise SandboxError("GroupExistsException", "A group with the name already exists.")
        members: list[Any] = [settings.get(each) for each in ("Description", "RoleArn", "Precedence")]
        made = CognitoIdpGroup(UserPoolId, GroupName, *members)
        made.creation_date = made.last_modified_date = now()
        pool.groups[GroupName] = made
        return {"Group": _group(made)}

    def change_group(self, UserPoolId: str, GroupName: str, **settings: Any) -> Reply:
        """UpdateGroup: keeps the settings that the request leaves out.

        Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateGroup.html
        """
        found = self.group(UserPoolId, GroupName)
        found.update(settings.get("Description"), settings.get("RoleArn"), settings.get("Precedence"))
        found.last_modified_date = now()
        return {"Group": _group(found)}

    def show_group(self, UserPoolId: str, GroupName: str) -> Reply:
        """GetGroup."""
        return {"Group": _group(self.group(UserPoolId, GroupName))}

    def show_groups(self, UserPoolId: str, Limit: int = PAGE, NextToken: str | None = None) -> Reply:
        """ListGroups."""
        groups = list(self.pool(UserPoolId).groups.values())
        page, token = cut(groups, lambda each: str(each.group_name), Limit, NextToken, WRONG_TOKEN)
        return {"Groups": [_group(each) for each in page], "NextToken": token}

    def drop_group(self, UserPoolId: str, GroupName: str) -> Reply:
        """DeleteGroup; its members stay users of the pool."""
        self.group(UserPoolId, GroupName)
        self.delete_group(UserPoolId, GroupName)
        return {}

    def group(self, pool: str, name: str) -> CognitoIdpGroup:
        """Return a group; refuse one that does not exist."""
        groups = self.pool(pool).groups
        if name not in groups:
            raise absent("Group not found.")
        return groups[name]

    # -- resource servers --------------------------------------------------------------------------------------------------

    def make_server(
        self, UserPoolId: str, Identifier: str, Name: str, Scopes: Sequence[Mapping[str, str]] = ()
    ) -> Reply:
        """CreateResourceServer."""
        servers = self.pool(UserPoolId).resource_servers
        if Identifier in servers:
            raise invalid(f"{Identifier} already exists in user pool {UserPoolId}.")
        _check_scopes(Scopes)
        servers[Identifier] = CognitoResourceServer(
            UserPoolId, Identifier, Name, [dict(each) for each in Scopes]
        )
        return {"ResourceServer": _server(servers[Identifier])}

    def change_server(
        self, UserPoolId: str, Identifier: str, Name: str, Scopes: Sequence[Mapping[str, str]] = ()
    ) -> Reply:
        """UpdateResourceServer: replaces name and scopes.

        Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateResourceServer.html
        """
        found = self.server(UserPoolId, Identifier)
        _check_scopes(Scopes)
        found.name, found.scopes = Name, [dict(each) for each in Scopes]
        return {"ResourceServer": _server(found)}

    def show_server(self, UserPoolId: str, Identifier: str) -> Reply:
        """DescribeResourceServer."""
        return {"ResourceServer": _server(self.server(UserPoolId, Identifier))}

    def show_servers(self, UserPoolId: str, MaxResults: int = 50, NextToken: str | None = None) -> Reply:
        """ListResourceServers."""
        servers = list(self.pool(UserPoolId).resource_servers.values())
        page, token = cut(servers, lambda each: str(each.identifier), MaxResults, NextToken, WRONG_TOKEN)
        return {"ResourceServers": [_server(each) for each in page], "NextToken": token}

    def drop_server(self, UserPoolId: str, Identifier: str) -> Reply:
        """DeleteResourceServer."""
        del self.pool(UserPoolId).resource_servers[self.server(UserPoolId, Identifier).identifier]
        return {}

    def server(self, pool: str, identifier: str) -> CognitoResourceServer:
        """Return a resource server; refuse one that does not exist."""
        servers = self.pool(pool).resource_servers
        if identifier not in servers:
            raise absent(f"Resource server {identifier} does not exist.")
        return servers[identifier]

    # -- identity providers ------------------------------------------------------------------------------------------------

    def make_provider(
        self,
        UserPoolId: str,
        ProviderName: str,
        ProviderType: str,
        ProviderDetails: Mapping[str, str],
        **settings: Any,
    ) -> Reply:
        """CreateIdentityProvider."""
        providers = self.pool(UserPoolId).identity_providers
        if ProviderName in providers:
            text = f"There is already an IdentityProvider with name {ProviderName}."
            raise SandboxError("DuplicateProviderException", text)
        if ProviderType in SOCIAL and ProviderName != ProviderType:
            raise invalid(f"The name of a provider of type {ProviderType} must be {ProviderType}.")
        self._check_provider(UserPoolId, ProviderName, ProviderType, ProviderDetails, settings)
        shown = {"ProviderType": ProviderType, "ProviderDetails": dict(ProviderDetails), **settings}
        made = CognitoIdpIdentityProvider(ProviderName, shown)
        made.creation_date = made.last_modified_date = now()
        providers[ProviderName] = made
        return {"IdentityProvider": _provider(UserPoolId, made)}

    def change_provider(self, UserPoolId: str, ProviderName: str, **settings: Any) -> Reply:
        """UpdateIdentityProvider: keeps the settings that the request leaves out."""
        found = self.provider(UserPoolId, ProviderName)
        whole = {**found.extended_config, **settings}
        type_, details = whole["ProviderType"], whole["ProviderDetails"]
        self._check_provider(UserPoolId, ProviderName, type_, details, settings)
        found.extended_config = whole
        found.last_modified_date = now()
        return {"IdentityProvider": _provider(UserPoolId, found)}

    def show_provider(self, UserPoolId: str, ProviderName: str) -> Reply:
        """DescribeIdentityProvider."""
        return {"IdentityProvider": _provider(UserPoolId, self.provider(UserPoolId, ProviderName))}

    def show_provider_of(self, UserPoolId: str, IdpIdentifier: str) -> Reply:
        """GetIdentityProviderByIdentifier."""
        for each in self.pool(UserPoolId).identity_providers.values():
            if IdpIdentifier in (each.extended_config.get("IdpIdentifiers") or ()):
                return {"IdentityProvider": _provider(UserPoolId, each)}
        raise absent(f"There is no IdentityProvider with identifier {IdpIdentifier}.")

    def show_providers(self, UserPoolId: str, MaxResults: int = PAGE, NextToken: str | None = None) -> Reply:
        """ListIdentityProviders."""
        providers = list(self.pool(UserPoolId).identity_providers.values())
        page, token = cut(providers, lambda each: str(each.name), MaxResults, NextToken, WRONG_TOKEN)
        members = ("ProviderName", "ProviderType", "CreationDate", "LastModifiedDate")
        rows = [{name: _provider(UserPoolId, each)[name] for name in members} for each in page]
        return {"Providers": rows, "NextToken": token}

    def drop_provider(self, UserPoolId: str, ProviderName: str) -> Reply:
        """DeleteIdentityProvider."""
        found = self.provider(UserPoolId, ProviderName)
        del self.pool(UserPoolId).identity_providers[found.name]
        return {}

    def provider(self, pool: str, name: str) -> CognitoIdpIdentityProvider:
        """Return an identity provider; refuse one that does not exist."""
        providers = self.pool(pool).identity_providers
        if name not in providers:
            raise absent(f"Identity provider {name} does not exist.")
        return providers[name]

    def _check_provider(
        self, pool: str, name: str, type_: str, details: Mapping[str, str], settings: Mapping[str, Any]
    ) -> None:
        lacking = [each for each in NEEDED.get(type_, ()) if not details.get(each)]
        if type_ == "SAML" and not (details.get("MetadataURL") or details.get("MetadataFile")):
            lacking = ["MetadataURL"]
        if lacking:
            raise invalid(f"Missing required ProviderDetails for {type_}: {', '.join(lacking)}")
        found = self.pool(pool)
        unknown = set(settings.get("AttributeMapping") or ()) - {*found.schema_attributes, "username"}
        if unknown:
            raise invalid(f"Invalid AttributeMapping: {min(unknown)} is no attribute of the user pool.")
        for other in found.identity_providers.values():
            shared = set(settings.get("IdpIdentifiers") or ()) & set(
                other.extended_config.get("IdpIdentifiers") or ()
            )
            if other.name != name and shared:
                raise invalid(f"The identifier {min(shared)} is used by identity provider {other.name}.")


def _check_scopes(scopes: Sequence[Mapping[str, str]]) -> None:
    names = [each["ScopeName"] for each in scopes]
    if len(set(names)) < len(names):
        raise invalid("Scope names of a resource server must be unique.")


def _group(group: CognitoIdpGroup) -> dict[str, Any]:
    shown = {name: value for name, value in group.to_json().items() if value is not None}
    return {name: value for name, value in shown.items() if name != "Description" or value}


def _server(server: CognitoResourceServer) -> dict[str, Any]:
    return {"Scopes": [], **server.to_json()}


def _provider(pool: str, provider: CognitoIdpIdentityProvider) -> dict[str, Any]:
    shown: dict[str, Any] = {"UserPoolId": pool, **provider.to_json(extended=True)}
    return shown
