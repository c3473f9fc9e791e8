"""cognito.identity_pool: credentials of AWS for users."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Calls,
    Change,
    Create,
    Delete,
    InFiles,
    Reads,
    Request,
    Sends,
    Sighting,
    TagOperations,
    from_reply,
    own_fields,
    tagging,
)
from reconciler.forms import Form
from reconciler.model import Cleared, Finding, Part, Resource, Rows, Settings, Unordered, Whole, Wire
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.cognito.service import IDENTITY_POOLS
from reconciler.resources.grants import to_pass
from reconciler.resources.identifiers import Arn, RoleArn
from reconciler.resources.lasting import LASTS

Provider: TypeAlias = Annotated[str, Field(min_length=1, max_length=128)]
SET_ROLES, GET_ROLES = "set_identity_pool_roles", "get_identity_pool_roles"
ROLES = ("roles", "role_mappings")
MOST_RULES = 25
"""Of one pool (https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html)."""


class CognitoIdentityProvider(Part):
    """A client of a user pool whose users may get credentials."""

    provider_name: Annotated[str, Form(r"[\w._:/-]{1,128}", "the name of a user pool as a provider")]
    """`${cognito.user_pool:NAME#provider_name}`."""
    client_id: Annotated[str, Form(r"\w{1,128}", "the id of a client")]
    """`${cognito.user_pool_client:NAME#id}`."""
    server_side_token_check: Annotated[bool | None, Cleared(value=False)] = None


class Rule(Part):
    """A role for users whose token has a value."""

    claim: Annotated[str, Form(r"\S{1,64}", "1 to 64 characters without spaces")]
    match_type: Literal["Equals", "Contains", "StartsWith", "NotEqual"]
    value: Annotated[str, Field(min_length=1, max_length=128)]
    role_arn: Annotated[RoleArn, Wire("RoleARN")]


class RulesConfiguration(Part):
    """Rules in their order; the first that fits counts."""

    rules: Annotated[list[Rule], Field(min_length=1, max_length=400)]


class RoleMapping(Part):
    """How users of one provider get their role: from their token, or by rules."""

    type: Literal["Token", "Rules"]
    ambiguous_role_resolution: Literal["AuthenticatedRole", "Deny"]
    rules_configuration: RulesConfiguration | None = None


class IdentityPool(Resource):
    """A pool of identities, which get credentials of AWS.

    Source: CreateIdentityPool, UpdateIdentityPool, SetIdentityPoolRoles (Amazon Cognito Federated Identities API Reference).
    """

    allow_unauthenticated_identities: Annotated[bool | None, LASTS] = None
    allow_classic_flow: Annotated[bool | None, Cleared(value=False)] = None
    supported_login_providers: Annotated[
        dict[Provider, Annotated[str, Form(r"[\w.;_/-]{1,128}", "the id of an application")]] | None,
        Field(max_length=10),
        Whole(),
    ] = None
    """By provider (`accounts.google.com`): the id of your application there."""
    developer_provider_name: Annotated[
        Annotated[str, Form(r"[\w._-]{1,128}", "1 to 128 of a-z, A-Z, 0-9, ., _ and -")] | None, LASTS
    ] = None
    """AWS cannot change it once it is set."""
    open_id_connect_provider_arns: Annotated[
        list[Arn] | None, Unordered(), Wire("OpenIdConnectProviderARNs")
    ] = None
    cognito_identity_providers: Annotated[
        list[CognitoIdentityProvider] | None, Rows(("provider_name", "client_id"))
    ] = None
    saml_provider_arns: Annotated[list[Arn] | None, Unordered(), Wire("SamlProviderARNs")] = None
    roles: Annotated[dict[Literal["authenticated", "unauthenticated"], RoleArn] | None, Whole()] = None
    """The roles of users with and without a sign-in."""
    role_mappings: Annotated[dict[Provider, RoleMapping] | None, Whole(), Field(max_length=10)] = None
    """By provider, such as `${cognito.user_pool:NAME#provider_name}:${cognito.user_pool_client:NAME#id}`."""


OWN = own_fields(IdentityPool, *ROLES)


def _set_roles(change: Change) -> Iterable[Request]:
    """Send roles and mappings together: AWS replaces both."""
    mappings = change.desired.get("RoleMappings")
    sent = {"Roles": change.desired.get("Roles") or {}, **({"RoleMappings": mappings} if mappings else {})}
    yield Request(SET_ROLES, {**change.address, **sent})


def _roles(roles: Mapping[str, str], location: Location) -> Iterator[Grant]:
    del location
    for role in roles.values():
        yield to_pass(role, "cognito-identity")


def _mappings(mappings: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    del location
    for each in mappings.values():
        for rule in (each.get("rules_configuration") or {}).get("rules") or ():
            yield to_pass(rule["role_arn"], "cognito-identity")


class IdentityPoolAdapter(Adapter[IdentityPool]):
    """CreateIdentityPool, UpdateIdentityPool, SetIdentityPoolRoles."""

    kind = "cognito.identity_pool"
    cloudformation = CloudFormation(
        type="AWS::Cognito::IdentityPool",
        called={
            "IdentityPoolName": "name",
            "IdentityPoolTags": "tags",
            "OpenIdConnectProviderARNs": "open_id_connect_provider_arns",
            "SamlProviderARNs": "saml_provider_arns",
        },
        left_out=dict.fromkeys(
            ("CognitoEvents", "CognitoStreams", "PushSync"), "of Amazon Cognito Sync, which AWS has replaced"
        ),
        not_granted={
            "cognito-sync:*": "of Amazon Cognito Sync, which AWS has replaced",
            "iam:PassRole": "granted for each written role",
        },
    )
    appearance = Appearance(sort="access", column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"roles": _roles, "role_mappings": _mappings}
    service = IDENTITY_POOLS
    model = IdentityPool
    summary = "credentials of AWS for users, with their providers and roles"
    console = "https://{region}.console.aws.amazon.com/cognito/v2/identity/identity-pools/{id}/user-statistics?region={region}"
    defaults: ClassVar[Settings] = {"allow_classic_flow": False}
    identity = Assigned(
        name="IdentityPoolName",
        address="IdentityPoolId",
        arns=("arn:{partition}:cognito-identity:{region}:{account}:identitypool/{id}",),
        forms=(Form(r"[\w\s+=,.@-]{1,128}", "1 to 128 letters, digits, spaces and + = , . @ - _"),),
        shares_names=True,
    )
    create = Create("create_identity_pool", OWN, needed=frozenset({"allow_unauthenticated_identities"}))
    updates = (
        Sends("update_identity_pool", (*OWN, "name"), whole=True),
        Calls(_set_roles, ROLES, (SET_ROLES,)),
    )
    delete = Delete("delete_identity_pool", protected=True, loses="the identities of its users")
    reads = Reads(
        list="list_identity_pools",
        list_with={"MaxResults": 60},
        get="describe_identity_pool",
        alone=dict.fromkeys(ROLES, from_reply(GET_ROLES)),
        page=60,
    )
    tagging = tagging(TagOperations(in_create="IdentityPoolTags"))
    tagging_api_type = "cognito-identity:identitypool"

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        del scope
        id_ = row["IdentityPoolId"]
        return Sighting(row["IdentityPoolName"], {"IdentityPoolId": id_}, self.identity.arn(api, id_))

    def impossible(self, field: str, written: Settings, reported: Mapping[str, Any]) -> str:
        """Why the name of a developer provider cannot be changed."""
        live = reported.get("DeveloperProviderName")
        if field == "developer_provider_name" and live:
            return f"AWS cannot change the developer provider {live} once it is set; write it"
        del written
        return ""

    def problems(self, files: InFiles) -> Iterator[Finding]:
        rules = 0
        for name, each in (files.values.get("role_mappings") or {}).items():
            found = each.get("rules_configuration")
            rules += len((found or {}).get("rules") or ())
            if (each["type"] == "Rules") != bool(found):
                said = "rules_configuration belongs to type: Rules, and only to it"
                yield Finding(said, ("role_mappings", name))
        if rules > MOST_RULES:
            yield Finding(
                f"an identity pool has at most {MOST_RULES} rules in all its mappings", ("role_mappings",)
            )
