"""`reconciler cost`: what the resources of a stack cost in a month."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, PENDING, SETTLED, exit_with_errors
from reconciler.cli.options import AsJson, Endpoint, Env, Profile, Share, StackDir, Verbose
from reconciler.cli.pass_target import PassTarget
from reconciler.cli.stack_loading import load_with_volumes

if TYPE_CHECKING:
    from reconciler.costs.change import CostChange
    from reconciler.costs.prices import PriceTable
    from reconciler.costs.refresh import Refreshed
    from reconciler.costs.sheet import Sheets
    from reconciler.stack import Stack


def cost(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir = Path(),
    env: Env = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Compare what lives with what the files want.")
    ] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Compare the table of prices with the AWS Price List API.")
    ] = False,
    prices: Annotated[
        Path | None, typer.Option(readable=False, help="A table of prices to use instead of ours (CSV).")
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, with a heading.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="As a table in Markdown.")] = False,
    profile: Profile = None,
    endpoint_url: Endpoint = None,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """Show what the stack costs in a month: fixed costs, and the volumes of cost.yaml at AWS's prices; changes nothing."""
    from reconciler import console
    from reconciler.costs import forms
    from reconciler.costs.sheet import Sheets
    from reconciler.kinds import known_kinds
    from reconciler.runtime.printable import json_text

    form = _form(as_json, as_csv, as_markdown)
    if refresh and (dry_run or form in ("csv", "markdown")):
        exit_with_errors(["--refresh compares prices, as text or with --json; leave out the others"], INVALID)
    table = _table(prices)
    stack, volumes = load_with_volumes(stack_dir, env, verbose)
    sheets = Sheets(known_kinds(), volumes, table)
    where = PassTarget(None, endpoint_url, share, cached=False, profile=profile)
    if refresh:
        found = _refreshed(stack, sheets, where)
        if form == "json":
            console.deliver(json_text(forms.refreshed_data(found)) + "\n")
        else:
            console.deliver_lines(forms.refreshed_lines(found))
        _fail_if(found.unread)
        raise typer.Exit(PENDING if found.differs else SETTLED)
    if not dry_run:
        sheet = sheets.of_files(stack)
        texts = {"json": forms.as_json, "csv": forms.as_csv, "markdown": forms.as_markdown}
        if form in texts:
            console.deliver(texts[form](sheet))
        else:
            console.deliver_lines(forms.sheet_lines(sheet))
        return
    change = _changed(stack, sheets, where)
    if form == "json":
        console.deliver(json_text(forms.change_data(change)) + "\n")
    elif form in ("csv", "markdown"):
        console.deliver(forms.change_csv(change) if form == "csv" else forms.change_markdown(change))
    else:
        console.deliver_lines(forms.change_lines(change))
    _fail_if(change.unread)


def _form(as_json: bool, as_csv: bool, as_markdown: bool) -> str:
    """The form of the output; exits with an error if several are given."""
    chosen = [
        name for name, given in (("json", as_json), ("csv", as_csv), ("markdown", as_markdown)) if given
    ]
    if len(chosen) > 1:
        options = " and ".join(f"--{each}" for each in chosen)
        exit_with_errors([f"{options} are forms of one sheet; leave all but one out"], INVALID)
    return chosen[0] if chosen else "text"


def _table(file: Path | None) -> "PriceTable":
    """The table of prices; exits with all mistakes in it."""
    from reconciler.costs.prices import TABLE, BadPrices, read_table

    try:
        return read_table(file or TABLE)
    except BadPrices as error:
        exit_with_errors(error.lines, INVALID)


def _fail_if(unread: "Iterable[str]") -> None:
    """Exit with an error if something could not be read."""
    lines = [*unread]
    if lines:
        exit_with_errors(lines, FAILED)


def _refreshed(stack: "Stack", sheets: "Sheets", where: PassTarget) -> "Refreshed":
    """The prices of the units of a stack in the AWS Price List API."""
    from dataclasses import replace

    from reconciler.cli.reading import context_of
    from reconciler.costs.refresh import REGION, SERVICE, Unit, refreshed

    units = [Unit(each.service, each.usage) for each in sheets.of_files(stack).lines]
    aws, _ = context_of(replace(stack, region=REGION, resources={}), where)
    return refreshed(units, stack.region, sheets.table, aws.api(SERVICE))


def _changed(stack: "Stack", sheets: "Sheets", where: PassTarget) -> "CostChange":
    """The cost of what a dry run plans; exits with an error if it could not look."""
    from reconciler.applying import Quiet
    from reconciler.cli.reading import context_of
    from reconciler.costs.change import cost_change
    from reconciler.costs.live import live_settings
    from reconciler.pass_options import Options
    from reconciler.reconcile import Pass

    aws, context = context_of(stack, where)
    one = Pass(stack, context.kinds, aws, context.clock, Options(dry_run=True), Quiet())
    report = one.run()
    live, unread = live_settings(report, one.world, context)
    return cost_change(report, live, [*unread, *report.blind], sheets)
