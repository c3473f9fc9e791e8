"""What a stack's passes need of IAM, action by action.

A policy allows all that the adapters of the stack's kinds declare, so that any field of these kinds may be changed later;
what AWS takes in the caller's name is allowed for what the files name. Sources, beside those of `actions` and `fields`:
"Restricting access to Parameter Store parameters using IAM policies" and "AWS KMS encryption for Parameter Store
SecureString parameters" (AWS Systems Manager User Guide); "Secret encryption and decryption in AWS Secrets Manager".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.aws.api import is_read
from reconciler.aws.names import service_and_operation, spellings
from reconciler.contract import Adapter
from reconciler.iam.actions import BESIDES, PLACES, action_of
from reconciler.iam.fields import Account, Condition, Grant, because_of
from reconciler.model import Secret
from reconciler.planning.contents import kinds_within
from reconciler.planning.plan import kinds_to_see
from reconciler.shapes import leaves
from reconciler.stack import Desired, Stack

__all__ = ["Account", "Grant", "grants", "of_calls", "of_secrets"]

ANY = "*"
PHONE_NUMBER = "connect.phone_number"


def grants(
    stack: Stack, kinds: Mapping[str, Adapter[Any]], account: Account, *, read_only: bool = False
) -> Iterator[Grant]:
    """All that passes over a stack need; `read_only`: all that dry runs need."""
    seen = sorted(kinds_to_see(stack, kinds) | _within_replaced(stack, kinds))
    yield Grant("sts:GetCallerIdentity", ANY)
    if any(kinds[key.kind].service == "connect" for key in stack.resources):
        yield Grant("servicequotas:ListServiceQuotas", ANY)
    if any(kinds[kind].swept_as for kind in seen):
        yield Grant("tag:GetResources", ANY)
    for kind in seen:
        yield from _of_kind(stack, kinds[kind], _Places(stack, account, seen), read_only=read_only)
    if read_only:
        return
    managed = [each for each in stack.resources.values() if not each.existing]
    for each in managed:
        for field, value in each.settings.items():
            yield from because_of(each.key.kind, field, value, account)
    yield from of_secrets(_written(managed), account)


def _within_replaced(stack: Stack, kinds: Mapping[str, Adapter[Any]]) -> set[str]:
    """The kinds that live in what may be replaced: that is looked into before."""
    may_go = {key.kind for key, each in stack.resources.items() if each.policy.replace}
    return {inner for kind in may_go for inner in kinds_within(kind, kinds)}


class _Places:
    """The ARNs of a kind's resources, as far as the files tell them."""

    def __init__(self, stack: Stack, account: Account, seen: Sequence[str]) -> None:
        self.stack, self.account, self.seen = stack, account, seen

    def named(self, adapter: Adapter[Any]) -> list[str]:
        """Those that the files name."""
        desired = [each for each in self.stack.resources.values() if each.key.kind == adapter.kind]
        names = {adapter.called(each.key.name, each.settings) or each.key.name for each in desired}
        names |= {each.renamed_from for each in desired if each.renamed_from}
        names |= {key.name for key in self.stack.release if key.kind == adapter.kind}
        return sorted({arn for name in names for arn in self._of(adapter, name)})

    def looked_at(self, adapter: Adapter[Any]) -> list[str]:
        """Those whose tags are read: all there are, where what bears our mark is looked for."""
        return self._of(adapter, ANY) if self.stack.lets_go_of(adapter.kind) else self.named(adapter)

    def _of(self, adapter: Adapter[Any], name: str) -> list[str]:
        arn = self.account.arn
        if adapter.service == "connect":
            # The id of an instance is not in the files; a number that a queue calls out with is no part of one.
            numbers = [arn("connect", "phone-number/*")] if PHONE_NUMBER in self.seen else []
            return [arn("connect", "instance/*"), *numbers]
        if adapter.kind == "dynamodb.table":
            return [arn("dynamodb", f"table/{name}")]
        if adapter.kind == "s3.bucket":
            return [f"arn:{self.account.partition}:s3:::{name}"]
        return [ANY]


def _of_kind(stack: Stack, adapter: Adapter[Any], places: _Places, *, read_only: bool) -> Iterator[Grant]:
    """What the adapter's own operations need."""
    tagging = adapter.tagging.operations if adapter.tagging else ()
    looked_at, named = places.looked_at(adapter), places.named(adapter)
    reads = [*adapter.reads, *(each for each in tagging if _only_looks(each))]
    yield from of_calls(adapter.service, reads, looked_at, places.account)
    desired = [each for key, each in stack.resources.items() if key.kind == adapter.kind]
    # What is pruned has to live in something that the files name; elsewhere it goes with that.
    pruned = stack.prune and (
        adapter.within is None or adapter.within in {key.kind for key in stack.resources}
    )
    deleted = adapter.delete is not None and (pruned or any(each.policy.replace for each in desired))
    if deleted:
        lists = [each.operation for each in adapter.unmanaged]
        yield from of_calls(adapter.service, lists, looked_at, places.account)
    if read_only:
        return
    managed = any(not each.existing for each in desired)
    writes = [*adapter.create.operations] if managed else []
    writes += [each for group in adapter.updates for each in group.operations] if managed else []
    unmarked = pruned and adapter.keeps_defaults is not None
    if managed or unmarked or any(key.kind == adapter.kind for key in stack.release):
        writes += [each for each in tagging if not _only_looks(each)]
    yield from of_calls(adapter.service, writes, named, places.account)
    if adapter.delete and deleted:
        yield from of_calls(adapter.service, [adapter.delete], looked_at, places.account)


def _only_looks(operation: str) -> bool:
    return is_read(operation.rpartition(":")[2])


def of_calls(
    service: str, operations: Iterable[str], arns: Sequence[str], account: Account
) -> Iterator[Grant]:
    """What these operations, as boto3 spells them, need on these resources."""
    for each in operations:
        of, operation = service_and_operation(service, each)
        name = spellings(of)[operation]
        for action in (action_of(of, name), *BESIDES.get(f"{of}:{name}", ())):
            place = PLACES.get(action)
            for arn in arns if place is None else [place.format(**vars(account))]:
                yield Grant(action, arn)


def _written(managed: Iterable[Desired]) -> set[Secret]:
    """The secrets that the files name."""
    return {leaf for each in managed for leaf in leaves(each.settings) if isinstance(leaf, Secret)}


def of_secrets(secrets: Iterable[Secret], account: Account) -> Iterator[Grant]:
    """The right to read and to decrypt exactly these secrets.

    Both stores name the secret in the encryption context, so that any key of the account may have been used.
    """
    found = set(secrets)
    arns = {store: sorted({_arn(each, account) for each in found if each.store == store}) for store in STORES}
    for store, (action, context) in STORES.items():
        yield from (Grant(action, arn) for arn in arns[store])
        if arns[store]:
            decrypts: Condition = (
                *account.via(store),
                ("StringLike", f"kms:EncryptionContext:{context}", tuple(arns[store])),
            )
            yield Grant("kms:Decrypt", account.arn("kms", "key/*"), decrypts)


STORES: Mapping[str, tuple[str, str]] = {
    "ssm": ("ssm:GetParameter", "PARAMETER_ARN"),
    "secretsmanager": ("secretsmanager:GetSecretValue", "SecretARN"),
}
"""By store: the action that reads a secret, and the key of the encryption context that holds the secret's ARN."""


def _arn(secret: Secret, account: Account) -> str:
    """The ARN of a secret; Secrets Manager ends it with six random characters."""
    if secret.name.startswith("arn:"):
        return secret.name
    if secret.store == "ssm":
        name = secret.name.partition(":")[0]  # what follows is a version or a label
        return account.arn("ssm", f"parameter/{name.removeprefix('/')}")
    return account.arn("secretsmanager", f"secret:{secret.name}-??????")
