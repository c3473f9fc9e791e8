"""`reconciler sandbox`: serves a local simulation of AWS over HTTP."""

from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.extras import need_sandbox
from reconciler.cli.options import ACCOUNT, AccountId
from reconciler.cli.output_files import YAML


def sandbox(  # noqa: PLR0913 -- one parameter for each option
    port: Annotated[
        int, typer.Option(help="The port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 4566,
    account: AccountId = ACCOUNT,
    quotas: Annotated[str, typer.Option(help="Rates of requests: none, default, 2024 or shared.")] = "none",
    limits: Annotated[str, typer.Option(help="Quotas of resources: none or default.")] = "none",
    latency: Annotated[float, typer.Option(help="Seconds of delay added to every call.")] = 0.0,
    lag: Annotated[float, typer.Option(help="Seconds until Amazon Connect's reads show a change.")] = 0.0,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="SERVICE:OPERATION:WHEN:FAULT, such as connect:CreateUser:3:throttle; repeatable."),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="The random seed for faults whose WHEN is a share, such as 10%.")
    ] = 0,
    state: Annotated[
        Path | None,
        typer.Option(
            readable=False, help="Load the state from this file if it exists, and save it there at the end."
        ),
    ] = None,
    journal: Annotated[bool, typer.Option("--journal", help="Print a line for every call.")] = False,
    journal_file: Annotated[
        Path | None,
        typer.Argument(readable=False, help="Append the lines of --journal to this file instead."),
    ] = None,
) -> None:
    """Serve a local simulation of AWS over HTTP, for any AWS client."""
    need_sandbox()
    from rich.text import Text

    from reconciler import console
    from reconciler.sandbox.fault_injection import by_words
    from reconciler.sandbox.journal import lines_to
    from reconciler.sandbox.process_state import ProcessState
    from reconciler.sandbox.server import serve_until_stopped

    if journal_file and not journal:
        exit_with_errors(
            [f"{journal_file}: --journal takes this file; write --journal {journal_file}"], INVALID
        )
    if journal_file and journal_file.suffix.lower() in YAML:
        exit_with_errors(
            [f"--journal {journal_file}: YAML files are desired state; choose another name"], INVALID
        )
    try:
        asked = by_words(
            quotas=quotas, limits=limits, latency=latency, lag=lag, faults=fault or (), seed=seed
        )
        world = ProcessState(account, settings=asked)
        if journal:
            world.journal.watch(lines_to(journal_file))
        serve_until_stopped(port, world, state, lambda line: console.show([Text(line)]))
    except ValueError as error:
        exit_with_errors([str(error)], INVALID)
    except OSError as error:
        exit_with_errors([str(error)], FAILED)
