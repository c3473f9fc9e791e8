"""cognito.resource_server: an API with its scopes."""

from typing import Annotated

from pydantic import Field

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import FREE, Create, Named, Reads, Sends
from reconciler.forms import Form
from reconciler.model import Part, Rows, Wire
from reconciler.resources.cognito.in_pool import POOLS, READ, InPool, InPoolAdapter, deletes, marks
from reconciler.resources.lasting import LASTS

LIST = "list_resource_servers"
FIELDS = ("display_name", "scopes")
IDENTIFIER = Form(
    r"[\x21\x23-\x5B\x5D-\x7E]{1,256}", "1 to 256 printable characters without spaces, quotes and \\"
)


class Scope(Part):
    """A right that a client may ask for."""

    scope_name: Annotated[
        str,
        Form(
            r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}",
            "1 to 256 printable characters without spaces, quotes, / and \\",
        ),
    ]
    scope_description: Annotated[str, Field(min_length=1, max_length=256)]


class ResourceServer(InPool):
    """An API. Its name in the files is its identifier, such as `https://api.example.com`.

    Source: CreateResourceServer, UpdateResourceServer (Amazon Cognito User Pools API Reference).
    """

    display_name: Annotated[
        Annotated[str, Form(r"[\w\s+=,.@-]{1,256}", "1 to 256 letters, digits, spaces and + = , . @ - _")]
        | None,
        Wire("Name"),
        LASTS,
    ] = None
    """A name for people."""
    scopes: Annotated[list[Scope] | None, Rows(("scope_name",)), Field(max_length=100)] = None


class ResourceServerAdapter(InPoolAdapter[ResourceServer]):
    """CreateResourceServer, UpdateResourceServer."""

    kind = "cognito.resource_server"
    noun = "resource_server"
    cloudformation = CloudFormation(
        type="AWS::Cognito::UserPoolResourceServer",
        called={"Identifier": "name", "Name": "display_name", "UserPoolId": "user_pool"},
    )
    appearance = Appearance(sort="access", column=3)
    model = ResourceServer
    costs = FREE
    summary = "an API with the scopes that clients of a pool may ask for"
    identity = Named(name="Identifier", arns=(POOLS,), forms=(IDENTIFIER,))
    create = Create("create_resource_server", FIELDS, needed=frozenset({"display_name"}))
    updates = (Sends("update_resource_server", FIELDS),)
    delete = deletes("resource_server", "delete_resource_server", LIST, "Identifier")
    reads = Reads(
        list=LIST,
        get="describe_resource_server",
        shown_in="ResourceServer",
        listed=frozenset(FIELDS),
        page=50,
        called=(READ,),
    )
    tagging = marks("resource_server")
