"""The ARNs of the resources in a call, from its parameters: what IAM checks the actions of the call against."""

from collections.abc import Iterator
from urllib.parse import quote

from botocore import xform_name

from reconciler.permissions import Location
from reconciler.sandbox.fault_injection import Attempt
from reconciler.sandbox.lightsail.backend import plane_of
from reconciler.testing.authorization import arns_of as checked_arns
from reconciler.testing.shapes import operations_of


def arns_of(attempt: Attempt, account: Location) -> Iterator[str]:
    """The ARNs of the resources in a call."""
    params = attempt.params
    match attempt.service:
        case "connect":
            yield from _arns_in_connect(attempt, account)
        case "dynamodb":
            table = account.arn("dynamodb", f"table/{params.get('TableName', '')}")
            yield params.get("ResourceArn", table)
        case "s3":
            bucket = f"arn:{account.partition}:s3:::{params.get('Bucket', '')}"
            objects = [each["Key"] for each in params.get("Delete", {}).get("Objects", ())]
            objects += [params["Key"]] if "Key" in params else []
            yield from [f"{bucket}/{key}" for key in objects] or [bucket]
        case "ec2":
            yield from _arns_in_ec2(attempt, account)
        case "s3control":
            yield params["ResourceArn"]
        case "sqs":
            queue = params.get("QueueName") or params.get("QueueUrl", "").rpartition("/")[2]
            yield account.arn("sqs", queue) if queue else "*"
        case "secretsmanager":
            new = (
                account.arn("secretsmanager", f"secret:{params['Name']}-aBcDeF") if "Name" in params else "*"
            )
            found = str(params.get("SecretId") or new)
            whole = found == "*" or found.startswith("arn:")
            yield found if whole else account.arn("secretsmanager", f"secret:{found}-aBcDeF")
        case "ssm":
            parameter = params.get("Name") or params.get("ResourceId", "")
            yield account.arn("ssm", f"parameter/{parameter.removeprefix('/')}") if parameter else "*"
        case "lightsail":
            yield from _arns_in_lightsail(attempt, account)
        case _:
            yield from _arns_of_further(attempt, account)


OF_LIGHTSAIL = {
    "instanceName": "Instance",
    "instanceSnapshotName": "InstanceSnapshot",
    "staticIpName": "StaticIp",
    "diskName": "Disk",
    "keyPairName": "KeyPair",
    "relationalDatabaseName": "RelationalDatabase",
    "relationalDatabaseSnapshotName": "RelationalDatabaseSnapshot",
    "alarmName": "Alarm",
    "loadBalancerName": "LoadBalancer",
    "bucketName": "Bucket",
    "certificateName": "Certificate",
}
"""By member with the name of a resource of Lightsail: its type in ARNs."""


def _arns_in_lightsail(attempt: Attempt, account: Location) -> Iterator[str]:
    """ARNs have ids that no request has; which types IAM checks is in the reference."""
    params = attempt.params
    checked = {
        each.split(":")[5].partition("/")[0] for each in checked_arns(f"lightsail:{attempt.operation}")
    }
    types = {OF_LIGHTSAIL[member] for member in OF_LIGHTSAIL.keys() & params.keys()}
    found = plane_of(account.account, account.region).records.get(params.get("resourceName", ""))
    types |= {found.type} if found else set()
    yield from [account.arn("lightsail", f"{each}/some") for each in sorted(types & checked)] or ["*"]


TYPES_OF_EC2 = {
    "CreateFlowLogs": "fl-new",
    "CreateInternetGateway": "igw-new",
    "default": "dhcp-options",
    "dopt": "dhcp-options",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "i": "instance",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "subnet": "subnet",
    "tgw": "transit-gateway",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
"""By the beginning of an id: the name of its type in ARNs."""
OF_EC2 = {
    "AllocateAddress": "eipalloc-new",
    "CreateFlowLogs": "fl-new",
    "CreateInternetGateway": "igw-new",
    "CreateNatGateway": "nat-new",
    "CreateRouteTable": "rtb-new",
    "CreateSecurityGroup": "sg-new",
    "DisassociateAddress": "eipalloc-some",
    "DisassociateRouteTable": "rtb-some",
    "CreateSubnet": "subnet-new",
    "CreateVpc": "vpc-new",
    "CreateVpcEndpoint": "vpce-new",
    "DisassociateSubnetCidrBlock": "subnet-some",
    "DisassociateVpcCidrBlock": "vpc-some",
}
"""By operation of EC2: an id of the resource that its parameters do not name."""


IDS_OF_EC2 = ("DhcpOptionsId", "GroupId", "InternetGatewayId", "RouteTableId", "SubnetId", "VpcId")
IDS_OF_ADDRESSES = ("AllocationId", "InstanceId", "NatGatewayId", "NetworkInterfaceId")
"""The members with an id of a resource on which IAM checks the action: of every one, and of those of addresses and NAT gateways."""
MADE_IN_EC2 = (
    *("CreateNatGateway", "CreateRouteTable", "CreateSecurityGroup", "CreateSubnet"),
    "CreateVpcEndpoint",
)
"""The operations that need an action on existing resources too, but no tags of them."""
IN_LISTS = {"DeleteFlowLogs": "FlowLogIds", "DeleteVpcEndpoints": "VpcEndpointIds"}
"""By operation of EC2: the member with the ids of its resources."""


def _arns_in_ec2(attempt: Attempt, account: Location) -> Iterator[str]:
    params = attempt.params
    found = [
        OF_EC2.get(attempt.operation),
        *params.get("Resources", ()),
        *params.get(IN_LISTS.get(attempt.operation, ""), ()),
        *([params["VpcEndpointId"]] if attempt.operation == "ModifyVpcEndpoint" else ()),
    ]
    if attempt.operation not in MADE_IN_EC2:
        found += ids_in_ec2(attempt)
    yield from (arn_in_ec2(each, account) for each in filter(None, found))
    if attempt.operation.startswith("Describe") and attempt.operation != "DescribeVpcAttribute":
        yield "*"


def ids_in_ec2(attempt: Attempt) -> list[str]:
    """The ids of the resources in a call on which IAM checks it."""
    of_addresses = "Address" in attempt.operation or "NatGateway" in attempt.operation
    names = (*IDS_OF_EC2, *(IDS_OF_ADDRESSES if of_addresses else ()))
    return [*filter(None, (attempt.params.get(each) for each in names))]


def arn_in_ec2(id_: str, account: Location) -> str:
    """The ARN of a resource of EC2, by its id."""
    return account.arn("ec2", f"{TYPES_OF_EC2[id_.partition('-')[0]]}/{id_}")


def _arns_of_further(attempt: Attempt, account: Location) -> Iterator[str]:
    """The same, for services that were added later."""
    params = attempt.params
    match attempt.service:
        case "kms":
            key = str(params.get("KeyId", params.get("TargetKeyId", "*")))
            yield key if key.startswith("arn:") else account.arn("kms", f"key/{key}")
            if "AliasName" in params:
                yield account.arn("kms", params["AliasName"])
        case "cloudwatch":
            names = params.get("AlarmNames", [params.get("AlarmName", "*")])
            names = ["*"] if attempt.operation == "PutCompositeAlarm" else names
            alarms = [account.arn("cloudwatch", f"alarm:{name}") for name in names]
            boards = params.get("DashboardNames", [params.get("DashboardName")])
            place = f"arn:{account.partition}:cloudwatch::{account.account}:dashboard"  # without a Region
            of_boards = [f"{place}/{name}" for name in boards if name]
            yield from [params["ResourceARN"]] if "ResourceARN" in params else of_boards or alarms
        case "logs":
            group = (
                params.get("logGroupName") or params.get("logGroupIdentifier") or params.get("resourceArn")
            )
            whole = str(group).startswith("arn:")
            yield str(group) if whole else account.arn("logs", f"log-group:{group}")
        case "lambda" if "LayerName" in params:
            version = f":{params['VersionNumber']}" if "VersionNumber" in params else ""
            listed = attempt.operation == "ListLayerVersions"
            yield "*" if listed else account.arn("lambda", f"layer:{params['LayerName']}{version}")
        case "lambda" if attempt.operation == "ListLayers":
            yield "*"
        case "lambda":
            function = str(params.get("FunctionName") or params.get("Resource") or "*")
            name = function.partition(":function:")[2] or function
            new = "new" if {"EventSourceArn", "SelfManagedEventSource"} & params.keys() else ""
            mapping = params.get("UUID") or function.partition(":event-source-mapping:")[2] or new
            own = f"event-source-mapping:{mapping}" if mapping else f"function:{name.partition(':')[0]}"
            yield account.arn("lambda", own)
        case "sns":
            named = (params.get(each) for each in ("TopicArn", "ResourceArn", "SubscriptionArn"))
            new = account.arn("sns", params["Name"]) if "Name" in params else "*"
            yield next(filter(None, named), new)
        case "iam":
            yield from _arns_in_iam(attempt, account)
        case (
            "apigateway" | "backup" | "budgets" | "cloudtrail" | "cognito-identity" | "cognito-idp" | "events"
        ):
            yield ARN_IN[attempt.service](attempt, account)
        case "scheduler":
            group = params.get("GroupName")
            place = f"schedule-group/{group or params.get('Name', '*')}"
            single = f"schedule/{group}/{params.get('Name', '*')}"
            yield params.get("ResourceArn") or account.arn("scheduler", single if group else place)
        case _:
            yield "*"


def _arn_in_apigateway(attempt: Attempt, account: Location) -> str:
    """The path of a call, which is its resource in IAM.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html
    """
    model = operations_of("apigateway")[xform_name(attempt.operation)]
    path = str(model.http["requestUri"]).partition("?")[0]
    for name, shape in model.input_shape.members.items() if model.input_shape else ():
        if shape.serialization.get("location") == "uri":
            value = quote(str(attempt.params.get(name, "*")), safe="*")
            path = path.replace(f"{{{shape.serialization['name']}}}", value)
    return f"arn:{account.partition}:apigateway:{account.region}::{path}"


def _arn_in_cognito(attempt: Attempt, account: Location) -> str:
    """The user pool or the identity pool in a call."""
    params = attempt.params
    users = attempt.service == "cognito-idp"
    place = f"userpool/{params.get('UserPoolId', '*')}"
    own = place if users else f"identitypool/{params.get('IdentityPoolId', '*')}"
    return str(params.get("ResourceArn") or account.arn(attempt.service, own))


def _arn_in_backup(attempt: Attempt, account: Location) -> str:
    """The vault or the plan in a call."""
    params = attempt.params
    if "BackupVaultName" in params:
        return account.arn("backup", f"backup-vault:{params['BackupVaultName']}")
    new = "new" if attempt.operation == "CreateBackupPlan" else "*"
    return str(
        params.get("ResourceArn") or account.arn("backup", f"backup-plan:{params.get('BackupPlanId', new)}")
    )


def _arn_in_events(attempt: Attempt, account: Location) -> str:
    """The bus or the rule in a call."""
    params = attempt.params
    if "ResourceARN" in params:
        return str(params["ResourceARN"])
    if attempt.operation.endswith("EventBus"):
        return account.arn("events", f"event-bus/{params['Name']}")
    bus, rule = params.get("EventBusName", "default"), params.get("Rule") or params.get("Name", "*")
    return account.arn("events", f"rule/{rule}" if bus == "default" else f"rule/{bus}/{rule}")


def _arn_in_budgets(attempt: Attempt, account: Location) -> str:
    """The budget or its action in a call; all budgets in a call that lists."""
    params = attempt.params
    budget = params.get("Budget") or params.get("NewBudget") or params
    place = f"arn:{account.partition}:budgets::{account.account}:budget"
    own = f"{place}/{budget.get('BudgetName', '*')}"
    if attempt.operation == "CreateBudgetAction" or "ActionId" in params:
        own += f"/action/{params.get('ActionId', 'new')}"
    return str(params.get("ResourceARN") or own)


PATHS: dict[tuple[str, str], str] = {}
"""By type and name: the paths that create requests have given to roles; no later call names them."""


LINKED: dict[str, str] = {}
"""The principal of the service whose role was created last: later calls name only the role."""


def _arns_in_iam(attempt: Attempt, account: Location) -> Iterator[str]:
    """The role and the policy in a call, or the scope of a list."""
    params = attempt.params
    for type_ in ("Role", "Policy"):
        name = params.get(f"{type_}Name")
        if f"Create{type_}" == attempt.operation:
            PATHS[type_, params[f"{type_}Name"]] = params.get("Path", "/")
        if name and (type_ == "Role" or attempt.operation == "CreatePolicy"):
            linked = LINKED.get("principal") if name.startswith("AWSServiceRoleFor") else None
            path = f"/aws-service-role/{linked}/" if linked else PATHS.get((type_, name), "/")
            yield f"arn:{account.partition}:iam::{account.account}:{type_.lower()}{path}{name}"
    if attempt.operation == "CreateServiceLinkedRole":
        LINKED["principal"] = params["AWSServiceName"]
        yield f"arn:{account.partition}:iam::{account.account}:role/aws-service-role/{LINKED['principal']}/new"
        return
    if "DeletionTaskId" in params:
        role = params["DeletionTaskId"].removeprefix("task/").rpartition("/")[0]
        yield f"arn:{account.partition}:iam::{account.account}:role/{role}"
        return
    if "PolicyArn" in params and "RoleName" not in params:
        yield params["PolicyArn"]
    if "OpenIDConnectProviderArn" in params:
        yield params["OpenIDConnectProviderArn"]
    if attempt.operation == "CreateOpenIDConnectProvider":
        provider = params["Url"].removeprefix("https://")
        yield f"arn:{account.partition}:iam::{account.account}:oidc-provider/{provider}"
    if not {"RoleName", "PolicyName", "PolicyArn", "OpenIDConnectProviderArn", "Url"} & params.keys():
        yield "*"


def _arns_in_connect(attempt: Attempt, account: Location) -> Iterator[str]:
    params = attempt.params
    if "resourceArn" in params:
        yield params["resourceArn"]
        return
    if "PhoneNumberId" in params:
        yield account.arn("connect", f"phone-number/{params['PhoneNumberId']}")
    if attempt.operation in ("ListPhoneNumbersV2", "SearchAvailablePhoneNumbers", "ClaimPhoneNumber"):
        yield account.arn("connect", "phone-number/*")
    if "InstanceId" in params or "PhoneNumberId" not in params:
        yield account.arn("connect", f"instance/{params.get('InstanceId', 'new')}")


def _arn_in_cloudtrail(attempt: Attempt, account: Location) -> str:
    """The trail in a call."""
    params = attempt.params
    name = params.get("Name") or params.get("TrailName") or "*"
    tagged = params.get("ResourceId") or next(iter(params.get("ResourceIdList", ())), None)
    return str(tagged or account.arn("cloudtrail", f"trail/{name}"))


ARN_IN = {
    "apigateway": _arn_in_apigateway,
    "backup": _arn_in_backup,
    "budgets": _arn_in_budgets,
    "cloudtrail": _arn_in_cloudtrail,
    "cognito-identity": _arn_in_cognito,
    "cognito-idp": _arn_in_cognito,
    "events": _arn_in_events,
}
"""By service: the function that returns the ARN in a call."""
