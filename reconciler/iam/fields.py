"""What AWS asks of the caller because of what an author wrote: the functions, bots, streams, keys and roles that are named.

Sources: the dependent actions in "Actions, resources, and condition keys for Amazon Connect" and "... for Amazon S3"
(Service Authorization Reference); "DynamoDB encryption at rest usage notes" (Amazon DynamoDB Developer Guide).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

Condition: TypeAlias = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Operator, key and values: `("StringEquals", "kms:ViaService", ("ssm.eu-west-2.amazonaws.com",))`."""


class Grant(NamedTuple):
    """One action that is allowed on one resource."""

    action: str
    resource: str
    condition: Condition = ()


@dataclass(frozen=True)
class Account:
    """Where a stack lives."""

    partition: str
    region: str
    account: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something in this account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def key(self, name: str) -> str:
        """The ARN of a KMS key; of any key where it is named by an alias, which IAM does not take."""
        if name.startswith("arn:"):
            return name if ":key/" in name else self.arn("kms", "key/*")
        return self.arn("kms", "key/*" if name.startswith("alias/") else f"key/{name}")

    def via(self, service: str) -> Condition:
        """That AWS KMS is asked through this service."""
        return (("StringEquals", "kms:ViaService", (f"{service}.{self.region}.amazonaws.com",)),)


def _lambda_functions(functions: Iterable[str], account: Account) -> Iterator[Grant]:
    yield from (Grant("lambda:AddPermission", each) for each in functions)
    # Which functions are taken away is not in the files any more.
    yield Grant("lambda:RemovePermission", account.arn("lambda", "function:*"))


def _lex_bots(bots: Iterable[Mapping[str, str]], account: Account) -> Iterator[Grant]:
    for bot in bots:
        place = f"arn:{account.partition}:lex:{bot['lex_region']}:{account.account}"
        yield Grant("lex:GetBot", f"{place}:bot:{bot['name']}:*")


def _lex_v2_bots(aliases: Iterable[str], account: Account) -> Iterator[Grant]:
    for alias in aliases:
        yield Grant("lex:CreateResourcePolicy", alias)
        yield Grant("lex:DescribeBotAlias", alias)
    # Which bots are taken away is not in the files any more.
    yield Grant("lex:DeleteResourcePolicy", account.arn("lex", "bot-alias/*"))
    yield Grant("lex:UpdateResourcePolicy", account.arn("lex", "bot-alias/*"))


def _storage_configs(rows: Iterable[Mapping[str, Any]], account: Account) -> Iterator[Grant]:
    for row in rows:
        for config in (value for value in row.values() if isinstance(value, Mapping)):
            if "bucket_name" in config:
                bucket = f"arn:{account.partition}:s3:::{config['bucket_name']}"
                yield Grant("s3:GetBucketAcl", bucket)
                yield Grant("s3:GetBucketLocation", bucket)
            if "stream_arn" in config:
                yield Grant("kinesis:DescribeStream", config["stream_arn"])
            if "firehose_arn" in config:
                yield Grant("firehose:DescribeDeliveryStream", config["firehose_arn"])
            if config.get("encryption_config"):
                key = account.key(config["encryption_config"]["key_id"])
                yield Grant("kms:CreateGrant", key)
                yield Grant("kms:DescribeKey", key)


_TABLE_KEY = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*")


def _table_key(sse: Mapping[str, Any], account: Account) -> Iterator[Grant]:
    if sse.get("kms_master_key_id"):
        key, via = account.key(sse["kms_master_key_id"]), account.via("dynamodb")
        yield from (Grant(f"kms:{each}", key, via) for each in _TABLE_KEY)


def _replication(replication: Mapping[str, Any], account: Account) -> Iterator[Grant]:
    del account
    to_s3 = (("StringEquals", "iam:PassedToService", ("s3.amazonaws.com",)),)
    yield Grant("iam:PassRole", replication["role"], to_s3)


FIELDS: Mapping[tuple[str, str], Callable[[Any, Account], Iterable[Grant]]] = {
    ("connect.instance", "lambda_functions"): _lambda_functions,
    ("connect.instance", "lex_bots"): _lex_bots,
    ("connect.instance", "lex_v2_bots"): _lex_v2_bots,
    ("connect.instance", "storage_configs"): _storage_configs,
    ("dynamodb.table", "sse"): _table_key,
    ("s3.bucket", "replication"): _replication,
}
"""By kind and field: what has to be granted for a value that an author wrote."""


def because_of(kind: str, field: str, value: Any, account: Account) -> Iterable[Grant]:
    """What has to be granted because this value is written."""
    found = FIELDS.get((kind, field))
    return found(value, account) if found and value is not None else ()
