"""`reconciler unused`: lists what nothing uses in the account and Region of a stack."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.options import AsJson, Endpoint, Env, Profile, Share, StackDir, Verbose
from reconciler.cli.pass_target import PassTarget
from reconciler.cli.reading import context_of
from reconciler.cli.stack_loading import load_stack


def unused(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir = Path(),
    env: Env = None,
    days: Annotated[
        int, typer.Option(help="How many days to look back for signs of use.", min=1, max=400)
    ] = 30,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind; repeatable.")] = None,
    as_json: AsJson = False,
    profile: Profile = None,
    endpoint_url: Endpoint = None,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """List what nothing uses in the account and Region of the stack, whoever owns it, with the evidence; changes nothing."""
    from reconciler import console
    from reconciler.unused.forms import as_json as in_json
    from reconciler.unused.forms import lines
    from reconciler.unused.run import UnusedRun

    wanted = wanted_kinds(kind or ())
    stack = load_stack(stack_dir, env, verbose)
    _, context = context_of(stack, PassTarget(None, endpoint_url, share, cached=False, profile=profile))
    found = UnusedRun(stack, context, days, wanted).run()
    if as_json:
        console.deliver(in_json(found))
    else:
        console.deliver_lines(lines(found))
    if found.unread:
        exit_with_errors([*found.unread], FAILED)


def wanted_kinds(kinds: Sequence[str]) -> Sequence[str]:
    """The kinds to look at; exits with an error if one has no rule."""
    from reconciler.desired.phrases import did_you_mean, listed, quoted
    from reconciler.kinds import known_kinds
    from reconciler.unused.run import kinds_with_a_rule

    known = kinds_with_a_rule(known_kinds())
    wrong = [
        f"--kind: no rule says when a resource of kind {quoted(each)} is unused"
        f"{did_you_mean(each, known) or f'; the kinds with a rule are {listed(sorted(known))}'}"
        for each in kinds
        if each not in known
    ]
    if wrong:
        exit_with_errors(wrong, INVALID)
    return [*kinds] or [*known]
