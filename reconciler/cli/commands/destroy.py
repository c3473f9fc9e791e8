"""`reconciler destroy`: deletes everything of a stack in one environment, and nothing else."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from reconciler.cli.destroy_options import DestroyOptions
from reconciler.cli.exits import FAILED, INVALID, REFUSED, exit_with_errors
from reconciler.cli.extra_keys import keys_of
from reconciler.cli.output_files import check_targets
from reconciler.cli.pass_options import takes
from reconciler.cli.pass_target import Asks, Deadlines, Kept, PassTarget, Shown, open_target
from reconciler.cli.report_files import check_formats, finish, report_targets
from reconciler.cli.run_pass import run_pass
from reconciler.cli.stack_loading import load_header_of

if TYPE_CHECKING:
    from rich.text import Text

    from reconciler.destroying import Remaining
    from reconciler.pass_options import Options
    from reconciler.pass_report import PassReport
    from reconciler.reconcile import Pass
    from reconciler.stack import Key, Stack


@takes(DestroyOptions)
def destroy(given: DestroyOptions) -> None:
    """Delete everything of a stack in one environment: all that has its mark, and nothing else."""
    from reconciler import console
    from reconciler.cli.history_store import check_location
    from reconciler.destroying import destroy_all, emptied
    from reconciler.reports.data import as_data, as_json
    from reconciler.stack import Destruction

    reports = given.report or ()
    console.remarks.quiet = given.quiet
    check_formats(reports)
    check_location(given.location)
    given_up = keys_of(given.release or ())
    check_targets(given.stack_dir, report_targets(reports))
    files = load_header_of(given.stack_dir, given.env, given.verbose)
    _check_agreement(given, files)
    asked = Destruction(given.also_protected, given.empty_buckets, frozenset(given_up))
    where = _where(given)
    find = _search(emptied(files, asked), where)
    first = find()
    _check_given_up(given_up, files, first)
    printed = (lambda passed: as_json(as_data(passed))) if given.as_json else None
    if given.dry_run:
        finish(_pass_over(first.stack, where, dry_run=True), reports, printed=printed)
    report, left = destroy_all(first, lambda stack: _pass_over(stack, where), find)
    if not report.refusals and report.outcome != "stopped":
        (console.show if where.shown.plan else console.print_to_stderr)(_left_lines(report, left))
        (console.show if where.shown.plan else console.print_remarks)(_end_lines(left, files))
    finish(report, reports, printed=printed)


def _where(given: DestroyOptions) -> PassTarget:
    """The target of the passes, from the options."""
    return PassTarget(
        None,
        given.endpoint_url,
        given.share,
        cached=not given.no_cache,
        kept=None if given.no_history else Kept(given.location, "destroy"),
        asks=Asks.NEVER if given.yes else Asks.FOR_THE_NAME,
        deadlines=Deadlines(given.call_deadline, given.list_deadline, given.pass_deadline),
        shown=Shown(not (given.as_json or given.quiet), given.quiet),
        profile=given.profile,
    )


def _check_agreement(given: DestroyOptions, stack: "Stack") -> None:
    """Exit with an error if the name of the stack is wrong, or if nobody can type it."""
    from reconciler import console
    from reconciler.desired.phrases import quoted

    if given.yes is not None and given.yes != stack.name:
        said = f"--yes {given.yes[:200]}: the stack of {given.stack_dir} is named {quoted(stack.name)}"
        exit_with_errors([f"{said}; nothing was changed"], REFUSED)
    if given.yes or given.dry_run:
        return
    unseen = "--json" if given.as_json else "--quiet" if given.quiet else ""
    if unseen or not console.can_ask():
        why = f"{unseen} does not show the plan" if unseen else "there is no terminal to type it"
        said = f"destroy asks for the name of the stack, and {why}; add --yes {stack.name}"
        exit_with_errors([said], REFUSED)


def _search(stack: "Stack", where: PassTarget) -> "Callable[[], Remaining]":
    """A function that finds out what there is to delete."""
    from reconciler.applying import Quiet
    from reconciler.destroying import find_remaining
    from reconciler.errors import CallError
    from reconciler.kinds import known_kinds
    from reconciler.reconcile import Pass
    from reconciler.runtime.gc_tuning import collect_seldom

    collect_seldom()
    aws, clock, cache = open_target(stack, where)

    def new_pass(stack: "Stack", options: "Options") -> "Pass":
        return Pass(
            stack, known_kinds(), aws, clock, options, Quiet(), cache=cache, deadline=where.deadlines.whole
        )

    def find() -> "Remaining":
        try:
            return find_remaining(stack, new_pass)
        except CallError as error:
            exit_with_errors([f"what the stack has could not be listed: {error}"], FAILED)

    return find


def _pass_over(stack: "Stack", where: PassTarget, *, dry_run: bool = False) -> "PassReport":
    from reconciler.pass_options import Options

    return run_pass(stack, Options(dry_run=dry_run), where)


def _check_given_up(keys: "Sequence[Key]", files: "Stack", found: "Remaining") -> None:
    """Exit with an error for each resource to release that nobody knows, or that needs no permission of its own."""
    from reconciler.desired.phrases import did_you_mean, listed
    from reconciler.kinds import known_kinds

    kinds, lines = known_kinds(), []
    losing = [name for name, each in kinds.items() if each.loses]
    known = {*files.resources, *found.named()}
    for key in keys:
        if key.kind not in losing:
            lines.append(f"--release {key}: only for {listed(losing)}; leave it out")
        elif key not in known and not found.report.refusals:
            near = did_you_mean(str(key), [str(each) for each in known if each.kind == key.kind])
            lines.append(f"--release {key}: neither the files nor AWS have it in this stack{near}")
    if lines:
        exit_with_errors([*lines, "nothing was changed"] if len(lines) > 1 else lines, INVALID)


def _left_lines(report: "PassReport", found: "Remaining") -> "Iterator[Text]":
    """What is left, and why."""
    from rich.text import Text

    from reconciler.aws.redaction import SECRETS
    from reconciler.destroying import what_is_left

    for key, why in what_is_left(report, found):
        yield Text(f"Left: {key}: {SECRETS.text(why)}", "red")
    for refusal in found.report.refusals:
        yield Text(f"What is left could not be read: {SECRETS.text(refusal)}", "red")
    for kind in found.report.blind:
        yield Text(f"What is left could not be listed: {SECRETS.text(kind)}", "red")


def _end_lines(found: "Remaining", files: "Stack") -> "Iterator[Text]":
    """What AWS deletes later, and what the files still declare."""
    from rich.text import Text

    from reconciler.reports.number_format import counted

    for key, when in found.scheduled:
        yield Text(f"Later: {key}: {when}", "yellow")
    if found.clean:
        yield Text(f"Nothing of {files.mark} is left to delete", "bold green")
    declared = sum(not each.existing for each in files.resources.values())
    if declared:
        said = (
            f"The files still declare {counted(declared, 'resource')}: a daemon or a pass creates them again."
        )
        yield Text(f"Note: {said}", "dim")
