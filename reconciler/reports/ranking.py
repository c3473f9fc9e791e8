"""The order of a report: first errors, then deletes, then changes, then new resources."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.applying import Outcome
from reconciler.planning.action import Verb, hidden_fields
from reconciler.reports.number_format import counted, listed
from reconciler.reports.report_schema import ActionData, ContentData, ReportData
from reconciler.reports.unmanaged_contents import in_words

TROUBLES: tuple[Outcome, ...] = ("failed", "unsure", "refused", "waiting")
VERBS: tuple[Verb, ...] = ("delete", "replace", "update", "adopt", "create", "release")
PAST: dict[Verb, str] = {
    "delete": "deleted",
    "replace": "replaced",
    "update": "updated",
    "adopt": "adopted",
    "create": "created",
    "release": "released",
}
LIVES: dict[str, str] = {
    "ours": "is in it",
    "free": "is in it and has no mark",
    "foreign": "is in it and belongs to another stack",
}
SAID: dict[str, str] = {
    "failed": "failed",
    "unsure": "ended unsure",
    "refused": "refused",
    "waiting": "waiting",
}


@dataclass(frozen=True, slots=True)
class Count:
    """The number of actions of one sort; `tone` is the verb or the outcome that decides their colour."""

    number: int
    words: str
    tone: str


def by_importance(data: ReportData) -> list[ActionData]:
    """Every action, the most important one first, without most differences in our own marks."""
    planned = only_planned(data)
    return [
        _unmarked(each) for each in sorted(data["actions"], key=lambda each: _weight(each, planned=planned))
    ]


def failed_actions(data: ReportData) -> list[ActionData]:
    """The actions that did not succeed, the worst first."""
    return [each for each in by_importance(data) if went_wrong(each, planned=only_planned(data))]


def only_planned(data: ReportData) -> bool:
    """Whether no action was carried out, in a dry run or because all were refused: then all others are waiting."""
    return data["dry_run"] or bool(data["refusals"])


def went_wrong(action: ActionData, *, planned: bool) -> bool:
    """Whether an action did not succeed; if it was only planned, waiting counts as success."""
    return action["outcome"] in TROUBLES and not (planned and action["outcome"] == "waiting")


def counts(data: ReportData) -> Iterator[Count]:
    """How many actions of each sort, the most important sort first, and how many resources are as desired."""
    yield from counts_of(data["actions"], planned=only_planned(data))
    if data["compared"]:
        yield Count(as_desired(data), "as desired", "same")


def counts_of(actions: Iterable[ActionData], *, planned: bool) -> Iterator[Count]:
    """How many of these actions of each sort, the most important sort first."""
    wrong, changes, left_alone = Counter[str](), Counter[str](), 0
    for action in actions:
        if went_wrong(action, planned=planned):
            wrong[action["outcome"]] += 1
        elif action["outcome"] == "unchanged":
            left_alone += 1
        else:
            changes[action["action"]] += 1
    for outcome in TROUBLES:
        if wrong[outcome]:
            yield Count(wrong[outcome], SAID[outcome], outcome)
    for verb in VERBS:
        if changes[verb]:
            yield Count(changes[verb], f"to {verb}" if planned else PAST[verb], verb)
    if left_alone:
        yield Count(left_alone, "only reported", "unchanged")


def as_desired(data: ReportData) -> int:
    """How many desired resources were compared and have no action."""
    return data["compared"] - sum(action["action"] not in {"delete", "release"} for action in data["actions"])


def content_line(content: ContentData) -> str:
    """A resource that is deleted with its parent, in words."""
    return f"{content['kind']}/{content['name']} {LIVES[content['owner']]}"


def goes_along(action: ActionData) -> list[str]:
    """All contents that are deleted with a resource, in words."""
    others = [in_words(each) for each in action.get("others", ())]
    return [*(content_line(each) for each in action["contents"]), *others]


def _inside(data: ReportData) -> int:
    """How many resources are, or were, deleted with their parent."""
    wanted: Outcome = "waiting" if only_planned(data) else "done"
    return sum(len(each["contents"]) for each in data["actions"] if each["outcome"] == wanted)


def headline(data: ReportData) -> str:
    """The summary of a report in a few sentences, the most important one first."""
    sentences = [*_wrong(data), *_changed(data)] or [*_quiet(data)]
    return " ".join(sentences)


def _wrong(data: ReportData) -> Iterator[str]:
    if data["refusals"] and data["outcome"] == "failed":
        yield "AWS gave no answer: nothing was read."
    elif data["refusals"]:
        yield "An apply would be refused." if data["dry_run"] else "Refused: nothing was changed."
    found = Counter(each["outcome"] for each in failed_actions(data))
    if found:
        said = listed(f"{found[outcome]} {SAID[outcome]}" for outcome in TROUBLES if found[outcome])
        yield f"{said[0].upper()}{said[1:]}: look at {'this' if found.total() == 1 else 'these'} first."
    if data["blind"]:
        yield f"{counted(len(data['blind']), 'kind')} could not be searched for resources to remove."


def _changed(data: ReportData) -> Iterator[str]:
    planned = only_planned(data)
    wanted: Outcome = "waiting" if planned else "done"
    changes = Counter(each["action"] for each in data["actions"] if each["outcome"] == wanted)
    verbs = [verb for verb in VERBS if changes[verb]]
    words = [f"{verb if planned else PAST[verb]} {changes[verb]}" for verb in verbs]
    if words:
        words[0] += " resource" if changes[verbs[0]] == 1 else " resources"
        said = "Approved, it would" if data["refusals"] else "An apply would" if planned else "This pass"
        yield f"{said} {listed(words)}."
    if inside := _inside(data):
        would = "would be" if planned else "was" if inside == 1 else "were"
        parents = "its parent" if inside == 1 else "their parents"
        yield f"{counted(inside, 'resource')} {would} deleted with {parents}."


def _quiet(data: ReportData) -> Iterator[str]:
    drifted = sum(each["outcome"] == "unchanged" for each in data["actions"])
    same = as_desired(data)
    yield f"{counted(same, 'resource')} {'is' if same == 1 else 'are'} as desired; nothing to change."
    if drifted:
        yield f"{counted(drifted, 'resource')} differ{'s' if drifted == 1 else ''}, and the policy is to report only."


def _weight(action: ActionData, *, planned: bool) -> tuple[int, int, str, str]:
    if went_wrong(action, planned=planned):
        first = TROUBLES.index(action["outcome"])
    else:
        first = len(TROUBLES) + (action["outcome"] == "unchanged")
    return (first, VERBS.index(action["action"]), action["kind"], action["name"])


def _unmarked(action: ActionData) -> ActionData:
    hidden = hidden_fields(action["action"], [each["field"] for each in action["differences"]])
    kept = [each for each in action["differences"] if each["field"] not in hidden]
    return action if len(kept) == len(action["differences"]) else {**action, "differences": kept}
