"""iam.oidc_provider: an identity provider of OpenID Connect, which trust policies of roles name.

Sources: CreateOpenIDConnectProvider and the operations beside it (IAM API Reference).
"""

from collections.abc import Collection
from typing import Annotated, Any

from pydantic import Field

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Assigned,
    Create,
    Delete,
    Reads,
    RowCall,
    Sends,
    Sighting,
    Wired,
    by_rows,
    own_fields,
)
from reconciler.forms import Form
from reconciler.model import Resource, Settings, Unordered, Wire
from reconciler.resources.iam.common import known_by
from reconciler.resources.iam.service import IAM
from reconciler.resources.lasting import LASTS

SCHEME = "https://"
ClientId = Annotated[str, Field(min_length=1, max_length=255)]
Thumbprint = Annotated[
    str, Form(r"[0-9A-Fa-f]{40}", "40 hexadecimal digits: the SHA-1 hash of a certificate")
]


class OidcProvider(Resource):
    """An OIDC provider."""

    client_id_list: Annotated[
        list[ClientId] | None, Unordered(), Wire("ClientIDList"), Field(max_length=100)
    ] = None
    """The audiences of its tokens, such as sts.amazonaws.com."""
    thumbprint_list: Annotated[
        list[Thumbprint] | None,
        Unordered(),
        Field(min_length=1, max_length=5),
        LASTS,
    ] = None
    """The hashes of certificates, for a URL whose certificate is not signed by a known authority. IAM gets that of a new
    provider itself if it is left out."""


def _as_written(live: Collection[str], settings: Settings, _reported: Wired) -> list[str]:
    """The live thumbprints in the case of the files: AWS may change the case."""
    written = {each.lower(): each for each in settings.get("thumbprint_list") or ()}
    return [written.get(each.lower(), each) for each in live]


class OidcProviderAdapter(Adapter[OidcProvider]):
    """CreateOpenIDConnectProvider; operations that add and remove client ids, and that replace the thumbprints."""

    kind = "iam.oidc_provider"
    cloudformation = CloudFormation(
        type="AWS::IAM::OIDCProvider", called={"Url": "name", "ClientIdList": "client_id_list"}
    )
    service = IAM
    model = OidcProvider
    costs = FREE
    appearance = Appearance(sort="access", column=2)
    summary = "an identity provider of OpenID Connect, with its client ids and thumbprints"
    console = "https://console.aws.amazon.com/iam/home#/identity_providers/details/OPENID/{arn}"
    identity = Assigned(
        address="OpenIDConnectProviderArn",
        name="Url",
        arn_in="OpenIDConnectProviderArn",
        arns=("arn:{partition}:iam::{account}:oidc-provider/{name}",),
        forms=(
            Form(r"(?!\w+://).*", "the URL without https://"),
            Form(r"(?!.*[:?#])[!-~]*", "a URL without a port, a query and spaces"),
            Form(r".{1,247}", "a URL of at most 255 characters"),
        ),
    )
    create = Create("create_open_id_connect_provider", own_fields(OidcProvider))
    updates = (
        by_rows(
            OidcProvider,
            "client_id_list",
            add=RowCall("add_client_id_to_open_id_connect_provider", one_in="ClientID"),
            remove=RowCall("remove_client_id_from_open_id_connect_provider", one_in="ClientID"),
        ),
        Sends("update_open_id_connect_provider_thumbprint", ("thumbprint_list",)),
    )
    delete = Delete("delete_open_id_connect_provider")
    reads = Reads(
        list="list_open_id_connect_providers",
        rows_in="OpenIDConnectProviderList",
        get="get_open_id_connect_provider",
    )
    tagging = known_by("open_id_connect_provider")
    compared = {"thumbprint_list": _as_written}

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        del api, scope
        arn = row["Arn"]
        return Sighting(arn.partition(":oidc-provider/")[2], {self.identity.id: arn}, arn)

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        del api
        return {**parameters, "Url": SCHEME + parameters["Url"]}
