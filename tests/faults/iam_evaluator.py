"""Evaluates IAM policies, which the sandbox does not: the actions and resources of each call, and whether a policy allows them.

The dependent actions in the Service Authorization Reference are written here a second time, by parameters of calls, because the
policy under test is derived from the files, not from calls.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from reconciler.iam import services_of
from reconciler.kinds import known_kinds
from reconciler.permissions import Location
from reconciler.sandbox.fault_injection import Attempt, FaultKind
from reconciler.service import Service
from tests.faults.iam_resources import MADE_IN_EC2, TYPES_OF_EC2, arn_in_ec2, arns_of, ids_in_ec2

SERVICES = services_of(known_kinds())
TAGS = {
    each: f"{each}:TagResource"
    for each in ("cloudwatch", "connect", "dynamodb", "kms", "lambda", "logs", "s3")
}
"""The further actions of create requests with tags."""
CREATES = ("Create", "Claim")


KEY = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*")
"""The actions of AWS KMS for a table with a key of the account; the asterisks are those of the policy."""


class Need(NamedTuple):
    """An action on a resource."""

    action: str
    resource: str


def needs_of(attempt: Attempt, account: Location) -> list[Need]:
    """The actions and resources that IAM must allow for one call."""
    service = SERVICES[attempt.service]
    action = service.action(attempt.operation)
    arns = list(arns_of(attempt, account))
    besides = [*service.also_asks.get(attempt.operation, ())]
    if attempt.operation.startswith(CREATES) and attempt.service in TAGS and _carries_tags(attempt.params):
        besides.append(TAGS[attempt.service])
    if any("VersionId" in each for each in attempt.params.get("Delete", {}).get("Objects", ())):
        besides.append("s3:DeleteObjectVersion")
    return [
        *(Need(each, _place(service, each, account) or arn) for each in (action, *besides) for arn in arns),
        *_because_of(attempt, account),
        *(_because_of_networks(attempt, account) if attempt.service == "ec2" else ()),
        *_because_of_roles(attempt, account),
    ]


def allowed(policy: Mapping[str, Any], need: Need) -> bool:
    """Whether a statement of the policy allows it; conditions count as true."""
    return any(
        any(fnmatchcase(need.action, each) for each in statement["Action"])
        and any(fnmatchcase(need.resource, each) for each in statement["Resource"])
        for statement in policy["Statement"]
    )


def _place(service: Service, action: str, account: Location) -> str | None:
    """The resource of an action that does not depend on the parameters of the call."""
    if action in service.unscoped:
        return "*"
    return account.filled(service.scopes[action]) if action in service.scopes else None


def _carries_tags(params: Mapping[str, Any]) -> bool:
    return bool(
        params.get("Tags") or params.get("tags") or params.get("CreateBucketConfiguration", {}).get("Tags")
    )


def _because_of(attempt: Attempt, account: Location) -> Iterator[Need]:
    """The further actions that AWS requires because of the parameters of a call."""
    params = attempt.params
    match attempt.operation:
        case "AssociateLambdaFunction":
            yield Need("lambda:AddPermission", params["FunctionArn"])
        case "DisassociateLambdaFunction":
            yield Need("lambda:RemovePermission", params["FunctionArn"])
        case "AssociateBot" | "DisassociateBot":
            yield from _of_bot(attempt, account)
        case "AssociateInstanceStorageConfig" | "UpdateInstanceStorageConfig":
            yield from _of_storage(params["StorageConfig"], account)
        case "CreateBackupVault":
            key, actions = (
                params.get("EncryptionKeyArn"),
                ("CreateGrant", "Decrypt", "GenerateDataKey", "RetireGrant"),
            )
            yield from (Need(f"kms:{each}", key) for each in (*actions, "DescribeKey") if key)
        case "CreateTable" | "UpdateTable":
            key = (params.get("SSESpecification") or {}).get("KMSMasterKeyId")
            yield from (Need(f"kms:{each}", key) for each in KEY if key)
        case "PutBucketReplication":
            yield Need("iam:PassRole", params["ReplicationConfiguration"]["Role"])
        case "GetParameter" if not params.get("WithDecryption"):
            return
        case "GetParameter" | "GetSecretValue":
            yield Need("kms:Decrypt", account.arn("kms", "key/any"))


def _because_of_networks(attempt: Attempt, account: Location) -> Iterator[Need]:
    """The same action on further resources in the parameters of EC2."""
    found: list[str] = []
    if attempt.operation in MADE_IN_EC2:
        found = ids_in_ec2(attempt) or ["vpc-of-the-account"]
    elif attempt.operation == "AssociateNatGatewayAddress":
        found = attempt.params["AllocationIds"]
    if attempt.operation in ("CreateVpcEndpoint", "ModifyVpcEndpoint"):
        lists = (
            f"{how}{of}Ids"
            for of in ("RouteTable", "Subnet", "SecurityGroup")
            for how in ("", "Add", "Remove")
        )
        found = [*found, *(id_ for each in lists for id_ in attempt.params.get(each, ()))]
    yield from (Need(f"ec2:{attempt.operation}", arn_in_ec2(each, account)) for each in found)
    if attempt.operation.startswith("AuthorizeSecurityGroup"):
        yield Need(f"ec2:{attempt.operation}", account.arn("ec2", "security-group-rule/sgr-new"))


def _of_user_pool(params: Mapping[str, Any]) -> Iterator[Need]:
    """The roles and keys of a user pool."""
    factor = params.get("SmsMfaConfiguration") or {}
    for sms in (params.get("SmsConfiguration") or {}, factor.get("SmsConfiguration") or {}):
        for role in (sms.get("SnsCallerArn"), (sms.get("EumsSms") or {}).get("CallerArn")):
            yield from (Need("iam:PassRole", each) for each in (role,) if each)
    sender = (params.get("LambdaConfig") or {}).get("KMSKeyID")
    yield from (Need("kms:CreateGrant", each) for each in (sender,) if each)
    key = (params.get("KeyConfiguration") or {}).get("KmsKeyArn")
    yield from (
        Need(f"kms:{each}", key) for each in ("CreateGrant", "DescribeKey", "Encrypt", "Decrypt") if key
    )


def _because_of_roles(attempt: Attempt, account: Location) -> Iterator[Need]:
    """The further actions that AWS requires because of a role or a network in the parameters."""
    params = attempt.params
    match attempt.operation:
        case "CreateFunction" | "UpdateFunctionConfiguration":
            yield from (Need("iam:PassRole", params[name]) for name in ("Role",) if name in params)
            if (params.get("VpcConfig") or {}).get("SubnetIds"):
                described = ("DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs")
                yield from (Need(f"ec2:{each}", "*") for each in described)
        case "CreateUserPool" | "UpdateUserPool" | "SetUserPoolMfaConfig":
            yield from _of_user_pool(params)
        case "PutSubscriptionFilter":
            yield from (Need("iam:PassRole", params[name]) for name in ("roleArn",) if name in params)
        case "CreateVpcEndpoint":
            if params.get("PrivateDnsEnabled", params.get("VpcEndpointType") == "Interface"):
                zone = f"arn:{account.partition}:route53:::hostedzone/Z1"
                yield Need("route53:AssociateVPCWithHostedZone", zone)
            if params.get("ServiceRegion", account.region) != account.region:
                yield Need("vpce:AllowMultiRegion", account.arn("ec2", "vpc-endpoint/vpce-new"))
            if "ServiceNetworkArn" in params:
                yield Need("vpc-lattice:CreateServiceNetworkVpcEndpointAssociation", "*")
        case "CreateFlowLogs":
            for each in params["ResourceIds"]:
                type_ = TYPES_OF_EC2[each.rpartition("-")[0]]
                yield Need("ec2:CreateFlowLogs", account.arn("ec2", f"{type_}/{each}"))
            role = params.get("DeliverLogsPermissionArn")
            yield from [Need("iam:PassRole", role)] if role else ()
            if params.get("LogDestinationType") == "s3":
                bucket = params["LogDestination"].partition("/")[0]
                yield Need("logs:CreateLogDelivery", "*")
                yield from (Need(f"s3:{each}BucketPolicy", bucket) for each in ("Get", "Put"))
        case _:
            pass


def _of_bot(attempt: Attempt, account: Location) -> Iterator[Need]:
    joins = attempt.operation == "AssociateBot"
    bot, alias = attempt.params.get("LexBot"), (attempt.params.get("LexV2Bot") or {}).get("AliasArn")
    if bot and joins:
        place = f"arn:{account.partition}:lex:{bot['LexRegion']}:{account.account}"
        yield Need("lex:GetBot", f"{place}:bot:{bot['Name']}:$LATEST")
    if alias:
        changes = ("CreateResourcePolicy", "DescribeBotAlias") if joins else ("DeleteResourcePolicy",)
        yield from (Need(f"lex:{each}", alias) for each in (*changes, "UpdateResourcePolicy"))


def _of_storage(config: Mapping[str, Any], account: Location) -> Iterator[Need]:
    for place in (each for each in config.values() if isinstance(each, Mapping)):
        if "BucketName" in place:
            bucket = f"arn:{account.partition}:s3:::{place['BucketName']}"
            yield from (Need(f"s3:{each}", bucket) for each in ("GetBucketAcl", "GetBucketLocation"))
        if "StreamArn" in place:
            yield Need("kinesis:DescribeStream", place["StreamArn"])
        if "FirehoseArn" in place:
            yield Need("firehose:DescribeDeliveryStream", place["FirehoseArn"])
        if place.get("EncryptionConfig"):
            key = place["EncryptionConfig"]["KeyId"]
            yield from (Need(f"kms:{each}", key) for each in ("CreateGrant", "DescribeKey"))


@dataclass
class Guard:
    """A fault plan of the sandbox that refuses what the policy does not allow, and the denied action.

    With `loses_replies`, the first reply to each create operation is lost, so that passes search for the created resource.
    """

    account: Location
    policy: Mapping[str, Any] | None = None
    denied: str | None = None
    loses_replies: bool = False
    asked: set[str] = field(default_factory=set)
    """Every action that a call has required."""
    refused: list[str] = field(default_factory=list)
    """The refused actions since the policy was set."""
    _lost: set[str] = field(default_factory=set)

    def enforce(
        self, policy: Mapping[str, Any] | None, denied: str | None = None, *, loses_replies: bool = False
    ) -> Sequence[str]:
        """Set the policy, and an action that is denied anyway; return the actions that were refused before."""
        refused, self.refused = self.refused, []
        self.policy, self.denied, self.loses_replies = policy, denied, loses_replies
        return refused

    def __call__(self, attempt: Attempt) -> FaultKind | None:
        if self.policy is None:
            return None
        needs = needs_of(attempt, self.account)
        self.asked |= {each.action for each in needs}
        wrong = [each.action for each in self._refusals(needs)]
        if wrong:
            self.refused += wrong
            return FaultKind.ACCESS_DENIED
        if (
            self.loses_replies
            and attempt.operation.startswith(CREATES)
            and attempt.operation not in self._lost
        ):
            self._lost.add(attempt.operation)
            return FaultKind.TIMEOUT_AFTER
        return None

    def _refusals(self, needs: Iterable[Need]) -> Iterator[Need]:
        assert self.policy is not None
        for need in needs:
            if need.action == self.denied or not allowed(self.policy, need):
                yield need
