"""Plan files on the command line: a dry run writes one, it is shown, and an approved one is applied."""

from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.exits import FAILED, INVALID, REFUSED, exit_with_errors

if TYPE_CHECKING:
    from reconciler.pass_options import Options
    from reconciler.pass_report import PassReport
    from reconciler.stack import Stack


def check_together(plan: Path | None, out: Path | None, *, dry_run: bool, narrowed: bool) -> None:
    """Exit with an error if options contradict each other."""
    if out is not None and not dry_run:
        exit_with_errors([f"--out {out}: only a dry run writes a plan; add --dry-run"], INVALID)
    if plan is not None and (dry_run or narrowed):
        said = "the plan already names its changes; leave out --dry-run, --only, --except and --allow-deletes"
        exit_with_errors([f"--plan {plan}: {said}"], INVALID)


def approved(plan: Path, stack: "Stack") -> "Options":
    """The options with which a plan was made and is applied; exits with an error if it must not be applied."""
    from reconciler.pass_options import Options
    from reconciler.reports.planfile import BadPlanFile, StalePlanFile, read_plan

    try:
        found = read_plan(plan, stack)
    except BadPlanFile as error:
        exit_with_errors([str(error)], INVALID)
    except StalePlanFile as error:
        exit_with_errors([f"{error}; no call was made"], REFUSED)
    return Options(
        only=found.only,
        allow_deletes=found.allow_deletes,
        allow_leavers=found.allow_leavers,
        approval=found.approval,
    )


def save_plan(out: Path, report: "PassReport") -> None:
    """Write the plan of a dry run, unless it failed at the credentials."""
    from reconciler import console
    from reconciler.reports.planfile import write_plan

    if report.outcome == "refused":
        console.fail([f"{out}: no plan was written, because none was made"])
        return
    try:
        write_plan(out, report)
    except OSError as error:
        exit_with_errors([f"{out}: the plan could not be written: {error.strerror}"], FAILED)
    console.announce(f"the plan is in {out}; `once --plan {out}` applies it if nothing has changed by then")


def print_approval_result(report: "PassReport") -> None:
    """Print remarks on an approved plan that the report cannot contain."""
    from reconciler import console

    approval = report.options.approval
    if approval is None or report.refusals:
        return
    if approval.files_hash != report.stack.files_hash:
        console.announce("the files changed after the plan was made, but the plan is the same")
    elif not report.plan.pending and any(each["refusal"] is None for each in approval.actions.values()):
        console.announce("nothing was left to do: the plan is already applied")


def show_plan(file: Path, word: str | None, *, as_json: bool) -> None:
    """Print a plan file as the dry run that made it did, or the part about one resource; exits if it is none."""
    import time

    from reconciler import console
    from reconciler.cli.name_checks import one_named
    from reconciler.reports.number_format import time_ago
    from reconciler.reports.planfile import BadPlanFile, StalePlanFile, plan_content
    from reconciler.runtime.printable import json_text

    try:
        found = plan_content(file)
    except (BadPlanFile, StalePlanFile) as error:
        exit_with_errors([str(error)], INVALID)
    key = None
    if word is not None:
        key = one_named(
            word, found.actions, "the plan does nothing with", f"`reconciler show {file}` shows all"
        )
    console.announce(f"this plan was made {time_ago(time.time() - found.made)}")
    if as_json:
        console.deliver(json_text(found.as_data(key)) + "\n")
    else:
        console.deliver_lines(found.actions[key] if key is not None else found.lines)
