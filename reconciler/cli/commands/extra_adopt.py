"""`reconciler extra adopt`: takes over live resources: files that declare them, and our marks in AWS."""

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.cli.commands.extra_record import of_others, recorded
from reconciler.cli.exits import INVALID, exit_with_errors
from reconciler.cli.extra_keys import ExtraKeys, keys_of
from reconciler.cli.options import DryRun, Endpoint, Env, HistoryAt, Share, StackDir, Uncached, Verbose
from reconciler.cli.pass_target import Asks, Kept, PassTarget
from reconciler.cli.reading import read_context
from reconciler.cli.report_files import finish
from reconciler.cli.run_pass import run_pass
from reconciler.cli.stack_loading import load_stack

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from reconciler.stack import Desired, Key, Stack


def adopt(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir,
    keys: ExtraKeys,
    env: Env = None,
    dry_run: DryRun = False,
    endpoint_url: Endpoint = None,
    no_cache: Uncached = False,
    share: Share = 80,
    location: HistoryAt = None,
    verbose: Verbose = 0,
) -> None:
    """Take over live resources: write them into the files if they are not there, and our marks in AWS, nothing else."""
    from reconciler import console
    from reconciler.cli.edited_files import show_diff, write_files
    from reconciler.cli.updating_export import told_of_update
    from reconciler.exporting.details import Details
    from reconciler.pass_options import Options

    wanted = keys_of(keys)
    stack = load_stack(stack_dir, env, verbose)
    _refuse_referred(stack, wanted)
    new = [key for key in wanted if key not in stack.resources]
    if new:
        context = read_context(stack, endpoint_url, share, cached=not no_cache)
        made = recorded(stack, stack_dir, new, context)
        if dry_run:
            show_diff(made.files)
            console.announce(f"then these get our marks: {', '.join(map(str, wanted))}")
            return
        write_files(stack_dir, made.files)
        console.deliver_lines([*told_of_update(made, stack_dir, Details()), *of_others(made, stack_dir)])
        stack = load_stack(stack_dir, stack.environment, verbose)
    kept = Kept(location, "extra adopt", stack=stack)
    where = PassTarget(None, endpoint_url, share, cached=not no_cache, kept=kept, asks=Asks.NEVER)
    options = Options(dry_run, tuple(map(str, wanted)), keys=frozenset(wanted), only_verb="adopt")
    finish(run_pass(_only_marked(stack, wanted), options, where), ())


def _refuse_referred(stack: "Stack", keys: "Iterable[Key]") -> None:
    """Exit with an error for each resource that the files only refer to."""
    lines = [
        f"{key}: {stack.resources[key].place} only refers to it; remove `existing` there first"
        for key in keys
        if key in stack.resources and stack.resources[key].existing
    ]
    if lines:
        exit_with_errors(lines, INVALID)


def _only_marked(stack: "Stack", keys: "Collection[Key]") -> "Stack":
    """The stack in which these resources are adopted whatever their settings and tags are, and only get marks."""
    marked = {key: _without_fields(each) for key, each in stack.resources.items() if key in keys}
    return replace(stack, resources={**stack.resources, **marked}, tags={})


def _without_fields(desired: "Desired") -> "Desired":
    """The resource whose settings only identify it: none of them is compared or sent, and it has no tags of its own."""
    from reconciler.planning.action import TAGS

    settings = {name: value for name, value in desired.settings.items() if name != TAGS}
    policy = replace(desired.policy, on_drift="report", ignore=tuple(settings))
    return replace(desired, settings=settings, adopt=True, policy=policy)
