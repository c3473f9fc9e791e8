"""apigateway.api_key: a key by which usage plans tell clients apart."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Assigned,
    Calls,
    Create,
    Delete,
    Reads,
    Sighting,
)
from reconciler.forms import Form
from reconciler.model import CamelResource, Cleared, Secret, Settings
from reconciler.resources.apigateway.patches import settings
from reconciler.resources.apigateway.service import API_GATEWAY, ROOT, TAGGING

ARN = f"{ROOT}/apikeys/{{id}}"
FIELDS = ("description", "enabled", "customer_id")
UPDATE = "update_api_key"


class ApiKey(CamelResource):
    """A key. Its value is never read, and shown nowhere."""

    description: Annotated[str | None, Cleared("")] = None
    enabled: Annotated[bool | None, Cleared(False)] = None
    """Whether clients may use it; a new key may not unless this is true."""
    customer_id: Annotated[str | None, Cleared("")] = None
    """The id of a customer of AWS Marketplace."""
    value: Secret | None = None
    """The key itself, of 20 to 128 characters; without it, AWS makes one. Only a new key gets it."""
    generate_distinct_id: Annotated[bool | None, Field()] = None
    """Whether the id of a new key differs from its value."""


class ApiKeyAdapter(Adapter[ApiKey]):
    """CreateApiKey, UpdateApiKey."""

    kind = "apigateway.api_key"
    cloudformation = CloudFormation(
        type="AWS::ApiGateway::ApiKey",
        left_out={"StageKeys": "AWS advises against it: a usage plan names stages and keys"},
        fixed={"value": "AWS does not show it, so a change of it is not seen"},
        write_only={"value": "AWS shows it only on request, and this program never asks for it"},
    )
    appearance = Appearance(column=0)
    service = API_GATEWAY
    costs = FREE
    model = ApiKey
    summary = "a key by which usage plans tell clients apart"
    defaults: ClassVar[Settings] = {"enabled": False}
    identity = Assigned(
        name="name",
        address="apiKey",
        id_in="id",
        arns=(ARN, f"{ROOT}/apikeys"),
        shares_names=True,
        forms=(Form(r".{1,1024}", "1 to 1024 characters"),),
    )
    create = Create(
        "create_api_key",
        (*FIELDS, "value", "generate_distinct_id"),
        write_only=frozenset({"value", "generate_distinct_id"}),
    )
    updates = tuple(
        Calls(settings(UPDATE, ApiKey.wire_name(name)), (name,), (UPDATE,)) for name in ("name", *FIELDS)
    )
    delete = Delete("delete_api_key")
    reads = Reads(
        list="get_api_keys",
        list_with={"limit": 500},
        named=lambda name: {"nameQuery": name},
        get="get_api_key",
        listed=frozenset(FIELDS),
        page=500,
    )
    tagging = TAGGING

    def not_written(self, sighting: Sighting) -> frozenset[str]:
        del sighting
        return frozenset({"value"})  # AWS makes one if the files have none

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        # Its value is not asked for; if AWS shows it, it goes no further.
        shown = {name: value for name, value in row.items() if name != "value"}
        return self.identity.seen(api, scope, row, settings=shown, tags=row.get("tags") or {})
