"""`reconciler schema`: prints a JSON Schema: of desired state, of `smoke.yaml`, of `cost.yaml` or of reports."""

from typing import Annotated

import typer

from reconciler.cli.exits import INVALID, exit_with_errors


def schema(
    report: Annotated[
        bool, typer.Option("--report", help="Print the schema of a JSON report instead.")
    ] = False,
    smoke: Annotated[bool, typer.Option("--smoke", help="Print the schema of smoke.yaml instead.")] = False,
    cost: Annotated[bool, typer.Option("--cost", help="Print the schema of cost.yaml instead.")] = False,
) -> None:
    """Print the JSON Schema of desired state, for editors."""
    from reconciler import console
    from reconciler.runtime.printable import json_text

    given = [name for name, chosen in (("--report", report), ("--smoke", smoke), ("--cost", cost)) if chosen]
    if len(given) > 1:
        exit_with_errors([f"{' and '.join(given)} are different schemas; leave all but one out"], INVALID)
    if cost:
        from reconciler.desired.costs_schema import costs_schema
        from reconciler.kinds import known_kinds

        console.deliver(json_text(costs_schema(known_kinds())) + "\n")
        return
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
