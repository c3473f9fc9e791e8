"""Compares our IAM policies with the Service Authorization Reference, which says what IAM checks each action against.

cfn-lint contains the reference as data.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from reconciler.contract import Adapter
from reconciler.field_schema import refers_to
from reconciler.iam import grants
from reconciler.permissions import Grant, Location
from reconciler.stack import Desired, Key, Place, Policy, Stack
from reconciler.testing.cfn_lint import data_of_cfn_lint
from reconciler.testing.samples import Sample

ACCOUNT = Location("aws", "eu-west-2", "123456789012")
HERE = Place("resources.yaml", 1, 1)
VARIABLE = re.compile(r"\$\{[^}]*\}|\.\*")


@cache
def _reference() -> Mapping[str, Any]:
    """The reference, by prefix of the service."""
    file = data_of_cfn_lint() / "AdditionalSpecs" / "Policies.json"
    reference: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return reference


def knows(action: str) -> bool:
    """Whether the reference has an action, such as `kms:ListKeys`, or an action that matches a pattern with `*` at the end."""
    return bool(_found(action))


def arns_of(action: str) -> Sequence[str]:
    """The patterns of the ARNs that an action is checked against; empty if IAM checks it against `*` only."""
    found = _reference()[action.partition(":")[0]]["Resources"]
    resources = {name.lower(): each for name, each in found.items()}  # some services are spelled in two ways
    types = {name.lower() for each in _found(action) for name in each.get("Resources", ())}
    formats = (arn for name in sorted(types & resources.keys()) for arn in resources[name]["ARNFormats"])
    return [VARIABLE.sub("*", each) for each in formats]


@cache
def _found(action: str) -> Sequence[Mapping[str, Any]]:
    service, _, name = action.partition(":")
    known = _reference().get(service, {}).get("Actions", {})
    return [each for called, each in known.items() if fnmatchcase(called, name.lower())]


def grants_of(adapter: Adapter[Any], sample: Sample, kinds: Mapping[str, Adapter[Any]]) -> list[Grant]:
    """The grants of a stack with every form of a kind's sample, and one resource of each kind that it refers to."""
    resources = {}
    for number, settings in enumerate(sample.all_forms.values()):
        key = Key(adapter.kind, f"one-{number}")
        written = {name: each for name, each in settings.items() if name in adapter.model.model_fields}
        resources[key] = Desired(key, written, HERE, policy=Policy(replace=True))
    for kind in refers_to(adapter.model) & kinds.keys():
        key = Key(kind, "other")
        resources.setdefault(key, Desired(key, {}, HERE, existing=True))
    stack = Stack("shop", "dev", ACCOUNT.account, ACCOUNT.region, resources)
    return list(grants(stack, kinds, ACCOUNT))


def misfits(found: Iterable[Grant]) -> Iterator[str]:
    """Every action that is not allowed on the ARNs that IAM checks; actions that the reference does not have are left out."""
    by_action: dict[str, list[str]] = {}
    for each in found:
        by_action.setdefault(each.action, []).append(each.resource)
    for action, arns in sorted(by_action.items()):
        if not knows(action):
            continue
        patterns = arns_of(action)
        checked = f"IAM checks it against {', '.join(patterns)}"
        if not patterns and set(arns) != {"*"}:
            yield f"{action}: IAM checks it against * only; declare it in Service.unscoped, with the reason"
        elif patterns and "*" in arns:
            yield f"{action}: it is allowed on *, and {checked}"
        elif patterns and not any(_fits(each, patterns) for each in arns):
            yield f"{action}: it is allowed on {', '.join(arns)}, and {checked}"


def _fits(arn: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(arn, each) or fnmatchcase(each, arn) for each in patterns)
