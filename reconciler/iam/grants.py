"""Computes the IAM grants of a stack's passes, action by action.

A policy allows all calls that the adapters of the stack's kinds declare, so that any field of these kinds may be changed
later. Actions that AWS takes in the caller's name are allowed for what the files name. Sources, besides those of the services:
"Restricting access to Parameter Store parameters using IAM policies" and "AWS KMS encryption for Parameter Store
SecureString parameters" (AWS Systems Manager User Guide); "Secret encryption and decryption in AWS Secrets Manager".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.aws.api import is_read
from reconciler.aws.botocore_names import service_and_operation, spellings
from reconciler.contract import Adapter, CannotDelete, Check, Delete, Emptying
from reconciler.encoder import Encoder
from reconciler.field_schema import Shape, fields_of, leaves, refers_to, with_texts
from reconciler.iam.services import services_of
from reconciler.model import Ref, Secret
from reconciler.permissions import ANY, Condition, Grant, Location
from reconciler.planning.contents import emptying_of, kinds_within
from reconciler.planning.extra import kinds_beside
from reconciler.planning.plan import kinds_to_see
from reconciler.service import Service
from reconciler.stack import Desired, Key, Stack


def grants(
    stack: Stack,
    kinds: Mapping[str, Adapter[Any]],
    location: Location,
    *,
    read_only: bool = False,
    extra: bool = False,
) -> Iterator[Grant]:
    """All grants that passes over a stack need; with `read_only`, those that dry runs need.

    With `extra`, also those that find what lives beside the stack.
    """
    beside = kinds_beside(stack, kinds) if extra else frozenset()
    seen = sorted(kinds_to_see(stack, kinds) | _within_replaced(stack, kinds) | beside)
    services = services_of(kinds)
    yield from of_calls(services, "sts", ["get_caller_identity"], (), location)
    asked = seen if stack.destroys else {key.kind for key in stack.resources}
    if any(kinds[kind].service.lists_rates for kind in asked):
        yield from of_calls(services, "service-quotas", ["list_service_quotas"], (), location)
    if any(kinds[kind].tagging_api_type for kind in seen):
        yield from of_calls(services, "resourcegroupstaggingapi", ["get_resources"], (), location)
    for kind in seen:
        yield from _of_kind(
            _Kind(
                kinds[kind],
                stack,
                location,
                services,
                _named_by(kinds[kind], kinds, seen),
                whole=kind in beside,
            ),
            read_only=read_only,
        )
    managed = [each for each in stack.resources.values() if not each.existing]
    for each in managed:
        adapter = kinds[each.key.kind]
        reads = {_action(adapter, name) for name in adapter.reads.operations} & _for_fields(adapter)
        for field, value in each.settings.items():
            because_of = adapter.granted_for.get(field)
            if because_of is not None and value is not None:
                shape = fields_of(adapter.model)[field]
                found = because_of(_as_patterns(shape, value, stack, kinds, location), location)
                untold = f"{each.key} {field} names something whose ARN the files do not contain"
                told = (_with_reason(grant, services, untold) for grant in found)
                yield from (grant for grant in told if not read_only or grant.action in reads)
    if not read_only:
        yield from of_secrets(_written(managed), location)


def _for_fields(adapter: Adapter[Any]) -> frozenset[str]:
    """The actions that a kind grants for the resources that its fields name."""
    return frozenset[str]().union(*(each.granted_for_fields for each in adapter.beside))


def _action(adapter: Adapter[Any], each: str) -> str:
    """The IAM action of an operation of a kind, in boto3's spelling."""
    name, operation = service_and_operation(adapter.service.name, each)
    of = next((beside for beside in adapter.beside if beside.name == name), adapter.service)
    return of.action(spellings(name)[operation])


def of_checks(
    stack: Stack,
    kinds: Mapping[str, Adapter[Any]],
    location: Location,
    checks: Mapping[Key, Iterable[Check]],
) -> Iterator[Grant]:
    """The grants that checks need, besides those of dry runs; by resource, its checks."""
    services = services_of(kinds)
    for key, made in sorted(checks.items()):
        adapter, desired = kinds[key.kind], stack.resources[key]
        kind = _Kind(adapter, stack, location, services, ())
        operations = {each for check in made for each in check.operations}
        yield from kind.calls(sorted(operations), kind.arns_of(desired))
        for check in made:
            if check.drill:
                yield from check.drill.grants(desired.called, location)


def of_unused(
    stack: Stack, kinds: Mapping[str, Adapter[Any]], location: Location, wanted: Iterable[str]
) -> Iterator[Grant]:
    """The grants that `reconciler unused` needs to look at all live resources of these kinds."""
    services = services_of(kinds)
    yield from of_calls(services, "sts", ["get_caller_identity"], (), location)
    above = {kinds[kind].parent for kind in wanted} - {None}
    listed = sorted({*wanted, *(kind for kind in above if kind)})
    for kind in listed:
        adapter = kinds[kind]
        if adapter.service.lists_rates:
            yield from of_calls(services, "service-quotas", ["list_service_quotas"], (), location)
        if adapter.tagging_api_type:
            yield from of_calls(services, "resourcegroupstaggingapi", ["get_resources"], (), location)
        one = _Kind(adapter, stack, location, services, (), whole=True)
        tagging = adapter.tagging.operations if adapter.tagging else ()
        rule = adapter.unused
        more = rule.operations if rule else ()
        reads = [*adapter.reads.operations, *filter(_only_looks, tagging), *more]
        yield from one.calls(dict.fromkeys(reads), one.looked_at())
        if rule and rule.metrics:
            yield from of_calls(services, "cloudwatch", ["get_metric_data"], (), location)


def _with_reason(grant: Grant, services: Mapping[str, Service], untold: str) -> Grant:
    """A grant with the reason why it is on `*`: IAM names no resource of the action, or else `untold`."""
    if grant.resource != ANY or grant.reason:
        return grant
    declared = (each.unscoped.get(grant.action) for each in services.values())
    return grant._replace(reason=next(filter(None, declared), untold))


def _as_patterns(
    shape: Shape, value: Any, stack: Stack, kinds: Mapping[str, Adapter[Any]], location: Location
) -> Any:
    """A written value with the references in its texts replaced by ARNs, as far as the files contain them."""

    def of(ref: Ref, key: Key) -> str:
        adapter, desired = kinds.get(ref.kind), stack.resources.get(key)
        called = stack.called(key)
        if ref.by == "arn" and adapter:
            pattern, name = adapter.identity.arns[0], adapter.identity.in_arn(called)
            return location.filled(pattern, name, _in_arn(adapter, desired))
        return called if ref.by == "name" else ANY

    encoder = Encoder(of, lambda _secret: "")
    return with_texts(shape, value, lambda inner, text: text if inner.ref else encoder.text(inner, text))


def _in_arn(adapter: Adapter[Any], desired: Desired | None) -> Mapping[str, str]:
    """The fields in the ARN of a resource; wildcards if it may already exist and the files do not have the values."""
    new = desired is not None and not desired.adopt and not desired.existing
    written = desired.settings if desired else {}
    return {
        name: str(written.get(name) or (value if new else f"*{value}"))
        for name, value in adapter.identity.unwritten.items()
    }


def _within_replaced(stack: Stack, kinds: Mapping[str, Adapter[Any]]) -> set[str]:
    """The kinds that live in resources which may be replaced: a pass lists them before."""
    may_go = {key.kind for key, each in stack.resources.items() if each.policy.replace}
    return {inner for kind in may_go for inner in kinds_within(kind, kinds)}


def _named_by(adapter: Adapter[Any], kinds: Mapping[str, Adapter[Any]], seen: Sequence[str]) -> Sequence[str]:
    """The patterns of the resources that the fields of a kind refer to: IAM checks a call against each of them."""
    others = [kinds[kind] for kind in sorted(refers_to(adapter.model) - {adapter.kind}) if kind in seen]
    return [
        _everywhere(arn, other)
        for other in others
        if other.service is adapter.service
        for arn in other.identity.arns
    ]


def _everywhere(pattern: str, adapter: Adapter[Any]) -> str:
    """A pattern of ARNs with the defaults of its fields, and a wildcard for the name."""
    for field, value in adapter.identity.unwritten.items():
        pattern = pattern.replace(f"{{{field}}}", value)
    return pattern


@dataclass(frozen=True)
class _Kind:
    """One kind of a stack: the grants of its calls, and the ARNs of its resources as far as the files contain them."""

    adapter: Adapter[Any]
    stack: Stack
    location: Location
    services: Mapping[str, Service]
    beside: Sequence[str]
    """Patterns of ARNs of other kinds that its calls also name."""
    whole: bool = False
    """Whether all of the kind are looked at, whoever owns them."""

    def calls(self, operations: Iterable[str], arns: Sequence[str]) -> Iterator[Grant]:
        """The grants that these operations need on these resources, without those that the fields have (`granted_for`)."""
        elsewhere = _for_fields(self.adapter)
        own = [each for each in operations if not elsewhere or _action(self.adapter, each) not in elsewhere]
        return self.every(own, arns)

    def every(self, operations: Iterable[str], arns: Sequence[str]) -> Iterator[Grant]:
        """The grants that these operations need on these resources."""
        services = {**self.services, **{each.name: each for each in self.adapter.beside}}
        return of_calls(services, self.adapter.service.name, operations, arns, self.location)

    def named(self) -> list[str]:
        """The ARNs of the resources that the files name."""
        kind = self.adapter.kind
        desired = [each for each in self.stack.resources.values() if each.key.kind == kind]
        former = [each.renamed_from for each in desired if each.renamed_from]
        former += [key.name for key in self.stack.release if key.kind == kind]
        arns = {arn for each in desired for arn in self._of(each.called, _in_arn(self.adapter, each))}
        unknown = _in_arn(self.adapter, None)
        return sorted(arns.union(*(self._of(name, unknown) for name in former)))

    def arns_of(self, desired: Desired) -> list[str]:
        """The ARNs of one resource of the files."""
        return self._of(desired.called, _in_arn(self.adapter, desired))

    def looked_at(self) -> list[str]:
        """The ARNs whose tags are read: all of the kind, if a pass searches for our mark."""
        anything = self._of(ANY, self.adapter.identity.unwritten)
        all_of_them = self.whole or self.stack.lets_go_of(self.adapter.kind) or self.adapter.computes_names
        return anything if all_of_them else self.named()

    def within(self, emptying: Emptying) -> list[str]:
        """The ARNs of all that is in a resource which has to be emptied."""
        return [f"{arn}{emptying.within}" for arn in self.looked_at()]

    def empties(self, emptying: Emptying, wanted: Callable[[str], bool]) -> Iterator[Grant]:
        """The grants of the operations that empty a resource, as far as they are wanted."""
        yield from self.calls(filter(wanted, emptying.calls), self.looked_at())
        yield from self.calls(filter(wanted, emptying.calls_within), self.within(emptying))

    def _of(self, name: str, fields: Mapping[str, str]) -> list[str]:
        identity = self.adapter.identity
        filled = [self.location.filled(each, identity.in_arn(name), fields) for each in identity.arns]
        return sorted({*filled, *(self.location.filled(each) for each in self.beside)})


def _of_kind(kind: _Kind, *, read_only: bool) -> Iterator[Grant]:
    """The grants for the adapter's own operations."""
    adapter, stack = kind.adapter, kind.stack
    tagging = adapter.tagging.operations if adapter.tagging else ()
    looked_at, named = kind.looked_at(), kind.named()
    reads = [*adapter.reads.operations, *(each for each in tagging if _only_looks(each))]
    yield from kind.calls(reads, looked_at)
    desired = [each for key, each in stack.resources.items() if key.kind == adapter.kind]
    # A pruned resource lives in one that the files name; otherwise it is deleted with its parent.
    homes = {None, *(key.kind for key in stack.resources)}
    pruned = stack.prune and (adapter.parent in homes or stack.destroys is not None)
    deleted = isinstance(adapter.delete, Delete) and (pruned or any(each.policy.replace for each in desired))
    if deleted:
        yield from kind.calls([each.operation for each in adapter.unmanaged], looked_at)
    emptying = emptying_of(stack, adapter)
    if emptying:
        yield from kind.empties(emptying, _only_looks)
    if read_only:
        return
    if emptying and stack.destroys and stack.destroys.empties:
        yield from kind.empties(emptying, lambda each: not _only_looks(each))
        yield from (Grant(each, arn) for each in emptying.asks for arn in kind.within(emptying))
    managed = any(not each.existing for each in desired)
    writes = [adapter.create.operation] if managed else []
    if adapter.create.copies and any(each.policy.replace for each in desired):
        writes += adapter.create.operations
    writes += adapter.update_calls if managed else ()
    writes += adapter.restore.operations if managed and adapter.restore else ()
    marks = [each for each in tagging if not _only_looks(each)]
    if managed or any(key.kind == adapter.kind for key in stack.release):
        writes += marks
    yield from kind.calls(writes, named)
    if pruned and isinstance(adapter.delete, CannotDelete):
        instead = adapter.delete.instead
        groups = [each for each in adapter.updates if not instead.keys().isdisjoint(each.fields)]
        yield from kind.calls([*marks, *(each for group in groups for each in group.operations)], looked_at)
    elif pruned and isinstance(adapter.delete, Delete) and adapter.delete.keeps_defaults is not None:
        yield from kind.calls(marks, looked_at)
    if deleted:
        yield from kind.every(adapter.delete.operations, looked_at)
        if stack.destroys and isinstance(adapter.delete, Delete) and adapter.delete.lets_go:
            yield from kind.calls(adapter.update_calls, looked_at)


def _only_looks(operation: str) -> bool:
    return is_read(operation.rpartition(":")[2])


def of_calls(
    services: Mapping[str, Service],
    service: str,
    operations: Iterable[str],
    arns: Sequence[str],
    location: Location,
) -> Iterator[Grant]:
    """The grants that these operations of a service need on these resources, in boto3's spelling."""
    for each in operations:
        name, operation = service_and_operation(service, each)
        called, of = spellings(name)[operation], services[name]
        for action in (of.action(called), *of.also_asks.get(called, ())):
            if action in of.unscoped:
                yield Grant(action, ANY, reason=of.unscoped[action])
                continue
            scope = of.scopes.get(action)
            further = [location.filled(each) for each in of.also_on.get(action, ())]
            for arn in [*arns, *further] if scope is None else [location.filled(scope)]:
                yield Grant(action, arn)


def _written(managed: Iterable[Desired]) -> set[Secret]:
    """The secrets that the files name."""
    return {leaf for each in managed for leaf in leaves(each.settings) if isinstance(leaf, Secret)}


def of_secrets(secrets: Iterable[Secret], location: Location) -> Iterator[Grant]:
    """The grants to read and to decrypt exactly these secrets.

    Both stores name the secret in the encryption context, so any key of the account may be allowed.
    """
    found = set(secrets)
    arns = {
        store: sorted({_arn(each, location) for each in found if each.store == store}) for store in STORES
    }
    for store, (action, context) in STORES.items():
        yield from (Grant(action, arn) for arn in arns[store])
        if arns[store]:
            decrypts: Condition = (
                *location.via(store),
                ("StringLike", f"kms:EncryptionContext:{context}", tuple(arns[store])),
            )
            yield Grant("kms:Decrypt", location.arn("kms", "key/*"), decrypts)


STORES: Mapping[str, tuple[str, str]] = {
    "ssm": ("ssm:GetParameter", "PARAMETER_ARN"),
    "secretsmanager": ("secretsmanager:GetSecretValue", "SecretARN"),
}
"""By store: the action that reads a secret, and the key of the encryption context that holds the secret's ARN."""


def _arn(secret: Secret, location: Location) -> str:
    """The ARN of a secret; Secrets Manager ends it with six random characters."""
    if secret.name.startswith("arn:"):
        return secret.name
    if secret.store == "ssm":
        name = secret.name.partition(":")[0]  # the rest is a version or a label
        return location.arn("ssm", f"parameter/{name.removeprefix('/')}")
    return location.arn("secretsmanager", f"secret:{secret.name}-??????")
