"""The commands that only look at files, kinds and schemas; none of them calls AWS."""

from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.common import INVALID, Env, StackDir, Verbose, load_stack, stop


def validate(stack_dir: StackDir = Path(), env: Env = None, verbose: Verbose = 0) -> None:
    """Check desired state without calling AWS."""
    from reconciler import console

    stack = load_stack(stack_dir, env, verbose)
    console.out.print(f"{stack.name}/{stack.environment}: {len(stack.resources)} resources, no mistakes")


def iam_policy(
    stack_dir: StackDir = Path(),
    env: Env = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Only what --dry-run needs.")] = False,
    verbose: Verbose = 0,
) -> None:
    """Print the IAM policy that the stack needs, and no more, as JSON."""
    import json

    from reconciler import console
    from reconciler.aws.account import BadEndpoint, check_region
    from reconciler.aws.names import partition_of
    from reconciler.iam import Account, excess, grants, policy_of
    from reconciler.kinds import known_kinds

    stack = load_stack(stack_dir, env, verbose)
    try:
        region = check_region(stack.region)
    except BadEndpoint as error:
        stop([str(error)], INVALID)
    account = Account(partition_of(region), region, stack.account)
    policy = policy_of(grants(stack, known_kinds(), account, read_only=read_only))
    typer.echo(json.dumps(policy, indent=2))
    if excess(policy):
        console.announce(excess(policy))


def schema(
    report: Annotated[bool, typer.Option("--report", help="Of a report as JSON instead.")] = False,
) -> None:
    """Print the JSON Schema of desired state, for editors."""
    import json

    if report:
        from reconciler.reports.schema import report_schema

        typer.echo(json.dumps(report_schema(), indent=2))
        return
    from reconciler.desired import json_schema
    from reconciler.kinds import known_kinds

    typer.echo(json.dumps(json_schema(known_kinds()), indent=2))


def kinds(
    kind: Annotated[str | None, typer.Argument(help="Only this kind.")] = None,
) -> None:
    """List every kind of resource with its fields."""
    from reconciler import console
    from reconciler.kinds import known_kinds
    from reconciler.reports.catalogue import kind_lines

    found = known_kinds()
    if kind is not None and kind not in found:
        stop([f"no kind {kind}; there are {', '.join(sorted(found))}"], INVALID)
    for adapter in found.values():
        if kind in (None, adapter.kind):
            console.show(kind_lines(adapter))
