"""cognito.user_pool: a directory of users."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Attribute,
    Create,
    Delete,
    Reads,
    Sighting,
    TagOperations,
    Unmanaged,
    own_fields,
    tagging,
)
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.cognito import costs, unused, user_pool_reading, user_pool_triggers
from reconciler.resources.cognito.service import LAMBDA, USER_POOLS
from reconciler.resources.cognito.user_pool_changes import (
    BEFORE_DELETE,
    FIXED,
    UPDATES,
    before_delete,
    replaces,
)
from reconciler.resources.cognito.user_pool_cloudformation import CLOUDFORMATION
from reconciler.resources.cognito.user_pool_grants import GRANTED_FOR
from reconciler.resources.cognito.user_pool_model import DEFAULTS, NAMES, UserPool
from reconciler.resources.cognito.user_pool_problems import problems

MFA = user_pool_reading.MFA
LATER = (*MFA, "mfa_configuration", "lambda_config")
"""What is set once the pool exists: factors by their own operation, and triggers after the permissions of their functions."""


class UserPoolAdapter(Adapter[UserPool]):
    """CreateUserPool, UpdateUserPool, SetUserPoolMfaConfig, AddCustomAttributes."""

    kind = "cognito.user_pool"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="access", column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = GRANTED_FOR
    attributes: ClassVar[Mapping[str, Attribute]] = user_pool_reading.ATTRIBUTES
    service = USER_POOLS
    beside = (LAMBDA,)
    model = UserPool
    costs = costs.USER_POOL
    unused = unused.USER_POOL
    summary = "a directory of users with its policies, messages, factors and triggers"
    console = (
        "https://{region}.console.aws.amazon.com/cognito/v2/idp/user-pools/{id}/info/overview?region={region}"
    )
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Assigned(
        name="PoolName",
        address="UserPoolId",
        id_in="UserPool.Id",
        arns=("arn:{partition}:cognito-idp:{region}:{account}:userpool/{id}",),
        forms=NAMES,
        shares_names=True,
    )
    create = Create("create_user_pool", own_fields(UserPool, *LATER), fixed=frozenset(FIXED))
    updates = UPDATES
    delete = Delete(
        "delete_user_pool",
        protected=True,
        before=before_delete,
        calls=BEFORE_DELETE,
        loses="its users and their passwords",
    )
    reads = Reads(
        list="list_user_pools",
        list_with={"MaxResults": 60},
        get="describe_user_pool",
        shown_in="UserPool",
        alone={**dict.fromkeys(MFA, user_pool_reading.FACTORS), "lambda_config": user_pool_triggers.READ},
        page=60,
    )
    tagging = tagging(TagOperations(in_create="UserPoolTags"))
    tagging_api_type = "cognito-idp:userpool"
    unmanaged = (Unmanaged("users", "list_users", ("Username",)),)
    compared: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "lambda_config": user_pool_triggers.as_permitted,
        "schema_attributes": user_pool_reading.written_attributes,
    }
    checks = user_pool_reading.CHECKS
    problems = staticmethod(problems)
    remarks = staticmethod(user_pool_triggers.remarks)
    replaces = staticmethod(replaces)
    shown = staticmethod(user_pool_reading.shown)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        del scope
        return Sighting(row["Name"], {"UserPoolId": row["Id"]}, self.identity.arn(api, row["Id"]))
