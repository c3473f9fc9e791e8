"""The service Amazon Connect.

Sources: "Amazon Connect service quotas" (https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html);
"Actions, resources, and condition keys for Amazon Connect" and "... for AWS Directory Service" (Service Authorization Reference).
"""

from reconciler.service import Rate, Service

_ROLE = ("iam:AttachRolePolicy", "iam:CreateServiceLinkedRole", "iam:PutRolePolicy")
_DIRECTORY = (
    "ds:AuthorizeApplication",
    "ds:CheckAlias",
    "ds:CreateAlias",
    "ds:CreateDirectory",
    "ds:CreateIdentityPoolDirectory",
    "ds:DeleteDirectory",
    "ds:DescribeDirectories",
    "ds:UnauthorizeApplication",
)
_ROLE_OF_CONNECT = "arn:{partition}:iam::{account}:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_*"
_ANY_DIRECTORY = "arn:{partition}:ds:{region}:{account}:directory/*"

CONNECT = Service(
    name="connect",
    rate=Rate(2, 5),
    rates={"list_integration_associations": Rate(25, 50)},
    lists_rates=True,
    also_asks={
        "AssociateBot": _ROLE,
        "AssociateInstanceStorageConfig": ("ds:DescribeDirectories", *_ROLE),
        "CreateInstance": (*_DIRECTORY, *_ROLE),
        "DeleteInstance": ("ds:DeleteDirectory", "ds:DescribeDirectories", "ds:UnauthorizeApplication"),
        "DescribeInstance": ("ds:DescribeDirectories",),
        "DisassociateBot": _ROLE,
        "ListInstances": ("ds:DescribeDirectories",),
        "UpdateInstanceAttribute": ("ds:DescribeDirectories", *_ROLE, "logs:CreateLogGroup"),
        "UpdateInstanceStorageConfig": ("ds:DescribeDirectories", *_ROLE),
    },
    unscoped={
        "connect:CreateInstance": "makes new instances",
        "connect:ListInstances": "lists all instances",
        "ds:CheckAlias": "asks whether a name is free",
        "ds:CreateDirectory": "makes new directories",
        "ds:CreateIdentityPoolDirectory": "makes new directories",
        "ds:DescribeDirectories": "lists all directories",
    },
    scopes={
        # The directory and the role of an instance are not known before it is created.
        "ds:AuthorizeApplication": _ANY_DIRECTORY,
        "ds:CreateAlias": _ANY_DIRECTORY,
        "ds:DeleteDirectory": _ANY_DIRECTORY,
        "ds:UnauthorizeApplication": _ANY_DIRECTORY,
        "iam:AttachRolePolicy": _ROLE_OF_CONNECT,
        "iam:CreateServiceLinkedRole": _ROLE_OF_CONNECT,
        "iam:PutRolePolicy": _ROLE_OF_CONNECT,
        "logs:CreateLogGroup": "arn:{partition}:logs:{region}:{account}:log-group:/aws/connect/*",
    },
)
_ANY_FUNCTION = "arn:{partition}:lambda:{region}:{account}:function:*"
LAMBDA = Service(
    name="lambda",
    granted_for_fields=frozenset({"lambda:AddPermission", "lambda:GetPolicy", "lambda:RemovePermission"}),
    # The files no longer contain the functions of an instance that is deleted.
    scopes={"lambda:GetPolicy": _ANY_FUNCTION, "lambda:RemovePermission": _ANY_FUNCTION},
)
"""The operations of AWS Lambda on the permissions of functions that an instance invokes."""
