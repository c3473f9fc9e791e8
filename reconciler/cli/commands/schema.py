"""`reconciler schema`: prints a JSON Schema: of desired state, of `smoke.yaml` or of reports."""

from typing import Annotated

import typer

from reconciler.cli.exits import INVALID, exit_with_errors


def schema(
    report: Annotated[
        bool, typer.Option("--report", help="Print the schema of a JSON report instead.")
    ] = False,
    smoke: Annotated[bool, typer.Option("--smoke", help="Print the schema of smoke.yaml instead.")] = False,
) -> None:
    """Print the JSON Schema of desired state, for editors."""
    from reconciler import console
    from reconciler.runtime.printable import json_text

    if report and smoke:
        exit_with_errors(["--report and --smoke are two schemas; leave one of them out"], INVALID)
    if smoke:
        from reconciler.desired.checks_schema import checks_schema
        from reconciler.kinds import known_kinds

        console.deliver(json_text(checks_schema(known_kinds())) + "\n")
        return
    if report:
        from reconciler.reports.report_schema import report_schema

        console.deliver(json_text(report_schema()) + "\n")
        return
    from reconciler.desired import json_schema
    from reconciler.kinds import known_kinds

    console.deliver(json_text(json_schema(known_kinds())) + "\n")
