"""Plan files: a plan can be reviewed and then applied; an edited file is refused."""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, get_args

from rich.text import Span, Text

from reconciler.aws.redaction import SECRETS
from reconciler.pass_report import PassReport
from reconciler.planning.approval import Approval, actions_data, approval_of
from reconciler.planning.plan import Verb
from reconciler.reports.text_report import (
    action_lines,
    beside_lines,
    closing_lines,
    count_line,
    heading,
    in_reading_order,
)
from reconciler.reports.value_format import shown
from reconciler.runtime.atomic_write import write_whole
from reconciler.stack import Stack

VERSION = 4
DIGEST = "sha256"
PLACE = {"stack": "name", "environment": "environment", "account": "account", "region": "region"}
"""The members of a plan file that identify its stack and place, with the member of a stack for each."""


LARGEST = 256 * 2**20
"""The most bytes of a plan file; the plan of 50,000 users takes a fifth of it."""
NONE: type = type(None)
PLAN: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys([*PLACE, "files_hash"], (str,)),
    "only": (list,),
    "allow_deletes": (int, NONE),
    "allow_leavers": (int, NONE),
    "guard": (dict,),
    "actions": (list,),
    "made": (float, int),
    "printed": (dict,),
}
PRINTED: Mapping[str, tuple[type, ...]] = {"heading": (list,), "actions": (dict,), "closing": (list,)}
ACTION: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(["kind", "name", "action"], (str,)),
    "refusal": (str, NONE),
    "only_report": (bool,),
    "differences": (list,),
    "contents": (list,),
    "others": (list,),
    "sends": (dict,),
}
GUARD: Mapping[str, tuple[type, ...]] = {"max_percent": (int,), "max_deletes": (int, NONE)}
CONTENT: Mapping[str, tuple[type, ...]] = dict.fromkeys(["kind", "name", "owner"], (str,))
OTHERS: Mapping[str, tuple[type, ...]] = {"noun": (str,), "names": (list,), "not_listed": (str, NONE)}
DIFFERENCE: Mapping[str, tuple[type, ...]] = {"field": (str,), "observed": (), "desired": ()}
"""The members of a plan, and their types; empty if every type is allowed."""


class BadPlanFile(Exception):
    """Raised for a file that is not a plan; its text is one line."""


class StalePlanFile(Exception):
    """Raised for a plan that must not be used here; its text is one line."""


@dataclass(frozen=True)
class PlanFile:
    """An approved plan, with the options that it was made with."""

    approval: Approval
    only: tuple[str, ...]
    allow_deletes: int | None
    allow_leavers: int | None


def write_plan(file: Path, report: PassReport) -> None:
    """Write the plan of a dry run, completely or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    data = _data(report)
    text = json.dumps({**data, DIGEST: _digest(data)}, indent=2, ensure_ascii=False) + "\n"
    write_whole(file, text, private=True)


def read_plan(file: Path, stack: Stack) -> PlanFile:
    """Read a plan file for this stack and place.

    Raises:
        BadPlanFile: it is not a plan.
        StalePlanFile: it is for another stack or place, or was edited.
    """
    data = _sound(file)
    for name, member in PLACE.items():
        if data[name] != getattr(stack, member):
            said = f"the plan is for {name} {data[name]}, and this is {getattr(stack, member)}"
            raise StalePlanFile(f"{file}: {said}")
    approval = approval_of(data["actions"], data["files_hash"], data["guard"])
    return PlanFile(approval, tuple(data["only"]), data["allow_deletes"], data["allow_leavers"])


def _sound(file: Path) -> dict[str, Any]:
    """The content of a plan file of this release that nobody has edited.

    Raises:
        BadPlanFile: it is not a plan.
        StalePlanFile: it was edited, or another release made it.
    """
    data = _content(file)
    if data["plan_version"] != VERSION:
        said = shown(data["plan_version"], 40)
        raise StalePlanFile(f"{file}: a plan of version {said}, and this release reads {VERSION}")
    if data.pop(DIGEST, None) != _digest(data):
        raise StalePlanFile(f"{file}: the plan was edited after it was written; make a new one")
    wrong = next(_misfits(data), None)
    if wrong:
        raise BadPlanFile(f"{file}: this is not a plan of this release: {wrong}; make a new one")
    return data


@dataclass(frozen=True)
class PlanContent:
    """A plan file as it is, for people and for other programs."""

    data: Mapping[str, Any]
    """All but what is only for people."""
    made: float
    """When it was made, in seconds since 1970."""
    heading: Text
    actions: Mapping[str, Sequence[Text]]
    """By `kind/name`: the lines of an action, in the order in which they are shown."""
    closing: Sequence[Text]

    @property
    def lines(self) -> Iterator[Text]:
        """The plan as the dry run that made it printed it."""
        yield self.heading
        yield from chain.from_iterable(self.actions.values())
        yield from self.closing

    def as_data(self, key: str | None) -> Mapping[str, Any]:
        """The plan as data; with a key, only the action of this resource."""
        if key is None:
            return self.data
        return next(each for each in self.data["actions"] if f"{each['kind']}/{each['name']}" == key)


def plan_content(file: Path) -> PlanContent:
    """Read a plan file of any stack.

    Raises:
        BadPlanFile: it is not a plan.
        StalePlanFile: it was edited, or another release made it.
    """
    data = _sound(file)
    printed = data.pop("printed")
    try:
        heading_, closing = _text(printed["heading"]), [_text(each) for each in printed["closing"]]
        actions = {key: [_text(each) for each in lines] for key, lines in printed["actions"].items()}
    except (TypeError, ValueError):
        raise BadPlanFile(f"{file}: this is not a plan of this release: printed; make a new one") from None
    return PlanContent(data, data["made"], heading_, actions, closing)


def _text(line: Sequence[Any]) -> Text:
    """A line from its text, its colour, and the colours of its parts."""
    plain, style, parts = line
    return Text(str(plain), str(style), spans=[Span(int(a), int(b), str(each)) for a, b, each in parts])


def _text_data(line: Text) -> list[Any]:
    return [line.plain, str(line.style), [[each.start, each.end, str(each.style)] for each in line.spans]]


def is_plan(file: Path) -> bool:
    """Whether a file holds a plan of any release."""
    try:
        _content(file)
    except BadPlanFile:
        return False
    return True


def _content(file: Path) -> dict[str, Any]:
    """The content of a file that may be a plan.

    Raises:
        BadPlanFile: it is not a plan.
    """
    try:
        data = json.loads(_bytes(file))
    except OSError as error:
        raise BadPlanFile(
            f"{file}: the plan cannot be read: {(error.strerror or 'unknown').lower()}"
        ) from None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or "plan_version" not in data:
        raise BadPlanFile(f"{file}: this is not a plan; `once --dry-run --out FILE` writes one")
    return data


def _bytes(file: Path) -> bytes:
    """The bytes of a regular file: a pipe or a device may never end.

    Raises:
        OSError: it cannot be read.
        BadPlanFile: it is not a regular file.
    """
    # Without O_NONBLOCK a pipe would keep us waiting for a writer.
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise BadPlanFile(f"{file}: the plan cannot be read: it is not a regular file")
        if status.st_size > LARGEST:
            raise BadPlanFile(f"{file}: this is not a plan: it is larger than {LARGEST // 2**20} MiB")
        return stream.read(LARGEST)


def _misfits(data: Mapping[str, Any]) -> Iterator[str]:
    """The first member that a plan lacks, or that has another form than in this release."""
    yield from _misfits_in(data, PLAN, "")
    yield from _misfits_in(data["guard"], GUARD, "guard.")
    yield from _misfits_in(data["printed"], PRINTED, "printed.")
    for pattern in data["only"]:
        if not isinstance(pattern, str):
            yield "only"
    for at, action in enumerate(data["actions"]):
        place = f"actions[{at}]."
        yield from _misfits_in(action, ACTION, place)
        if action["action"] not in get_args(Verb):
            yield f"{place}action"
        for index, difference in enumerate(action["differences"]):
            yield from _misfits_in(difference, DIFFERENCE, f"{place}differences[{index}].")
        for index, content in enumerate(action["contents"]):
            yield from _misfits_in(content, CONTENT, f"{place}contents[{index}].")
        for index, others in enumerate(action["others"]):
            yield from _misfits_in(others, OTHERS, f"{place}others[{index}].")


def _misfits_in(found: Any, members: Mapping[str, tuple[type, ...]], place: str) -> Iterator[str]:
    if not isinstance(found, dict):
        yield place.rstrip(".")
        return
    for name, types in members.items():
        if name not in found:
            yield f"{place}{name} is missing"
        elif types and type(found[name]) not in types:
            yield f"{place}{name}"


def _data(report: PassReport) -> dict[str, Any]:
    stack, options = report.stack, report.options
    data: dict[str, Any] = {
        "plan_version": VERSION,
        **{name: getattr(stack, member) for name, member in PLACE.items()},
        "files_hash": stack.files_hash,
        "made": round(report.started, 3),
        "only": list(options.only),
        "allow_deletes": options.allow_deletes,
        "allow_leavers": options.allow_leavers,
        "guard": asdict(stack.guard),
        "actions": actions_data(report.plan, stack),
        "printed": _printed(report),
    }
    safe: dict[str, Any] = SECRETS.data(data)
    return safe


def _printed(report: PassReport) -> dict[str, Any]:
    """The lines that the dry run printed, with their colours."""
    actions = in_reading_order(report.plan)
    closing = (count_line(report.plan), *beside_lines(report), *closing_lines(report))
    return {
        "heading": _text_data(heading(report.stack, dry_run=True)),
        "actions": {str(each.key): [*map(_text_data, action_lines(each))] for each in actions},
        "closing": [*map(_text_data, closing)],
    }


def _digest(data: Mapping[str, Any]) -> str:
    """sha256 over the whole plan, in a fixed order and format."""
    try:
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except RecursionError:
        return "too deep"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
