"""The options of the commands that make a pass over a stack: `once`, `plan` and `apply`."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from reconciler.cli.options import (
    ACCOUNT,
    AccountId,
    AllowDeletes,
    AllowLeavers,
    CallDeadline,
    DryRun,
    Endpoint,
    Envs,
    HistoryAt,
    ListDeadline,
    NoHistory,
    PassAsJson,
    PassDeadline,
    Profile,
    Quiet,
    Reports,
    Sandboxed,
    Share,
    StackDir,
    Uncached,
    Verbose,
    Yes,
)

Form = TypeVar("Form")


@dataclass(frozen=True)
class PassOptions:
    """The options of `once`; a field for each."""

    stack_dir: StackDir = Path()
    env: Envs = None
    dry_run: DryRun = False
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Change only KIND/NAME, or KIND/NAME#FIELD, or KIND/NAME#FIELD[ROW]; * and ? are wildcards; repeatable."
        ),
    ] = None
    but: Annotated[
        list[str] | None,
        typer.Option("--except", help="Do not change KIND/NAME; * and ? are wildcards; repeatable."),
    ] = None
    with_dependencies: Annotated[
        bool,
        typer.Option(
            "--with-dependencies", help="With --only: also change what the resources refer to, at any depth."
        ),
    ] = False
    all_stacks: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Make passes over all stacks and environments in the folder, side by side across accounts.",
        ),
    ] = False
    profile: Profile = None
    sandbox: Sandboxed = False
    account: AccountId = ACCOUNT
    endpoint_url: Endpoint = None
    allow_deletes: AllowDeletes = None
    allow_leavers: AllowLeavers = None
    out: Annotated[
        Path | None,
        typer.Option(
            readable=False, help="Write the plan of a dry run to this file, to be approved; see --plan."
        ),
    ] = None
    plan: Annotated[
        Path | None,
        typer.Option(readable=False, help="Apply this approved plan; refuse if anything has changed."),
    ] = None
    report: Reports = None
    as_json: PassAsJson = False
    quiet: Quiet = False
    full: Annotated[
        bool,
        typer.Option(
            "--full", help="Print values in the plan as a whole; with --extra: each resource and field."
        ),
    ] = False
    extra: Annotated[
        bool,
        typer.Option("--extra", help="Of a dry run: also show resources and fields beside the stack in AWS."),
    ] = False
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="With --extra: also read unmanaged fields that need a call for each resource.",
        ),
    ] = False
    no_cache: Uncached = False
    share: Share = 80
    call_deadline: CallDeadline = 30.0
    list_deadline: ListDeadline = 300.0
    pass_deadline: PassDeadline = None
    yes: Yes = False
    location: HistoryAt = None
    no_history: NoHistory = False
    verbose: Verbose = 0


@dataclass(frozen=True)
class ApplyOptions(PassOptions):
    """The options of `apply`, whose question comes before every change."""

    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Apply the plan without asking; the guard still decides.")
    ] = False


def takes(
    form: Callable[..., Form], *without: str
) -> Callable[[Callable[[Form], None]], Callable[..., None]]:
    """Make a Typer command of a function of a dataclass: each field is an option, except those named here."""
    fields = [each for each in inspect.signature(form).parameters.values() if each.name not in without]

    def decorate(command: Callable[[Form], None]) -> Callable[..., None]:
        def typed(**values: Any) -> None:
            command(form(**values))

        update_wrapper(typed, command)
        typed.__annotations__ = {}
        typed.__signature__ = inspect.Signature(fields)  # type: ignore[attr-defined] # inspect reads this, mypy does not know it
        return typed

    return decorate
