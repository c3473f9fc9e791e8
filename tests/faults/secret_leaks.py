"""Puts a sentinel into every sensitive member, and searches everything that is written for it.

A case is one sensitive member of one operation and one failure. Seven sinks are searched: both streams with `-vv`, Python's logs
with every logger at DEBUG, the JSON report, the caches, temporary files, and the texts of all errors. Members that desired state
sets are tested with the command line and a sandbox that repeats them in its errors. All other sensitive members of the services
are tested with `ServiceApi` and an AWS that repeats whole requests. The staff application is played as a whole, in a process of its own.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from tests.faults import leak_calls, leak_staff, leak_typed
from tests.faults.leak_paths import Path, all_paths, declared, secret_fields
from tests.faults.leak_sinks import SINKS, Written
from tests.faults.row import Row

NEAR = 60
"""The characters that a finding shows before and after the sentinel."""
FIELDS = "every field that takes a secret is tried"
NAMED = re.compile(
    r"connect\.instance/{core}|\bname={core}\b|\"name\": \"{core}\"".replace(
        "{core}", leak_typed.CORES["alias"]
    )
)
"""The name of a resource: it appears in every line about it, although the model calls the alias of an instance sensitive."""
PLAN = re.compile(r"\A.*?^Plan: ", re.DOTALL | re.MULTILINE)


@cache
def _typed() -> Mapping[str, tuple[str, str, str, str]]:
    """The cases of the command line: service, operation, sentinel and failure."""
    return {
        f"{service}:{operation} {name} {failure}": (service, operation, name, failure)
        for (service, operation), carried in leak_typed.CARRIED.items()
        for name in carried
        for failure in leak_typed.FAILURES
    }


@cache
def _called() -> Mapping[str, tuple[Path, str]]:
    """The cases of single calls."""
    return {
        f"{path} {failure}": (path, failure)
        for path in all_paths()
        if path not in leak_typed.TYPED
        for failure in leak_calls.FAILURES
    }


@cache
def _numbers() -> Mapping[Path, int]:
    return {path: number for number, path in enumerate(all_paths())}


def cases() -> Sequence[str]:
    """Every sensitive member with every failure, and a check that none is missing."""
    return (FIELDS, *leak_staff.CASES, *_typed(), *_called())


def check(case: str) -> Sequence[str]:
    """The findings of a case: `sentinel in SINK: context`."""
    if case == FIELDS:
        return tuple(_untried())
    if case in leak_staff.CASES:
        return leak_staff.check(case)
    if case in _typed():
        service, operation, name, failure = _typed()[case]
        typed = leak_typed.typed(service, operation, failure)
        return (*_unreached(typed), *_found_typed(typed, name))
    path, failure = _called()[case]
    numbered = tuple(
        (each, number)
        for each, number in _numbers().items()
        if (each.service, each.operation) == (path.service, path.operation)
    )
    written = leak_calls.called(path.service, path.operation, failure, numbered)
    return (*_unreached(written), *_found(written.texts, leak_calls.core_of(_numbers()[path])))


def _untried() -> Iterator[str]:
    """Sensitive members of our kinds that no case tests."""
    for field in secret_fields():
        if field not in leak_typed.SECRETS.values():
            yield f"{field} takes a secret, and no case tries it"
    for path in leak_typed.TYPED - declared():
        yield f"{path} is tried, and botocore or our kinds have it no more"


def _unreached(written: Written) -> Iterator[str]:
    if written.unreached:
        yield f"{written.unreached} was never called: nothing was tried"


def _found_typed(written: Written, name: str) -> Iterator[str]:
    core, texts = leak_typed.CORES[name], dict(written.texts)
    if name not in leak_typed.SECRETS:
        # The value is in the files, so a plan, the differences of a report, and caches for their owner only may contain it.
        texts["stdout"] = PLAN.sub("", texts["stdout"])
        texts["report"] = _without_differences(texts["report"])
        texts["cache"] = texts["cache"] if written.open_files else ""
    if name == "alias":
        texts = {sink: NAMED.sub("", text) for sink, text in texts.items()}
    yield from _found(texts, core)


def _without_differences(report: str) -> str:
    """A report without the differences of the plan."""
    data: dict[str, Any] = json.loads(report or '{"actions": []}')
    for action in data["actions"]:
        action["differences"] = []
    return json.dumps(data, ensure_ascii=False)


def _found(texts: Mapping[str, str], core: str) -> Iterator[str]:
    for sink in SINKS:
        at = texts[sink].find(core)
        if at >= 0:
            near = texts[sink][max(0, at - NEAR) : at + len(core) + NEAR]
            yield f"sentinel in {sink}: {near.replace(core, '<SENTINEL>')!r}"


ROW = Row("secret_leaks", "sentinel secrets in every output and log level", cases, check, each=len(SINKS))
