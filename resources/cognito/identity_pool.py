"""cognito.identity_pool: credentials of AWS for users."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Assigned,
    Calls,
    Change,
    Create,
    Delete,
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
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.cognito import identity_pool_tags
from reconciler.resources.cognito.identity_pool_grants import GRANTED_FOR
from reconciler.resources.cognito.identity_pool_model import IdentityPool
from reconciler.resources.cognito.identity_pool_problems import problems
from reconciler.resources.cognito.service import IDENTITY_POOLS

SET_ROLES, GET_ROLES = "set_identity_pool_roles", "get_identity_pool_roles"
ROLES = ("roles", "role_mappings")
OWN = own_fields(IdentityPool, *ROLES, identity_pool_tags.FIELD)


def _set_roles(change: Change) -> Iterable[Request]:
    """Send roles and mappings together: AWS replaces both."""
    mappings = change.desired.get("RoleMappings")
    sent = {"Roles": change.desired.get("Roles") or {}, **({"RoleMappings": mappings} if mappings else {})}
    yield Request(SET_ROLES, {**change.address, **sent})


class IdentityPoolAdapter(Adapter[IdentityPool]):
    """CreateIdentityPool, UpdateIdentityPool, SetIdentityPoolRoles, SetPrincipalTagAttributeMap."""

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
    granted_for: ClassVar[Mapping[str, GrantedFor]] = GRANTED_FOR
    service = IDENTITY_POOLS
    model = IdentityPool
    costs = FREE
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
        identity_pool_tags.UPDATE,
    )
    delete = Delete("delete_identity_pool", protected=True, loses="the identities of its users")
    reads = Reads(
        list="list_identity_pools",
        list_with={"MaxResults": 60},
        get="describe_identity_pool",
        alone={
            **dict.fromkeys(ROLES, from_reply(GET_ROLES)),
            identity_pool_tags.FIELD: identity_pool_tags.READ,
        },
        page=60,
    )
    tagging = tagging(TagOperations(in_create="IdentityPoolTags"))
    problems = staticmethod(problems)
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
