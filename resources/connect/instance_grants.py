"""IAM grants that the caller needs because of the settings of an instance: for functions, bots, streams and keys.

Sources: the dependent actions in "Actions, resources, and condition keys for Amazon Connect" (Service Authorization Reference).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, GrantedFor, Location


def _lambda_functions(functions: Iterable[str], location: Location) -> Iterator[Grant]:
    yield from (Grant("lambda:AddPermission", each) for each in functions)
    # The files no longer contain the functions that will be removed.
    for action in ("lambda:GetPolicy", "lambda:RemovePermission"):
        yield Grant(action, location.arn("lambda", "function:*"))


def _lex_bots(bots: Iterable[Mapping[str, str]], location: Location) -> Iterator[Grant]:
    for bot in bots:
        place = f"arn:{location.partition}:lex:{bot['lex_region']}:{location.account}"
        yield Grant("lex:GetBot", f"{place}:bot:{bot['name']}:*")


def _lex_v2_bots(aliases: Iterable[str], location: Location) -> Iterator[Grant]:
    for alias in aliases:
        yield Grant("lex:CreateResourcePolicy", alias)
        yield Grant("lex:DescribeBotAlias", alias)
    # The files no longer contain the bots that will be removed.
    yield Grant("lex:DeleteResourcePolicy", location.arn("lex", "bot-alias/*"))
    yield Grant("lex:UpdateResourcePolicy", location.arn("lex", "bot-alias/*"))


def _storage_configs(rows: Iterable[Mapping[str, Any]], location: Location) -> Iterator[Grant]:
    for row in rows:
        for config in (value for value in row.values() if isinstance(value, Mapping)):
            if "bucket_name" in config:
                bucket = f"arn:{location.partition}:s3:::{config['bucket_name']}"
                yield Grant("s3:GetBucketAcl", bucket)
                yield Grant("s3:GetBucketLocation", bucket)
            if "stream_arn" in config:
                yield Grant("kinesis:DescribeStream", config["stream_arn"])
            if "firehose_arn" in config:
                yield Grant("firehose:DescribeDeliveryStream", config["firehose_arn"])
            if config.get("encryption_config"):
                key = location.key(config["encryption_config"]["key_id"])
                yield Grant("kms:CreateGrant", key)
                yield Grant("kms:DescribeKey", key)


GRANTED_FOR: Mapping[str, GrantedFor] = {
    "lambda_functions": _lambda_functions,
    "lex_bots": _lex_bots,
    "lex_v2_bots": _lex_v2_bots,
    "storage_configs": _storage_configs,
}
"""By field."""
