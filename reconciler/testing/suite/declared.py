"""Checks every declaration without calls: it is complete, free of contradictions, and consistent with botocore's model."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from reconciler.aws.api import is_read
from reconciler.aws.botocore_names import service_and_operation
from reconciler.contract import Adapter, Calls, Create, Delete, Sends, Sighting
from reconciler.desired.resource_builder import scope_field
from reconciler.field_schema import fields_of
from reconciler.kinds import known_kinds
from reconciler.planning.plan import NAME
from reconciler.sandbox.constraints import DOCUMENTED
from reconciler.sandbox.java_patterns import java_pattern
from reconciler.testing.addresses import address, operations, scope
from reconciler.testing.shapes import (
    annotations,
    failed_parts_in,
    member_of,
    misfits,
    operations_of,
    references,
    value_misfits,
)
from reconciler.testing.tested import KindsUnderTest, every_kind, played, sampled_kinds


def fields(adapter: Adapter[Any]) -> set[str]:
    """The fields that an operation must set: all except the tags and the parent."""
    return set(adapter.model.model_fields) - {"tags", scope_field(adapter)}


def groups(adapter: Adapter[Any]) -> list[Create | Sends | Calls]:
    return [adapter.create, *adapter.updates]


@played("kind", every_kind)
def test_exactly_one_operation_sets_each_field(adapter: Adapter[Any]) -> None:
    homes = [name for group in adapter.updates for name in group.fields]
    homes += [*adapter.create.fixed, *adapter.create.write_only.difference(homes)]
    counts = {name: homes.count(name) for name in fields(adapter)}
    assert {name: count for name, count in counts.items() if count != 1} == {}


@played("kind", every_kind)
def test_only_fields_that_exist_are_named(adapter: Adapter[Any]) -> None:
    named = {
        "create": set(adapter.create.fields),
        "needed": adapter.create.needed,
        "updates": {name for group in adapter.updates for name in group.fields} - {NAME},
        "fixed": adapter.create.fixed,
        "write_only": adapter.create.write_only,
        "deferrable": set(adapter.create.deferrable),
        "listed": adapter.reads.listed,
        "partly_listed": adapter.reads.partly_listed,
        "details": adapter.reads.details,
    }
    unknown = {place: names - fields(adapter) for place, names in named.items()}
    assert {place: names for place, names in unknown.items() if names} == {}


@played("kind", every_kind)
def test_create_sends_what_only_create_can_send(adapter: Adapter[Any]) -> None:
    updated = {name for group in adapter.updates for name in group.fields}
    only_created = {
        *adapter.create.fixed,
        *(adapter.create.write_only - updated),
        *adapter.create.needed,
        *adapter.create.deferrable,
    }
    assert only_created <= set(adapter.create.fields)


@played("kind", every_kind)
def test_deferrable_fields_have_an_update(adapter: Adapter[Any]) -> None:
    changeable = {name for group in adapter.updates for name in group.fields}
    assert set(adapter.create.deferrable) <= changeable


@played("kind", every_kind)
def test_every_operation_exists(adapter: Adapter[Any]) -> None:
    named = [name for group in groups(adapter) for name in group.operations]
    named += [*adapter.reads.operations, *adapter.delete.operations]
    emptying = adapter.delete.emptying if isinstance(adapter.delete, Delete) else None
    named += (*emptying.calls, *emptying.calls_within) if emptying else ()
    named += adapter.tagging.operations if adapter.tagging else ()
    calls = [service_and_operation(adapter.service.name, name) for name in named]
    assert [(service, name) for service, name in calls if name not in operations_of(service)] == []


@played("kind", every_kind)
def test_reads_read_and_changes_change(adapter: Adapter[Any]) -> None:
    # The requests before a copy and before a delete may read as well.
    around = adapter.create.copies.calls if adapter.create.copies else ()
    changing = [name for group in groups(adapter) for name in group.operations if name not in around]
    changing += adapter.delete.operations[:1]
    assert [name for name in adapter.reads.operations if not is_read(name.rpartition(":")[2])] == []
    assert [name for name in changing if is_read(name)] == []


@played("kind", every_kind)
def test_failed_parts_of_a_request_are_declared(adapter: Adapter[Any]) -> None:
    declared = {each.name: each.failed_in for each in (adapter.service, *adapter.beside)}
    calls = [service_and_operation(adapter.service.name, name) for name in sorted(adapter.changes)]
    models = [(service, operations_of(service)[name]) for service, name in calls if not is_read(name)]
    lists = [(service, model.name, failed_parts_in(model)) for service, model in models]
    assert [
        (service, name, member)
        for service, name, member in lists
        if declared.get(service, {}).get(name) != member
    ] == []


@played("kind", sampled_kinds)
def test_what_it_sends_fits_the_request(adapter: Adapter[Any], under_test: KindsUnderTest) -> None:
    found = set()
    for group in groups(adapter):
        named = group.operations if isinstance(group, Calls) else group.operations[:1]
        own = operations(adapter)  # a group may call other services, too
        requests = [own[operation].input_shape for operation in named if operation in own]
        for name, annotation, shape in annotations(adapter.model):
            members = [member_of(request, shape.wire or name) for request in requests]
            tries = [{*misfits(name, annotation, shape, member)} for member in members if member is not None]
            if name in group.fields and tries:
                found |= {str(each) for each in min(tries, key=len)}
            elif name in group.fields and not isinstance(group, Calls):
                found.add(f"{name}: {group.operation} has no member {shape.wire}")
    assert found == under_test.sampled[adapter.kind].misfits.keys()


@played("kind", every_kind)
def test_its_name_and_its_address_fit_every_request(adapter: Adapter[Any]) -> None:
    for group in groups(adapter):
        if isinstance(group, Calls):
            continue
        request = operations(adapter)[group.operation].input_shape
        expected = scope(adapter) if group is adapter.create else spelled(group, address(adapter))
        assert expected <= set(request.members), group.operation
        if adapter.identity.name and (group is adapter.create or NAME in group.fields):
            assert member_of(request, adapter.identity.name) is not None, group.operation
        if isinstance(group, Create) and group.token:
            assert member_of(request, group.token) is not None, group.operation


def spelled(group: Create | Sends, members: set[str]) -> set[str]:
    """The members of an address with the names that the operations of a group use."""
    return set(group.address(dict.fromkeys(members, ""))) if isinstance(group, Sends) else members


@played("kind", every_kind)
def test_the_address_is_all_that_delete_needs(adapter: Adapter[Any]) -> None:
    cleared = [each for each in adapter.updates if isinstance(each, Sends) and each.cleared_by]
    requests = [(str(each.cleared_by), spelled(each, address(adapter))) for each in cleared]
    if isinstance(adapter.delete, Delete):
        there = dict.fromkeys(address(adapter), "example")
        deletes = adapter.delete.request(Sighting("example", there, "arn:aws:example", tags={}))
        requests.append((deletes.operation, set(deletes.parameters)))
    for operation, members in requests:
        request = operations(adapter)[operation].input_shape
        assert set(request.required_members) <= members <= set(request.members), operation


@played("kind", every_kind)
def test_tags_fit_the_create_request(adapter: Adapter[Any]) -> None:
    if adapter.tagging is None:
        pytest.skip("AWS cannot tag it")
    request = operations(adapter)[adapter.create.operation].input_shape
    sent = adapter.tagging.in_create({"key": "value"})
    assert [str(each) for each in value_misfits("tags", sent, request)] == []


@played("kind", sampled_kinds)
def test_needed_is_what_create_requires(adapter: Adapter[Any], under_test: KindsUnderTest) -> None:
    request = operations(adapter)[adapter.create.operation].input_shape
    tags = adapter.tagging.in_create({"key": "value"}) if adapter.tagging else {}
    by_engine = {
        (adapter.identity.name or "").partition(".")[0],
        adapter.create.token,
        *tags,
        *scope(adapter),
    }
    wires = {(shape.wire or name).partition(".")[0]: name for name, shape in fields_of(adapter.model).items()}
    required = {wires.get(member, member) for member in set(request.required_members) - by_engine}
    assert adapter.create.needed ^ required == under_test.sampled[adapter.kind].needed.keys()


@played("kind", every_kind)
def test_references_are_to_known_kinds(adapter: Adapter[Any]) -> None:
    targets = {ref.kind for shape in fields_of(adapter.model).values() for ref in references(shape)}
    assert {*targets, *([adapter.parent] if adapter.parent else [])} <= known_kinds().keys()


@played("kind", sampled_kinds)
def test_its_sample_covers_every_field(adapter: Adapter[Any], under_test: KindsUnderTest) -> None:
    sample = under_test.sampled[adapter.kind]
    assert fields(adapter) | {"tags"} == (sample.covered | sample.exempt_fields) - {NAME}


@played("kind", sampled_kinds)
def test_its_sample_changes_every_field_that_can_change(
    adapter: Adapter[Any], under_test: KindsUnderTest
) -> None:
    sample = under_test.sampled[adapter.kind]
    changeable = {name for group in adapter.updates for name in group.fields} - {NAME}
    changed = {each.field for each in sample.changes}
    assert (
        changeable - adapter.create.write_only | adapter.create.fixed | {"tags"}
        == changed | sample.exempt_fields - adapter.create.write_only
    )


def test_every_sample_is_of_a_kind_that_is_installed(under_test: KindsUnderTest) -> None:
    assert under_test.strangers == set()


@played("kind", every_kind)
def test_it_has_a_sample(kind: str, under_test: KindsUnderTest) -> None:
    assert under_test.samples.has(kind), f"{under_test.samples.folder} has no sample of it"


def test_every_adapter_is_listed(under_test: KindsUnderTest) -> None:
    """Each class of a package with the attribute `kind` is in the list of kinds."""
    written = {each for package in under_test.packages for each in _classes_in(import_module(package.module))}
    known = {type(each) for each in known_kinds().values()}
    assert {each.__name__ for each in written if "kind" in vars(each)} - {
        each.__name__ for each in known
    } == set()


def _classes_in(module: ModuleType) -> Iterator[type[Adapter[Any]]]:
    """Every adapter class in a module, or in a package and its modules."""
    found = pkgutil.walk_packages(getattr(module, "__path__", ()), f"{module.__name__}.")
    for each in (module, *(import_module(inner.name) for inner in found)):
        for value in vars(each).values():
            if inspect.isclass(value) and issubclass(value, Adapter):
                yield value


@played("kind", every_kind)
def test_a_call_overwrites_no_fields_of_earlier_groups(adapter: Adapter[Any]) -> None:
    """The overwritten fields are sent again in this or a later group; the fields that overwrite them are fields of this group."""
    for number, group in enumerate(adapter.updates):
        later = {name for each in adapter.updates[number:] for name in each.fields}
        assert group.overwrites.keys() <= later
        for path in (path for rivals in group.overwrites.values() for path in rivals):
            top, *inner = path.split(".")
            assert top in group.fields
            shape = fields_of(adapter.model)[top]
            for name in inner:
                shape = shape.fields[name]


@played("kind", every_kind)
def test_a_group_needs_fields_of_earlier_groups_only(adapter: Adapter[Any]) -> None:
    for number, group in enumerate(adapter.updates):
        earlier = {name for each in adapter.updates[:number] for name in each.fields}
        assert {*group.needs} <= earlier


PROBES = (
    "",
    *"!#$%&'()*+,/:;<=>?[]^`{|}~ _.@-",
    "d-a",
    "-a",
    "a-",
    "a--b",
    "ä",
    "Name",
    "a b",
    "a_b",
    "a.b",
    "a@b",
)


def _takes(pattern: str | None, name: str) -> bool:
    """Whether a name has a pattern of AWS's model, which may be written for Java."""
    try:
        return re.search(pattern or "", name) is not None
    except re.error:
        compiled = java_pattern(str(pattern))
        return compiled is None or compiled.fullmatch(name) is not None


@played("kind", every_kind)
def test_a_name_that_awss_model_refuses_is_a_mistake(adapter: Adapter[Any]) -> None:
    if adapter.identity.name is None:
        return
    create = operations(adapter)[adapter.create.operation].input_shape
    member = member_of(create, adapter.identity.name)
    assert member is not None
    limits = member.metadata
    least, most = limits.get("min", 0), limits.get("max")
    long = ["a" * most, "a" * (most + 1)] if most else []
    for name in (*PROBES, *(f"a{each}a" for each in PROBES), "a" * least, *long):
        pattern = DOCUMENTED.get(member.name, limits.get("pattern"))
        refused = len(name) < least or (most and len(name) > most) or not _takes(pattern, name)
        if refused and name.strip():  # for an empty name there is another check
            assert any(form.problem(name) for form in adapter.identity.forms), name


@played("kind", every_kind)
def test_every_pattern_has_a_description(adapter: Adapter[Any]) -> None:
    """A pattern of pydantic would appear in messages as it is; `Form` has a description."""
    pending: list[Any] = [adapter.model.__pydantic_core_schema__]
    while pending:
        schema = pending.pop()
        if isinstance(schema, dict):
            assert schema.get("type") != "str" or "pattern" not in schema, schema
            pending += schema.values()
        elif isinstance(schema, list | tuple):
            pending += schema
