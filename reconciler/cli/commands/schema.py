"""`reconciler schema`: prints a JSON Schema, of desired state or of reports."""

from typing import Annotated

import typer


def schema(
    report: Annotated[
        bool, typer.Option("--report", help="Print the schema of a JSON report instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of desired state, for editors."""
    from reconciler import console
    from reconciler.runtime.printable import json_text

    if report:
        from reconciler.reports.report_schema import report_schema

        console.deliver(json_text(report_schema()) + "\n")
        return
    from reconciler.desired import json_schema
    from reconciler.kinds import known_kinds

    console.deliver(json_text(json_schema(known_kinds())) + "\n")
