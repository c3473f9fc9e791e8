"""The services of Amazon Cognito: user pools, and identity pools.

Sources: "Quotas in Amazon Cognito" (https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html); "Actions, resources, and
condition keys for Amazon Cognito User Pools" and "... for Amazon Cognito Identity" (Service Authorization Reference); the errors of each
operation (API Reference).
"""

from reconciler.errors import Busy, Taken, Waiting
from reconciler.service import Rate, Service

USER_POOLS = Service(
    name="cognito-idp",
    rate=Rate(15, 15),
    unscoped={
        "cognito-idp:CreateUserPool": "makes new pools",
        "cognito-idp:DescribeUserPoolDomain": "IAM names no resource of this action",
        "cognito-idp:ListUserPools": "lists all pools",
    },
    errors={
        "ConcurrentModificationException": Busy,
        "GroupExistsException": Taken,
        "DuplicateProviderException": Taken,
        # The resource server of the scope may be made in the same pass.
        "ScopeDoesNotExistException": Waiting,
        # Cognito can use a new role only some seconds after its creation.
        "InvalidSmsRoleTrustRelationshipException": Waiting,
        "InvalidSmsRoleAccessPolicyException": Waiting,
    },
    errors_by_message={
        # A resource server.
        "already exists in user pool": Taken,
        "Domain already associated": Taken,
        # The identity provider of a client may be made in the same pass.
        "does not exist for User Pool": Waiting,
    },
)
IDENTITY_POOLS = Service(
    name="cognito-identity",
    rate=Rate(5, 5),
    unscoped={
        "cognito-identity:CreateIdentityPool": "makes new pools",
        "cognito-identity:ListIdentityPools": "lists all pools",
        "cognito-identity:SetIdentityPoolRoles": "IAM names no resource of this action",
        "cognito-identity:SetPrincipalTagAttributeMap": "IAM names no resource of this action",
    },
    errors={"ConcurrentModificationException": Busy, "ResourceConflictException": Busy},
)
_ANY_FUNCTION = "arn:{partition}:lambda:{region}:{account}:function:*"
LAMBDA = Service(
    name="lambda",
    granted_for_fields=frozenset({"lambda:AddPermission"}),
    # The files no longer contain the functions of a trigger that is removed, or of a pool that is deleted.
    scopes={"lambda:GetPolicy": _ANY_FUNCTION, "lambda:RemovePermission": _ANY_FUNCTION},
)
"""The operations of AWS Lambda on the permissions of functions that a user pool invokes."""
