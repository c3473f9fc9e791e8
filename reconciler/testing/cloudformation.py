"""Compares our declarations with AWS's schemas of CloudFormation's resource types, which cfn-lint contains.

`python -m reconciler.testing.cloudformation docs/coverage.md` writes the table of what is managed.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from botocore import xform_name

from reconciler.cloudformation import CloudFormation
from reconciler.contract import Adapter
from reconciler.declarations import NAME
from reconciler.iam import of_calls, services_of
from reconciler.kinds import known_kinds
from reconciler.permissions import Location
from reconciler.testing.cfn_lint import data_of_cfn_lint

REGION = "us-east-1"


def _schemas() -> Path:
    return data_of_cfn_lint() / "schemas"


@cache
def _types() -> Mapping[str, str]:
    found: Mapping[str, str] = json.loads((_schemas() / "providers" / f"{REGION}.json").read_text())
    return found


def schema_of(type_: str) -> Mapping[str, Any]:
    """AWS's schema of a CloudFormation type, such as `AWS::SNS::Topic`.

    Raises:
        KeyError: CloudFormation has no such type.
    """
    file = _schemas() / "resources" / f"{_types()[type_]}.json"
    content: Mapping[str, Any] = json.loads(file.read_text())
    return content


@dataclass(frozen=True)
class Schema:
    """The schema of one type, and the kind that is compared with it."""

    adapter: Adapter[Any]
    declared: CloudFormation
    content: Mapping[str, Any]

    @classmethod
    def of(cls, adapter: Adapter[Any]) -> "Schema":
        """The schema of a kind's type.

        Raises:
            KeyError: CloudFormation has no such type, or the kind declares none.
        """
        declared = adapter.cloudformation
        if declared is None:
            raise KeyError(adapter.kind)
        return cls(adapter, declared, schema_of(declared.type))

    def top(self, name: str) -> set[str]:
        """The top-level properties in a list of paths, such as `readOnlyProperties`."""
        paths = [each.split("/") for each in self.content.get(name) or ()]
        return {path[2] for path in paths if len(path) == 3}

    @property
    def properties(self) -> list[str]:
        """The properties that can be set."""
        return sorted(set(self.content["properties"]) - self.top("readOnlyProperties"))

    def field(self, name: str) -> str | None:
        """The field for a property, or the first of several; `name` is the name of the resource in AWS.

        None means that there is no field.
        """
        if name in self.declared.called:
            called = self.declared.called[name]
            return called if isinstance(called, str) else called[0]
        if name.lower() in ((self.adapter.identity.name or "").lower(), "name"):
            return NAME
        plain = re.sub(r"_arn(s?)$", r"\1", xform_name(name))
        return plain if plain in self.adapter.model.model_fields else None

    def fields(self, names: set[str]) -> set[str]:
        """The fields for these properties, without the name and the parent."""
        found = {self.field(each) for each in names} - {None, NAME}
        parent = (self.adapter.parent or "").rpartition(".")[2]
        return {each for each in found if each is not None and each != parent}

    @property
    def create_only(self) -> set[str]:
        """The fields that CloudFormation sets only on create, always or under a condition."""
        return self.fields(self.top("createOnlyProperties") | self.top("conditionalCreateOnlyProperties"))

    @property
    def permissions(self) -> set[str]:
        """Every action that the handlers need."""
        return {
            each for handler in self.content["handlers"].values() for each in handler.get("permissions", ())
        }


def actions_of(adapter: Adapter[Any]) -> set[str]:
    """Every IAM action that the operations of a kind need."""
    anywhere = Location("aws", REGION, "*")
    operations = [*adapter.reads.operations, *adapter.changes]
    calls = of_calls(services_of(known_kinds()), adapter.service.name, operations, ["*"], anywhere)
    return {grant.action for grant in calls}


def lines() -> Iterator[str]:
    """The lines of the page docs/coverage.md."""
    yield "# Coverage"
    yield ""
    yield "This page lists which properties of its CloudFormation type each kind manages, and which it leaves out. `make docs` writes it"
    yield "from the declarations. The contract suite compares these with AWS's own schemas, which cfn-lint contains."
    yield ""
    yield "| Kind | CloudFormation type | Properties | Managed | Left out |"
    yield "|---|---|---:|---:|---|"
    for name, adapter in sorted(known_kinds().items()):
        if adapter.cloudformation is None:
            yield f"| `{name}` | none | | | |"
            continue
        schema = Schema.of(adapter)
        managed = [each for each in schema.properties if schema.field(each)]
        left = "; ".join(f"`{each}`: {why}" for each, why in sorted(schema.declared.left_out.items()))
        yield f"| `{name}` | `{schema.declared.type}` | {len(schema.properties)} | {len(managed)} | {left} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text("\n".join(lines()) + "\n", encoding="utf-8")
