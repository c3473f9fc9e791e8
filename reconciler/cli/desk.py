"""The commands around AWS on your desk."""

from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.common import ACCOUNT, FAILED, INVALID, AccountId, exit_with_errors, need_sandbox
from reconciler.cli.targets import YAML


def sandbox(  # noqa: PLR0913 -- one parameter for each option
    port: Annotated[
        int, typer.Option(help="The port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 4566,
    account: AccountId = ACCOUNT,
    quotas: Annotated[str, typer.Option(help="Rates of requests: none, default, 2024 or shared.")] = "none",
    limits: Annotated[str, typer.Option(help="Numbers of resources: none or default.")] = "none",
    latency: Annotated[float, typer.Option(help="Seconds that every call takes longer.")] = 0.0,
    lag: Annotated[float, typer.Option(help="Seconds until Amazon Connect's reads know of a change.")] = 0.0,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="SERVICE:OPERATION:WHEN:FAULT, say connect:CreateUser:3:throttle; repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option(help="For faults whose WHEN is a share, say 10%.")] = 0,
    state: Annotated[
        Path | None,
        typer.Option(readable=False, help="Start from this file if it is there, and save to it at the end."),
    ] = None,
    journal: Annotated[bool, typer.Option("--journal", help="Print a line for every call.")] = False,
    journal_file: Annotated[
        Path | None,
        typer.Argument(readable=False, help="Append the lines of --journal to this file instead."),
    ] = None,
) -> None:
    """Serve AWS on your desk over HTTP, for any AWS client."""
    need_sandbox()
    from rich.text import Text

    from reconciler import console
    from reconciler.sandbox.fault_injection import by_words
    from reconciler.sandbox.journal import lines_to
    from reconciler.sandbox.process_state import ProcessState
    from reconciler.sandbox.server import serve_until_stopped

    if journal_file and not journal:
        exit_with_errors(
            [f"{journal_file}: a file belongs to --journal; write --journal {journal_file}"], INVALID
        )
    if journal_file and journal_file.suffix.lower() in YAML:
        exit_with_errors(
            [f"--journal {journal_file}: YAML files are desired state; choose another name"], INVALID
        )
    try:
        asked = by_words(
            quotas=quotas, limits=limits, latency=latency, lag=lag, faults=fault or (), seed=seed
        )
        world = ProcessState(account, trouble=asked)
        if journal:
            world.journal.watch(lines_to(journal_file))
        serve_until_stopped(port, world, state, lambda line: console.show([Text(line)]))
    except ValueError as error:
        exit_with_errors([str(error)], INVALID)
    except OSError as error:
        exit_with_errors([str(error)], FAILED)


def demo(
    examples: Annotated[
        Path | None,
        typer.Argument(
            readable=False,
            help="A directory of such stacks.",
            show_default="the examples that come with reconciler",
        ),
    ] = None,
) -> None:
    """Create two whole stacks in the sandbox, change them by hand, repair them, and show each step."""
    need_sandbox()
    from importlib.resources import as_file, files

    from rich.text import Text

    from reconciler import console
    from reconciler.demo import missing_stacks, tell
    from reconciler.desired import InvalidStack
    from reconciler.logs import configure

    configure(0)
    if examples is not None and not examples.is_dir():
        exit_with_errors([f"{examples}: there is no such directory"], INVALID)
    if examples is not None and missing_stacks(examples):
        missing = missing_stacks(examples)
        exit_with_errors(
            [f"{examples}: no stack{'s' * (len(missing) > 1)} {', '.join(missing)} in it"], INVALID
        )
    try:
        with as_file(files("reconciler") / "examples") as ours:
            well = tell(examples or ours)
    except InvalidStack as error:
        exit_with_errors([str(mistake) for mistake in error.mistakes], INVALID)
    if not well:
        exit_with_errors(["the story did not go as it should"], FAILED)
    console.show([Text(), Text("That was the sandbox: no AWS account was touched.")])
