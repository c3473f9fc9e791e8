"""The stacks that the row of IAM policies applies one after the other: create, change, delete."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.planning.plan import NAME
from reconciler.stack import Stack
from reconciler.testing import BASE, Change
from reconciler.testing.stage import Stage
from tests.faults.workloads import changed, example, only_the_instance, with_policy, with_settings

PLATFORM = "connect_platform"
"""A stack of many kinds: only its policies as a whole are tried, because a pass over it takes long."""


class Phase(NamedTuple):
    """A stack to apply; some live resources may be deleted."""

    title: str
    stack: Stack


@cache
def phases_of(name: str) -> tuple[Phase, ...]:
    """The phases of an example stack: create it, change many fields, and delete everything except its instance."""
    if name == PLATFORM:
        return _phases_of_platform()
    after = with_policy(changed(name), protect=False)
    tables = [key for key in after.resources if key.kind == "dynamodb.table"]
    after = with_settings(after, {key: {"deletion_protection_enabled": False} for key in tables})
    return (
        Phase("create", with_spare_lines(with_policy(example(name), protect=False))),
        Phase("change", with_spare_lines(after)),
        Phase("prune", only_the_instance(after)),
    )


def _phases_of_platform() -> tuple[Phase, ...]:
    """Create the platform, and delete everything except its instance, which then refers to nothing."""
    stack = with_policy(example(PLATFORM), protect=False)
    instances = [key for key in stack.resources if key.kind == "connect.instance"]
    nothing: Mapping[str, Any] = {"lambda_functions": [], "storage_configs": []}
    kept = dict.fromkeys(instances, nothing)
    return (
        Phase("create", with_spare_lines(stack)),
        Phase("prune", with_settings(only_the_instance(stack), kept)),
    )


def with_spare_lines(stack: Stack) -> Stack:
    """The stack with so many phone numbers that their tags are read with one search."""
    numbers = [key for key in stack.resources if key.kind == "connect.phone_number"]
    spare = {key: key._replace(name=f"spare_{key.name}") for key in numbers}
    copies = {copy: stack.resources[key].under(copy) for key, copy in spare.items()}
    return replace(stack, resources={**stack.resources, **copies})


def written(
    stage: Stage, settings: Mapping[str, Any] | None, name: str | None = None, **header: Any
) -> Stack:
    """The stack of a stage, from files, with its resource not protected."""
    if settings is not None and known_kinds()[stage.kind].delete.protected:
        settings = {**settings, "policy": {"protect": False}}
    stage._write(settings, name or stage.name, header)
    return load(stage.sample_sandbox.directory, None, known_kinds())


def phases_on(stage: Stage, change: Change | None, form: str = BASE) -> Iterator[Phase]:
    """The phases of a form of a sample: create it, change a field or its name, and delete it."""
    before, after = change.made_in(stage.sample) if change else (stage.sample.all_forms[form], None)
    yield Phase("create", written(stage, before))
    if after is not None:
        yield Phase("change", written(stage, after))
    elif any(NAME in group.fields for group in known_kinds()[stage.kind].updates):
        yield Phase("rename", written(stage, {**before, "renamed_from": stage.name}, f"New-{stage.name}"))
    yield Phase("prune", written(stage, None, prune=True))
