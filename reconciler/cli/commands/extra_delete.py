"""`reconciler extra delete`: deletes live resources that no file declares and no other stack owns."""

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.cli.exits import INVALID, REFUSED, exit_with_errors
from reconciler.cli.extra_keys import ExtraKeys, check_declared, chosen, keys_of
from reconciler.cli.options import (
    AllowDeletes,
    DryRun,
    Endpoint,
    Env,
    HistoryAt,
    Share,
    StackDir,
    Uncached,
    Verbose,
    Yes,
)
from reconciler.cli.pass_target import Asks, Kept, PassTarget
from reconciler.cli.reading import read_context
from reconciler.cli.report_files import finish
from reconciler.cli.run_pass import run_pass
from reconciler.cli.stack_loading import load_stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.observing.observer import ReadContext
    from reconciler.planning.world import Undeclared
    from reconciler.stack import Key


def delete(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir,
    keys: ExtraKeys,
    env: Env = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    allow_deletes: AllowDeletes = None,
    endpoint_url: Endpoint = None,
    no_cache: Uncached = False,
    share: Share = 80,
    location: HistoryAt = None,
    verbose: Verbose = 0,
) -> None:
    """Delete live resources that no file declares and no other stack owns; asks on a terminal, elsewhere it needs --yes."""
    from reconciler import console
    from reconciler.observing.undeclared_reader import look_beside
    from reconciler.pass_options import Options

    wanted = keys_of(keys)
    if not (yes or dry_run or console.can_ask()):
        said = (
            "extra delete asks before it deletes anything, and there is no terminal for the answer; add --yes"
        )
        exit_with_errors([said], INVALID)
    stack = load_stack(stack_dir, env, verbose)
    check_declared(stack, wanted, "to delete it, remove it from the files of a stack with `prune: true`")
    context = read_context(stack, endpoint_url, share, cached=not no_cache)
    world = look_beside(stack, context, {key.kind for key in wanted})
    kept_ones = list(_kept(chosen(stack, wanted, world, context), context))
    if kept_ones:
        exit_with_errors([*kept_ones, "nothing was deleted"], REFUSED)
    asks = Asks.NEVER if yes else Asks.BEFORE_DELETES
    kept = Kept(location, "extra delete", stack=stack)
    where = PassTarget(None, endpoint_url, share, cached=not no_cache, kept=kept, asks=asks)
    named = frozenset(wanted)
    options = Options(
        dry_run, tuple(map(str, wanted)), allow_deletes=allow_deletes, keys=named, only_verb="delete"
    )
    finish(run_pass(replace(stack, unwanted=named), options, where), ())


def _kept(found: "Mapping[Key, Undeclared]", context: "ReadContext") -> "Iterator[str]":
    """A line for each resource that is never deleted in this way."""
    from reconciler.contract import CannotDelete
    from reconciler.planning.protection import is_protected

    for key, each in found.items():
        adapter = context.kinds[key.kind]
        if isinstance(adapter.delete, CannotDelete):
            yield f"{key}: AWS has no way to delete a {key.kind}"
        elif adapter.made_by_aws(each.sighting):
            yield f"{key}: AWS created it itself, and such a resource is never deleted"
        elif is_protected(None, each.sighting.tags or {}, adapter):
            yield (
                f"{key}: every {key.kind} is protected; adopt it (`reconciler extra adopt`), write "
                "`policy: {protect: false}` in the files, apply that, and then remove it from the files"
            )
