"""apigateway.account: the role with which API Gateway writes the logs of all stages in one Region of the account.

Sources: GetAccount, UpdateAccount (API Gateway API Reference); "Set up CloudWatch logging for REST APIs" (API Gateway Developer Guide).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Assigned,
    Create,
    InFiles,
    Reads,
    Sighting,
    Wired,
)
from reconciler.model import CamelResource, Finding
from reconciler.resources.apigateway import account_marks
from reconciler.resources.apigateway.account_grants import GRANTED_FOR
from reconciler.resources.apigateway.account_marks import GET, REGION, ROLE, UPDATE
from reconciler.resources.apigateway.patches import PATCHES
from reconciler.resources.apigateway.service import API_GATEWAY, ROLE_TAGS, ROOT
from reconciler.resources.identifiers import RoleArn
from reconciler.resources.lasting import lasts

ONLY = "account"
"""Its name in AWS: there is one in each Region."""
FIELD = "cloudwatch_role_arn"


class Account(CamelResource):
    """The settings for all APIs in the Region."""

    cloudwatch_role_arn: Annotated[RoleArn | None, lasts("null for the whole resource")] = None
    """The role with which API Gateway writes logs."""


class AccountAdapter(Adapter[Account]):
    """GetAccount, UpdateAccount."""

    kind = "apigateway.account"
    cloudformation = CloudFormation(
        type="AWS::ApiGateway::Account",
        called={"CloudWatchRoleArn": FIELD},
        needed={FIELD: "without a role there are no settings"},
        not_granted={
            "iam:GetRole": "AWS checks the role itself",
            "iam:PassRole": "allowed for each written role (`granted_for`)",
        },
    )
    appearance = Appearance(column=2)
    granted_for = GRANTED_FOR
    service = API_GATEWAY
    beside = (ROLE_TAGS,)
    model = Account
    costs = FREE
    summary = "the role with which API Gateway writes the logs of all stages in a Region"
    # The request has no member for a name: `prepare` writes the operations.
    identity = Assigned(address=REGION, name=PATCHES, arns=(f"{ROOT}/account",))
    create = Create(UPDATE, (FIELD,), needed=frozenset({FIELD}), upsert=True)
    updates = (account_marks.CHANGE,)
    delete = account_marks.DELETE
    reads = Reads(list=GET, called=account_marks.READS, listed=frozenset({FIELD}))
    tagging = account_marks.TAGGING

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str:
        del name, settings
        return ONLY

    def problems(self, files: InFiles) -> Iterator[Finding]:
        others = [name for name in files.every(self.kind) if name != files.name]
        if others:
            yield Finding(f"there is one in each Region, and {others[0]} is it as well; keep one of them")

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        del scope
        shown = api.call(GET)
        tags = account_marks.marks_of(api, shown.get(ROLE))
        if tags is not None:
            yield Sighting(ONLY, *self._place(api), settings={ROLE: shown[ROLE]}, tags=tags)

    def _place(self, api: Api) -> tuple[Address, str]:
        """The address and the ARN."""
        return {REGION: api.region}, f"{ROOT}/account".format(partition=api.partition, region=api.region)

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        del sighting
        found: Wired = api.call(GET)
        return found

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        del api
        return account_marks.naming(parameters[ROLE])

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del scope, reply, parameters
        return self._place(api)
