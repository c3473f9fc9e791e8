"""cognito.user_pool_client: an application that signs users in."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Address, Api, Assigned, Create, Reads, Sends, Sighting, Wired, own_fields
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.cognito import costs
from reconciler.resources.cognito.in_pool import (
    POOLS,
    READ,
    InPoolAdapter,
    deletes,
    marks,
    pool_arn,
)
from reconciler.resources.cognito.user_pool_client_model import UserPoolClient
from reconciler.resources.cognito.user_pool_client_problems import problems
from reconciler.resources.grants import to_pass

LIST = "list_user_pool_clients"
SECRETS = ("generate_secret", "client_secret")


def _analytics(config: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    del location
    if config.get("role_arn"):
        yield to_pass(config["role_arn"], "cognito-idp")


class UserPoolClientAdapter(InPoolAdapter[UserPoolClient]):
    """CreateUserPoolClient, UpdateUserPoolClient."""

    kind = "cognito.user_pool_client"
    noun = "client"
    cloudformation = CloudFormation(
        type="AWS::Cognito::UserPoolClient",
        called={
            **{
                f"AllowedOAuth{each}": f"allowed_oauth_{name}"
                for each, name in (
                    ("Flows", "flows"),
                    ("Scopes", "scopes"),
                    ("FlowsUserPoolClient", "flows_user_pool_client"),
                )
            },
            "ClientName": "name",
            "UserPoolId": "user_pool",
        },
        fixed={"client_secret": "CloudFormation takes no secret of the author"},
        write_only={"client_secret": "CloudFormation takes no secret of the author"},
        not_granted={
            "iam:*": "iam:PassRole is granted for a written role; CloudFormation makes a role for Amazon Pinpoint",
            "cognito-idp:ListUserPoolClientSecrets": "no pass reads secrets",
        },
    )
    appearance = Appearance(sort="access", column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"analytics_configuration": _analytics}
    model = UserPoolClient
    costs = costs.USER_POOL_CLIENT
    summary = "an application that signs users of a pool in"
    defaults: ClassVar[Settings] = {
        "generate_secret": False,
        "refresh_token_validity": 30,
        "allowed_oauth_flows_user_pool_client": False,
        "enable_token_revocation": True,
        "enable_propagate_additional_user_context_data": False,
        "auth_session_validity": 3,
    }
    identity = Assigned(
        name="ClientName",
        address="ClientId",
        id_in="UserPoolClient.ClientId",
        arns=(POOLS,),
        forms=(Form(r"[\w\s+=,.@-]{1,128}", "1 to 128 letters, digits, spaces and + = , . @ - _"),),
    )
    create = Create(
        "create_user_pool_client",
        own_fields(UserPoolClient),
        fixed=frozenset({"generate_secret"}),
        write_only=frozenset({"client_secret"}),
        once=True,
    )
    updates = (Sends("update_user_pool_client", (*own_fields(UserPoolClient, *SECRETS), "name"), whole=True),)
    delete = deletes("client", "delete_user_pool_client", LIST, "ClientId", loses="its id and its secret")
    reads = Reads(
        list=LIST,
        get="describe_user_pool_client",
        shown_in="UserPoolClient",
        page=60,
        called=(READ,),
    )
    tagging = marks("client")
    problems = staticmethod(problems)

    def shown(self, row: Any) -> Wired:
        """A client without its secret."""
        found: dict[str, Any] = row | {"GenerateSecret": "ClientSecret" in row}
        found.pop("ClientSecret", None)
        return found

    def not_written(self, sighting: Sighting) -> Collection[str]:
        """The secret: AWS makes one if the client has any, and a new client takes no second one."""
        del sighting
        return ("client_secret",)

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del parameters
        id_ = reply["UserPoolClient"]["ClientId"]
        return {**scope, "ClientId": id_}, f"{pool_arn(api, scope)}/client/{id_}"
