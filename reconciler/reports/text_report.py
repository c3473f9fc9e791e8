"""A plan or a pass as text: with colours on a terminal, plain in a pipe."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from rich.text import Text

from reconciler.applying import Outcome, Result
from reconciler.aws.redaction import SECRETS
from reconciler.pass_report import PassReport
from reconciler.planning.action import hidden_fields
from reconciler.planning.contents import Content
from reconciler.planning.diff import Difference
from reconciler.planning.ownership import Owner
from reconciler.planning.plan import Action, Plan
from reconciler.reports.extra_text import extra_data, extra_lines
from reconciler.reports.number_format import counted, lasting
from reconciler.reports.unmanaged_contents import in_words, others_data
from reconciler.reports.value_format import effect_text, shown, whole
from reconciler.runtime.printable import one_line
from reconciler.stack import Key, Stack

SIGNS = {"create": "+", "update": "~", "replace": "-/+", "delete": "-", "adopt": ">", "release": "<"}
COLOURS = {
    "create": "green",
    "update": "yellow",
    "replace": "red",
    "delete": "red",
    "adopt": "cyan",
    "release": "cyan",
}
TROUBLE: dict[Outcome, str] = {"failed": "red", "refused": "red", "unsure": "magenta", "waiting": "yellow"}
OUTCOMES = {"settled": "bold green", "pending": "bold yellow"}
SAID = {
    "replace": "  (deleted and created again)",
    "made first": "  (created again, then the old one is deleted)",
    "made already": "  (was created again; the old one is deleted)",
    "adopt": "  (adopted)",
}
"""The remark on an action, by its verb or by the order of a replace."""
KEEPS = "  (created again with its data; the old one stays)"
ORDER = ("create", "adopt", "update", "replace", "delete", "release")
OWNERS = {
    Owner.OURS: "",
    Owner.FREE: ", and has no mark",
    Owner.FOREIGN: ", and belongs to another stack",
}
WIDTH = 28
WORTH_SAYING = 10.0  # seconds


def as_text(report: PassReport) -> str:
    """The whole pass without colours, as a terminal shows it."""
    lines = [
        heading(report.stack, dry_run=report.options.dry_run),
        *plan_lines(report.plan),
        *beside_lines(report),
        *closing_lines(report),
    ]
    return "".join(f"{one_line(line.plain)}\n" for line in lines)


def heading(stack: Stack, *, dry_run: bool) -> Text:
    """The heading: the stack, its place, and whether it is a dry run."""
    text = Text()
    text.append(f"{stack.name}/{stack.environment}", "bold")
    number = "everything is deleted" if stack.destroys else counted(len(stack.resources), "resource")
    text.append(f"  account {stack.account}  {stack.region}  {number}")
    text.append("  dry run" if dry_run else "")
    return text


def plan_lines(plan: Plan, seconds: float = 0.0, *, full: bool = False) -> Iterator[Text]:
    """Every action with its differences, then the counts, and the time at AWS's quotas; with `full`, values as a whole."""
    for action in in_reading_order(plan):
        yield from action_lines(action, whole if full else shown)
    line = count_line(plan)
    if seconds >= WORTH_SAYING:
        line.append(f" ({lasting(seconds)} at AWS's quotas)")
    yield line


def in_reading_order(plan: Plan) -> list[Action]:
    """The actions as they are shown: by verb, and those that are refused at the end."""
    return sorted(plan.actions.values(), key=_place)


def count_line(plan: Plan) -> Text:
    """How many actions of each sort the plan has."""
    verbs: Counter[str] = Counter(action.verb for action in plan.pending)
    counts = [f"{verbs[verb]} to {verb}" for verb in ORDER if verbs[verb]]
    if plan.deletes_within:
        counts.append(f"{plan.deletes_within} to delete within resources that stay")
    inside = plan.disappearing - len(plan.vanishing)
    if inside:
        counts.append(f"{inside} to be deleted with their parents")
    if plan.others:
        counts.append(f"with them {_others_in_short(plan)}")
    if plan.refused:
        counts.append(f"{len(plan.refused)} refused")
    reported = sum(action.only_report for action in plan.actions.values())
    if reported:
        counts.append(f"{reported} only reported")
    held = sum(bool(action.held) for action in plan.actions.values())
    if held:
        counts.append(f"{held} edited in AWS and held")
    postponed = sum(action.postponed is not None and not action.held for action in plan.actions.values())
    if postponed:
        counts.append(f"{postponed} absent from the files and postponed")
    return Text("Plan: " + (", ".join(counts) if counts else "0 changes"), "bold")


def hint_lines(plan: Plan) -> Iterator[Text]:
    """What the author of the files may have meant instead, for the question before a plan is applied."""
    return (Text(each, "yellow") for each in plan.hints)


def question(plan: Plan, *, every: bool = False) -> str:
    """The question before a plan is applied: what it deletes, and with `every` also how many changes it has."""
    return f"{_in_numbers(plan, every=every)}: apply this plan?"


def name_question(plan: Plan, stack: Stack) -> str:
    """The question before everything of a stack is deleted."""
    return (
        f"{_in_numbers(plan, every=True)} in account {stack.account}: type {stack.name} to apply this plan:"
    )


def _in_numbers(plan: Plan, *, every: bool) -> str:
    counts = [counted(len(plan.pending), "change")] if every else []
    if plan.disappearing:
        counts.append(f"{counted(plan.disappearing, 'resource')} deleted or replaced")
    if plan.deletes_within:
        counts.append(f"{plan.deletes_within} deleted within resources that stay")
    others = f", with them {_others_in_short(plan)}" if plan.others else ""
    return f"{' and '.join(counts)}{others}"


def _others_in_short(plan: Plan) -> str:
    """The deleted contents that we do not manage, by type."""
    numbers, unknown = Counter[str](), dict[str, None]()
    for each in plan.others:
        numbers[each.noun] += len(each.names)
        unknown |= {each.noun: None} if each.not_listed else {}
    more = {each.noun for each in plan.others if each.more}
    said = [
        f"{noun}: {'more than ' if noun in more else ''}{number}"
        for noun, number in numbers.items()
        if number
    ]
    said += [f"no list of {', '.join(unknown)}"] if unknown else []
    return f"contents that are not managed by us ({', '.join(said)})"


def beside_lines(report: PassReport, *, full: bool = False) -> Iterator[Text]:
    """What lives beside the stack, if the pass looked for it; with `full` each resource and field."""
    for line in extra_lines(extra_data(report.extra), full=full) if report.extra else ():
        yield Text(SECRETS.text(line), "" if line.startswith(" ") else "dim")


def closing_lines(report: PassReport) -> Iterator[Text]:
    """The results of the plan."""
    for key, result in report.results.items():
        if result.outcome in TROUBLE and result.message and report.plan.actions[key].refusal is None:
            yield _trouble_line(_with_row(report, key), result)
    yield from _refusal_lines(report)
    for note in (*report.hints, *report.notes):
        yield Text(f"Note: {SECRETS.text(note)}", "dim")
    yield _summary(report)


def trouble_lines(report: PassReport) -> Iterator[Text]:
    """All that failed or was refused, and what can be done about it; empty if all went well."""
    for key, result in report.results.items():
        if result.outcome in ("failed", "refused", "unsure"):
            yield _trouble_line(_with_row(report, key), result)
    yield from _refusal_lines(report)
    for note in report.hints:
        yield Text(f"Note: {SECRETS.text(note)}", "dim")


def _with_row(report: PassReport, key: Key) -> str:
    """The key of a resource, with the place of the row of a CSV file that declares it."""
    desired = report.stack.resources.get(key)
    return str(key) if desired is None or desired.fed is None else f"{key} ({desired.place})"


def _refusal_lines(report: PassReport) -> Iterator[Text]:
    for kind in report.blind:
        yield Text(f"Not searched for resources to remove: {SECRETS.text(kind)}", "red")
    for refusal in report.refusals:
        word = "Failed" if report.outcome == "failed" else "Refused"
        yield Text(f"{word}: {SECRETS.text(refusal)}", "bold red")


def _place(action: Action) -> tuple[bool, int, str, str]:
    return (action.refusal is not None, ORDER.index(action.verb), *action.key)


def action_lines(action: Action, formed: Callable[[Any], str] = shown) -> Iterator[Text]:
    """One action with its differences and the contents that are deleted with it; `formed` makes text of a value."""
    sign, colour = SIGNS[action.verb], COLOURS[action.verb]
    if action.refusal:
        sign, colour = "!", "bold red"
    elif action.only_report:
        sign, colour = "?", "dim"
    elif action.postponed:
        colour = "dim"
    line = Text(f"{sign:>5} ", colour)
    line.append(str(action.key), "bold")
    if action.pending:
        line.append(KEEPS if action.keeps else SAID.get(action.steps, ""), "dim")
    elif action.refusal and action.verb == "adopt":
        line.append("  (not adopted)", "dim")
    line.append(f"  {action.place}" if action.place else "", "dim")
    yield line
    if action.refusal:
        yield Text(f"        {SECRETS.text(action.refusal)}", "red")
    elif action.postponed:
        yield Text(f"        {action.postponed}", "yellow")
    hidden = hidden_fields(action.verb, [each.field for each in action.differences])
    for difference in (*action.differences, *action.held):
        if difference.field not in hidden:
            yield _difference_line(action, difference, formed)
    for content in action.contents:
        yield _content_line(content)
    for others in action.others:
        yield Text(f"        - {SECRETS.text(in_words(others_data(others)))}", "dim")


def _content_line(content: Content) -> Text:
    line = Text("        - ", "red")
    line.append(str(content.key))
    said = f"  is in it{OWNERS[content.owner]}{f'; {content.kept}' if content.kept else ''}"
    line.append(said, "dim")
    return line


def _difference_line(action: Action, difference: Difference, formed: Callable[[Any], str]) -> Text:
    line = Text("        ")
    line.append(f"{difference.field:<{WIDTH}} ", "dim")
    if action.verb == "create":
        line.append(formed(difference.desired), "green")
    else:
        line.append(formed(difference.observed), "red")
        line.append(" -> ")
        line.append(formed(difference.desired), "green")
    said = effect_text(difference.field, difference.deletes, difference.note)
    line.append(f"  ({SECRETS.text(said)})" if said else "", "red" if difference.deletes else "dim")
    return line


def _trouble_line(key: str, result: Result) -> Text:
    line = Text(f"{result.outcome:>8} ", TROUBLE[result.outcome])
    line.append(key, "bold")
    line.append(f": {SECRETS.text(result.message)}")
    return line


def _summary(report: PassReport) -> Text:
    if report.options.dry_run:
        counts = [f"{counted(len(report.plan.pending), 'change')} pending"]
        if report.estimated_calls:
            coming = counted(report.estimated_calls, "call")
            counts[0] += f" (about {coming}, {lasting(report.estimated_seconds)} at AWS's quotas)"
        troubles: tuple[Outcome, ...] = ("refused",)
    else:
        counts = [counted(report.count("done"), "change")]
        if report.contents_gone:
            counts.append(f"{report.contents_gone} deleted with their parents")
        troubles = ("waiting", "refused", "failed", "unsure")
    counts += [f"{report.count(outcome)} {outcome}" for outcome in troubles if report.count(outcome)]
    counts.append(counted(report.mutating_calls, "mutating call"))
    counts.append(f"{counted(sum(report.calls.values()), 'call')} in {report.seconds:.1f} s")
    line = Text(f"{report.outcome.capitalize()}: ", OUTCOMES.get(report.outcome, "bold red"))
    line.append(", ".join(counts))
    return line
