"""An approved plan: its actions as data, and the differences of a new plan from it."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.planning.plan import TAGS, Action, Plan, wanted_tags
from reconciler.stack import Key, Stack
from reconciler.stack_json import value_data

LONGEST = 60
"""Characters of a value that a line shows."""


@dataclass(frozen=True)
class Approval:
    """The plan that was approved: `actions` as `actions_data` gives them."""

    actions: Mapping[Key, Mapping[str, Any]]
    files_hash: str
    guard: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """The limits of the guard that judged it (`reconciler.stack.GuardLimits`)."""

    def departures(self, plan: Plan, stack: Stack) -> list[str]:
        """All differences of a new plan from the approved one, a line each; none if it may be applied.

        A plan that is already applied leaves nothing to do. This is not a difference, as long as the files are those
        that the plan was made from.
        """
        now = {_key(each): each for each in actions_data(plan, stack)}
        done = not plan.pending and stack.files_hash == self.files_hash
        lines = [*_looser(self.guard, dataclasses.asdict(stack.guard))] if self.guard else []
        for key in sorted({*self.actions, *now}):
            planned, found = self.actions.get(key), now.get(key)
            if planned is None and found is not None:
                lines += _added(key, found)
            elif planned is not None and found is None:
                lines += [] if done and _pending(planned) else [_missing(key, planned)]
            elif planned is not None and found is not None and planned != found:
                lines += _changed(key, planned, found)
        return lines


def actions_data(plan: Plan, stack: Stack) -> list[dict[str, Any]]:
    """Every action of a plan as JSON, with all that it depends on; of a secret only the place where it is kept."""
    data = [_action_data(plan.actions[key], stack) for key in sorted(plan.actions)]
    plain: list[dict[str, Any]] = json.loads(json.dumps(data, default=str))
    return plain


def approval_of(
    actions: Sequence[Mapping[str, Any]], files_hash: str, guard: Mapping[str, Any] | None = None
) -> Approval:
    """Build an approval from the data of a plan's actions and of the guard's limits."""
    return Approval({_key(each): each for each in actions}, files_hash, guard or {})


def _looser(planned: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Every limit of the guard that has changed: a looser one might allow what the plan was refused."""
    for name in sorted({*planned, *now}):
        if planned.get(name) != now.get(name):
            yield f"guard.{name}: the plan was made with {planned.get(name)}, and now it is {now.get(name)}"


def _action_data(action: Action, stack: Stack) -> dict[str, Any]:
    desired = stack.resources.get(action.key)
    sends: dict[str, Any] = {}
    if desired and action.verb in ("create", "replace"):
        # A create request carries more than what differs.
        scope = str(desired.scope) if desired.scope else None
        sends = {**desired.settings, TAGS: wanted_tags(stack, desired), "within": scope}
    if action.way:
        sends["way"] = action.way
    if action.by_way_of:
        sends["by_way_of"] = action.by_way_of
    return {
        "kind": action.key.kind,
        "name": action.key.name,
        "action": action.verb,
        "refusal": action.refusal,
        "only_report": action.only_report,
        "differences": [
            {"field": each.field, "observed": value_data(each.observed), "desired": value_data(each.desired)}
            for each in action.differences
        ],
        "contents": [
            {"kind": each.key.kind, "name": each.key.name, "owner": each.owner.value}
            for each in action.contents
        ],
        "others": [
            {"noun": each.noun, "names": list(each.names), "not_listed": each.not_listed}
            for each in action.others
        ],
        "sends": value_data(sends),
    }


def _key(action: Mapping[str, Any]) -> Key:
    return Key(action["kind"], action["name"])


def _pending(action: Mapping[str, Any]) -> bool:
    return action["refusal"] is None and not action["only_report"]


def _added(key: Key, found: Mapping[str, Any]) -> Iterator[str]:
    for each in found["differences"] if found["action"] != "create" else ():
        yield f"{key}.{each['field']}: the plan does not touch it, and now it is {_step(each)}"
    if found["action"] == "create" or not found["differences"]:
        yield f"{key}: the plan does not touch it, and now it is to {_what(found)}"


def _missing(key: Key, planned: Mapping[str, Any]) -> str:
    return f"{key}: the plan is to {_what(planned)} it, and now there is nothing to do"


def _changed(key: Key, planned: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Every field in which an action differs from the approved one."""
    if _what(planned) != _what(found):
        yield f"{key}: the plan is to {_what(planned)} it, and now it is to {_what(found)}"
        return
    inside = [{(each["kind"], each["name"]) for each in side["contents"]} for side in (planned, found)]
    for kind, name in sorted(inside[0] ^ inside[1]):
        said = (
            "the plan does not name"
            if (kind, name) in inside[1]
            else "the plan names, and which no longer exists"
        )
        yield f"{key}: {kind}/{name} is in it, which {said}"
    yield from _other_contents(key, planned, found)
    steps = [{each["field"]: each for each in side["differences"]} for side in (planned, found)]
    for field in sorted({*steps[0], *steps[1]}):
        before, after = (side.get(field) for side in steps)
        if before != after:
            yield f"{key}.{field}: the plan is {_step(before)}, and now it is {_step(after)}"
    sent = [{**side["sends"]} for side in (planned, found)]
    told = {*steps[0], *steps[1]}
    for field in sorted({*sent[0], *sent[1]} - told):
        before, after = (side.get(field) for side in sent)
        if before != after:
            yield f"{key}.{field}: the plan sends {_short(before)}, and now it is {_short(after)}"


def _other_contents(key: Key, planned: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Contents that we do not manage and that the plan deletes, but that were not approved or are no longer listed."""
    before, now = (Counter[tuple[str, str]](_each_other(side)) for side in (planned, found))
    unknown = {each["noun"] for each in found["others"] if each["not_listed"] is not None}
    for noun, name in sorted((now - before).keys()):
        yield f"{key}: {name} of its {noun} is in it, which the plan does not name"
    for noun in sorted({noun for noun, _ in before} & unknown):
        yield f"{key}: the plan names its {noun}, and now AWS does not list them"


def _each_other(action: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((each["noun"], name) for each in action["others"] for name in each["names"])


def _what(action: Mapping[str, Any]) -> str:
    """The verb, and the reason why it is not carried out."""
    if action["refusal"] is not None:
        return f"{action['action']} (refused: {action['refusal']})"
    return f"{action['action']} (only reported)" if action["only_report"] else str(action["action"])


def _step(difference: Mapping[str, Any] | None) -> str:
    if difference is None:
        return "left alone"
    return f"{_short(difference['observed'])} -> {_short(difference['desired'])}"


def _short(value: Any) -> str:
    text = "(none)" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]} ..."
