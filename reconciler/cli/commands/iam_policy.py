"""`reconciler iam-policy`: prints the least IAM policy that a stack or a daemon needs."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import INVALID, exit_with_errors
from reconciler.cli.options import Env, StackDir, Verbose
from reconciler.cli.stack_loading import load_stack, load_with_checks, mistakes_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from reconciler.desired.checks_file import Asked
    from reconciler.permissions import Grant, Location
    from reconciler.stack import Stack


def iam_policy(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir = Path(),
    env: Env = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Only what --dry-run needs.")] = False,
    extra: Annotated[bool, typer.Option("--extra", help="Also what --extra of a dry run needs.")] = False,
    smoke: Annotated[
        bool, typer.Option("--smoke", help="Also what `smoke` needs for its checks, as smoke.yaml has them.")
    ] = False,
    drills: Annotated[
        bool, typer.Option("--drills", help="With --smoke: also what its --drills needs.")
    ] = False,
    destroy: Annotated[
        bool, typer.Option("--destroy", help="What `destroy` needs, instead of what passes need.")
    ] = False,
    empty_buckets: Annotated[
        bool, typer.Option("--empty-buckets", help="With --destroy: also what its --empty-buckets needs.")
    ] = False,
    unused: Annotated[
        bool, typer.Option("--unused", help="What `unused` needs, instead of what passes need.")
    ] = False,
    daemon: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            help="What a daemon with these settings needs for itself, in addition to its stacks' policies.",
        ),
    ] = None,
    history: Annotated[
        str | None,
        typer.Option(help="Also what a history in s3://BUCKET/PREFIX needs.", metavar="LOCATION"),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print on stderr why an action is allowed on all resources.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            help="Write policy-1.json and so on into this directory, each short enough for a managed policy.",
        ),
    ] = None,
    verbose: Verbose = 0,
) -> None:
    """Print the IAM policy that the stack needs, and no more, as JSON."""
    from reconciler import console
    from reconciler.aws.account import BadEndpoint
    from reconciler.cli.history_store import check_location
    from reconciler.iam import policy_of, size_advice, unscoped
    from reconciler.runtime.printable import json_text

    given = {
        "--extra": extra,
        "--destroy": destroy,
        "--drills": drills,
        "--empty-buckets": empty_buckets,
        "--history": history is not None,
        "--read-only": read_only,
        "--smoke": smoke,
        "--unused": unused,
    }
    chosen = [name for name, is_given in given.items() if is_given]
    _refuse_contradictions(chosen, daemon, of_a_stack=env is not None or stack_dir != Path())
    try:
        if unused:
            found = list(_of_unused(load_stack(stack_dir, env, verbose)))
        elif daemon is not None:
            found = list(_of_daemon(daemon, verbose))
        else:
            if history is not None:
                check_location(history)
            if destroy:
                stack, asked = _to_destroy(stack_dir, env, verbose, empties=empty_buckets), None
            else:
                stack, asked = _loaded(stack_dir, env, verbose, smoke=smoke)
            of_stack = _of_stack(stack, read_only=read_only, extra=extra)
            found = [
                *of_stack,
                *_of_history(stack, history),
                *(_of_smoke(stack, asked, drills=drills) if asked else ()),
            ]
    except BadEndpoint as error:
        exit_with_errors([str(error)], INVALID)
    policy = policy_of(found)
    for action, reason in unscoped(found) if explain else ():
        console.announce(f"{action} on *: {reason}")
    if out is not None:
        _write_policies(policy, out)
        return
    console.deliver(json_text(policy) + "\n")
    if size_advice(policy):
        console.announce(size_advice(policy))


def _refuse_contradictions(chosen: list[str], daemon: Path | None, *, of_a_stack: bool) -> None:
    """Exit with an error if these options do not go together."""
    if daemon is not None and (chosen or of_a_stack):
        said = (
            "the settings name the stacks; leave out the directory, --env, --drills, --extra, --destroy, --history, "
            "--read-only, --smoke and --unused"
        )
        exit_with_errors([f"--daemon {daemon}: {said}"], INVALID)
    if "--unused" in chosen and len(chosen) > 1:
        others = ", ".join(each for each in chosen if each != "--unused")
        exit_with_errors([f"--unused is the whole policy of one command; leave out {others}"], INVALID)
    if "--empty-buckets" in chosen and "--destroy" not in chosen:
        exit_with_errors(["--empty-buckets is about --destroy; add it"], INVALID)
    if "--drills" in chosen and "--smoke" not in chosen:
        exit_with_errors(["--drills is about --smoke; add it"], INVALID)
    passes = [each for each in ("--extra", "--smoke") if each in chosen]
    if "--destroy" in chosen and passes:
        exit_with_errors([f"{passes[0]} is about passes; leave it out, or --destroy"], INVALID)


def _write_policies(policy: "dict[str, Any]", folder: Path) -> None:
    """Write a policy as files that IAM accepts as managed policies."""
    from reconciler import console
    from reconciler.iam import size_of, split, too_many
    from reconciler.runtime.atomic_write import write_whole
    from reconciler.runtime.printable import json_text

    policies = split(policy)
    files = {folder / f"policy-{number}.json": each for number, each in enumerate(policies, 1)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, each in files.items():
            write_whole(file, json_text(each) + "\n")
        old = sorted(
            each
            for each in folder.iterdir()
            if re.fullmatch(r"policy-\d+\.json", each.name) and each not in files
        )
    except OSError as error:
        exit_with_errors([f"--out {folder}: {error.strerror}"], INVALID)
    console.deliver("".join(f"{file}: {size_of(each)} characters\n" for file, each in files.items()))
    for left in old:
        console.announce(
            f"{left} was written by an earlier run: delete it, and detach its policy from the role"
        )
    if too_many(policies):
        console.announce(too_many(policies))


def _loaded(stack_dir: Path, env: str | None, verbose: int, *, smoke: bool) -> "tuple[Stack, Asked | None]":
    """The stack, and what its smoke.yaml asks for if that matters."""
    return load_with_checks(stack_dir, env, verbose) if smoke else (load_stack(stack_dir, env, verbose), None)


def _location(stack: "Stack") -> "Location":
    """Where the stack lives; raises `BadEndpoint` if there is no such Region."""
    from reconciler.aws.account import check_region
    from reconciler.aws.botocore_names import partition_of
    from reconciler.permissions import Location

    region = check_region(stack.region)
    return Location(partition_of(region), region, stack.account)


def _of_stack(stack: "Stack", *, read_only: bool, extra: bool) -> "Iterator[Grant]":
    from reconciler.iam import grants
    from reconciler.kinds import known_kinds

    return grants(stack, known_kinds(), _location(stack), read_only=read_only, extra=extra)


def _of_smoke(stack: "Stack", asked: "Asked", *, drills: bool) -> "Iterator[Grant]":
    """What the checks of a stack need."""
    from reconciler.iam import of_checks
    from reconciler.kinds import known_kinds
    from reconciler.smoke.selection import checks_made

    kinds = known_kinds()
    return of_checks(stack, kinds, _location(stack), checks_made(stack, kinds, asked, drills=drills))


def _of_unused(stack: "Stack") -> "Iterator[Grant]":
    """What `unused` needs."""
    from reconciler.iam import of_unused
    from reconciler.kinds import known_kinds
    from reconciler.unused.run import kinds_with_a_rule

    kinds = known_kinds()
    return of_unused(stack, kinds, _location(stack), kinds_with_a_rule(kinds))


def _to_destroy(directory: Path, env: str | None, verbose: int, *, empties: bool) -> "Stack":
    """The stack that `destroy` makes passes over."""
    from reconciler.cli.stack_loading import load_header_of
    from reconciler.destroying import emptied
    from reconciler.stack import Destruction

    return emptied(load_header_of(directory, env, verbose), Destruction(empties=empties))


def _of_history(stack: "Stack", location: str | None) -> "Iterator[Grant]":
    """What the passes of a stack need for their history."""
    from reconciler.daemon.daemon_grants import history_grants
    from reconciler.iam import services_of
    from reconciler.kinds import known_kinds

    return history_grants(location or "", stack.region, services_of(known_kinds()))


def _of_daemon(file: Path, verbose: int) -> "Iterator[Grant]":
    """The policy of the daemon itself; its stacks give the account of each profile."""
    from reconciler.daemon.config import read_config
    from reconciler.daemon.daemon_grants import assumes, needs
    from reconciler.desired import InvalidStack
    from reconciler.iam import services_of
    from reconciler.kinds import known_kinds

    try:
        config = read_config(file)
    except InvalidStack as error:
        exit_with_errors(mistakes_of(error), INVALID)
    watched = list(config.watches.values())
    stacks = [load_stack(file.parent / part.stack, part.environment, verbose) for part in watched]
    # The credentials of a role do not make the daemon's own calls.
    accounts = {
        part.profile: stack.account for part, stack in zip(watched, stacks, strict=True) if not stack.role
    }
    services = services_of(known_kinds())
    yield from needs(config, accounts, services, only_roles=all(stack.role for stack in stacks))
    yield from assumes({stack.role.arn for stack in stacks if stack.role}, services)
