"""Describes the changes of a flow in words, one line each; first those that a caller notices most."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from reconciler.pictures.flow_diff import Change
from reconciler.pictures.sources.flow_parser import SPLIT, Branch, Flow, Step
from reconciler.pictures.sources.flow_vocabulary import HEARD, TELLING, named, shown, spaced, spoken

FOLLOWED = 8
"""How many actions are followed to distinguish two paths."""
OWN_KEYS = ("Attributes.", "FlowAttributes.", "LambdaInvocationAttributes.", "LexSessionAttributes.", "Tags.")
"""Maps whose keys the author chooses."""


def words(change: Change) -> tuple[str, ...]:
    """The changes, a line each, first those that matter most to a caller; empty if there are none."""
    return ChangeDescriber(change).tell()


class ChangeDescriber:
    """Describes a change; each line has a rank, from what a caller hears first to what no caller hears."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.lines: list[tuple[int, str]] = []
        self.told: set[str] = set()
        """Actions whose change was described with the path to them."""
        menus = [step for step in change.after.steps.values() if step.type == "GetParticipantInput"]
        self.several_menus = len(menus) > 1

    def tell(self) -> tuple[str, ...]:
        """Every line, sorted."""
        change = self.change
        if change.before.start != change.after.start:
            self.say(0, f"Starts with {self._now(change.after.start)}, was {self._was(change.before.start)}")
        both = [
            (change.before.steps[name], step)
            for name, step in change.after.steps.items()
            if name in change.before.steps
        ]
        for was, now in both:
            self._choices(was, now)
        for was, now in both:
            if now.id in change.touched:
                self._parameters(was, now)
        for step in change.new:
            self.say(4, f"New: {_introduced(step)}{self._reached(step)}")
        for step in change.gone:
            self.say(5, f"Gone: {_introduced(step)}")
        for was, now in both:
            self._ways(was, now)
        return tuple(dict.fromkeys(line for _, line in sorted(self.lines, key=lambda each: each[0])))

    def say(self, place: int, line: str) -> None:
        """Note a line."""
        self.lines.append((place, line))

    def _choices(self, was: Step, now: Step) -> None:
        """Describe what a caller gets for each key or other answer."""
        if now.type == SPLIT:
            self._shares(was, now)
            return
        old, new = _conditions(was), _conditions(now)
        for label, target in new.items():
            head = f"{label}{self._where(now)}"
            if label not in old:
                self.say(1, f"New: {head}: {self._now(target)}")
            elif target == old[label] == now.id:
                continue  # a path back to itself: its change is described for the action, not for this path
            elif self._now(target) != self._was(old[label]):
                self.say(1, f"{head}: {self._now(target)}, was {self._was(old[label])}")
                if target == old[label]:
                    self.told.add(target)
            elif target != old[label]:
                self.say(6, f"{head}: {self._apart(target, old[label])}")
        for label, target in old.items():
            if label not in new:
                self.say(1, f"Gone: {label}{self._where(now)}, was {self._was(target)}")

    def _shares(self, was: Step, now: Step) -> None:
        """Describe the percentage of contacts that goes to each action."""
        old, new = _targets(was), _targets(now)
        for target in dict.fromkeys([*new, *old]):
            before, after = old.get(target, 0), new.get(target, 0)
            if before != after:
                name = self._now(target) if target in new else self._was(target)
                self.say(1, f"{name} ({now.name}): {after}%, was {before}%")

    def _apart(self, now: str, was: str) -> str:
        """Texts that distinguish two actions of the same work: their own names, or what follows them."""
        after, before = self.change.after.steps.get(now), self.change.before.steps.get(was)
        if after and before and not after.unnamed and not before.unnamed:
            return f'{after.gist} at "{after.identifier}", was at "{before.identifier}"'
        way, former = (self._way_from(flow, name) for flow, name in self._sides(now, was))
        for number, (one, other) in enumerate(zip_longest(way, former)):
            if one != other:
                shown = [" then ".join(each[: number + 1]) for each in (way, former)]
                return f"{shown[0]}, was {shown[1]}"
        return f"another {self._now(now)}"

    def _sides(self, now: str, was: str) -> tuple[tuple[Flow, str], tuple[Flow, str]]:
        return (self.change.after, now), (self.change.before, was)

    @staticmethod
    def _way_from(flow: Flow, name: str) -> list[str]:
        """The actions that a contact passes from an action on, while there is only one path."""
        gists: list[str] = []
        seen: set[str] = set()
        while name in flow.steps and name not in seen and len(gists) < FOLLOWED:
            seen.add(name)
            gists.append(flow.steps[name].gist)
            ways = {branch.target for branch in flow.steps[name].branches if branch.sort == "next"}
            name = ways.pop() if len(ways) == 1 else ""
        return gists

    def _where(self, step: Step) -> str:
        if step.type == "GetParticipantInput" and not self.several_menus:
            return ""
        return f" ({step.name})"

    def _parameters(self, was: Step, now: Step) -> None:
        """Describe each changed parameter, with its old value."""
        old, new = dict(_flat(was.parameters)), dict(_flat(now.parameters))
        first = now.told[0].path if now.told else ""
        for name in dict.fromkeys([*new, *old]):
            of_first = _covers(first, name)
            if old.get(name) == new.get(name) or (now.id in self.told and of_first):
                continue
            head = TELLING.get(name) or _words_of(name)
            head += "" if now.unnamed and name in TELLING else f" of {now.name}"
            place = 2 if _heard(name) else 3 if of_first or name in TELLING else 8
            self.say(place, f"{head}: {_value(name, new.get(name))}, was {_value(name, old.get(name))}")

    def _ways(self, was: Step, now: Step) -> None:
        """Describe changed branches other than a caller's choice."""
        old = {branch.label: branch for branch in was.branches if branch.sort != "condition"}
        new = {branch.label: branch for branch in now.branches if branch.sort != "condition"}
        if set(old) ^ set(new) <= {"", "Success", "Otherwise"}:
            old, new = (
                {("" if label in ("Success", "Otherwise") else label): each for label, each in side.items()}
                for side in (old, new)
            )
        for label, branch in new.items():
            before = old.get(label)
            if before is None:
                self.say(7, f"New: {_way(branch, now)}: {self._now(branch.target)}")
            elif before.target != branch.target and not self._follows(before.target, branch.target, now):
                self.say(
                    6, f"{_way(branch, now)}: {self._now(branch.target)}, was {self._was(before.target)}"
                )
        for label, branch in old.items():
            if label not in new:
                self.say(7, f"Gone: {_way(branch, now)}, was {self._was(branch.target)}")

    def _follows(self, was: str, now: str, step: Step) -> bool:
        """Whether a changed branch only follows from a new or removed action at its end."""
        before, after = self.change.before.steps, self.change.after.steps
        if now not in before and now in after:
            leads_on = any(branch.target == was for branch in after[now].branches)
            return leads_on and self._reached(after[now]) == f" after {step.name}"
        if was not in after and was in before:
            return any(branch.target == now for branch in before[was].branches)
        return False

    def _reached(self, step: Step) -> str:
        """The choice or action through which a caller reaches an action."""
        for other in self.change.after.steps.values():
            for branch in other.branches:
                if branch.target == step.id and other.id != step.id:
                    chosen = branch.sort == "condition"
                    return f" after {branch.label}{self._where(other)}" if chosen else f" after {other.name}"
        return ""

    def _now(self, name: str) -> str:
        return _gist(self.change.after, name)

    def _was(self, name: str) -> str:
        return _gist(self.change.before, name)


def _gist(flow: Flow, name: str) -> str:
    step = flow.steps.get(name)
    return step.gist if step else "nothing"


def _conditions(step: Step) -> dict[str, str]:
    """The target of each answer; the first of two with the same label counts, as in AWS."""
    found: dict[str, str] = {}
    for branch in step.branches:
        if branch.sort == "condition":
            found.setdefault(branch.label, branch.target)
    return found


def _introduced(step: Step) -> str:
    gist = step.gist
    return step.words if gist == step.words else f"{step.words} {gist}"


def _way(branch: Branch, step: Step) -> str:
    return f"After {step.name}" if branch.sort == "next" else f"{branch.label} of {step.name}"


def _flat(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every parameter by its path."""
    if isinstance(value, Mapping):
        return [
            each
            for name, inner in value.items()
            for each in _flat(inner, f"{path}.{name}" if path else str(name))
        ]
    if isinstance(value, list) and any(isinstance(inner, Mapping | list) for inner in value):
        return [each for number, inner in enumerate(value, 1) for each in _flat(inner, f"{path} {number}")]
    if isinstance(value, list):
        return [(path, ", ".join(sorted(map(named, value))) if value else shown(value, path))]
    return [(path, named(value))] if value is not None else []


def _targets(step: Step) -> dict[str, int]:
    """The percentage of contacts that goes to each action."""
    found: dict[str, int] = {}
    for branch in step.branches:
        share = branch.label.removesuffix("%")
        if branch.sort == "condition" and share.isdecimal():
            found[branch.target] = found.get(branch.target, 0) + int(share)
    return found


def _words_of(name: str) -> str:
    """A parameter's own name; the author's own key where it is one."""
    if name.startswith(OWN_KEYS):
        return name.partition(".")[2].removesuffix(".Value")
    return spaced(name.rpartition(".")[2])


def _covers(path: str, name: str) -> bool:
    return name == path or name.startswith((f"{path}.", f"{path} "))


def _heard(name: str) -> bool:
    return name.rpartition(".")[2] in HEARD


def _value(name: str, value: str | None) -> str:
    if value is None:
        return "none"
    return f'"{spoken(value)}"' if _heard(name) else value
