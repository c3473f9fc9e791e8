"""The options of `destroy`."""

from dataclasses import dataclass
from typing import Annotated

import typer

from reconciler.cli.options import (
    CallDeadline,
    DryRun,
    Endpoint,
    Env,
    HistoryAt,
    ListDeadline,
    NoHistory,
    PassAsJson,
    PassDeadline,
    Profile,
    Quiet,
    Reports,
    Share,
    StackDir,
    Uncached,
    Verbose,
)


@dataclass(frozen=True)
class DestroyOptions:
    """The options of `destroy`; a field for each."""

    stack_dir: StackDir
    env: Env = None
    dry_run: DryRun = False
    also_protected: Annotated[
        bool,
        typer.Option(
            "--also-protected", help="Also delete what the files, their mark or their kind protects."
        ),
    ] = False
    release: Annotated[
        list[str] | None,
        typer.Option(
            help="Also delete KIND/NAME, although what it loses cannot be had again; repeatable.",
            metavar="KEY",
        ),
    ] = None
    empty_buckets: Annotated[
        bool,
        typer.Option(
            "--empty-buckets",
            help="Also delete what is in buckets: all versions, delete markers and unfinished uploads.",
        ),
    ] = False
    yes: Annotated[
        str | None,
        typer.Option(
            "--yes",
            "-y",
            help="The name of the stack, instead of the answer to the question.",
            metavar="NAME",
        ),
    ] = None
    profile: Profile = None
    endpoint_url: Endpoint = None
    report: Reports = None
    as_json: PassAsJson = False
    quiet: Quiet = False
    no_cache: Uncached = False
    share: Share = 80
    call_deadline: CallDeadline = 30.0
    list_deadline: ListDeadline = 300.0
    pass_deadline: PassDeadline = None
    location: HistoryAt = None
    no_history: NoHistory = False
    verbose: Verbose = 0
