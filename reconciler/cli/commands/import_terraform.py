"""`reconciler import-terraform`: writes desired state for what a Terraform state has."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.commands.export import check_out, told_of, write_export
from reconciler.cli.exits import FAILED, INVALID, exit_with_errors

if TYPE_CHECKING:
    from reconciler.exporting.files import Place
    from reconciler.exporting.survey import Survey
    from reconciler.importing.terraform_state import StateResource

STDIN = Path("-")
LARGEST = 256 * 1024 * 1024
"""The most bytes of a state that are read."""
_PLACE = re.compile(r"arn:[^:]+:[^:]+:([a-z0-9-]+):(\d{12}):")


def import_terraform(  # noqa: PLR0913 -- one parameter for each option
    state: Annotated[
        Path,
        typer.Argument(
            allow_dash=True,
            readable=False,
            help="The output of `terraform show -json`; - reads it from standard input.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path, typer.Option(readable=False, help="A new or empty directory for the files.", show_default=False)
    ],
    instance: Annotated[
        str | None, typer.Option(help="The alias of the instance, if the state has several or none.")
    ] = None,
    stack: Annotated[
        str | None, typer.Option(help="The name of the stack; otherwise that of the directory.")
    ] = None,
    env: Annotated[str, typer.Option(help="The name of the environment.")] = "live",
    account: Annotated[
        str | None, typer.Option(help="The id of the account, if no ARN of the state has it.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="The Region, if no ARN of the state has it.")] = None,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Also write values that are AWS's defaults.")
    ] = False,
) -> None:
    """Write desired state for what a Terraform state has, as files of a stack. AWS is not asked."""
    from reconciler import console
    from reconciler.exporting.files import export_of
    from reconciler.forms import stack_name_from
    from reconciler.kinds import known_kinds

    check_out(out)
    name = stack or stack_name_from(out.resolve().name) or "imported"
    _check_names(name, env, account, region)
    found = _survey(_resources(state), f"{name}/{env}", instance)
    made = export_of(found, known_kinds(), _place(found, account, region), defaults=defaults)
    write_export(made, out)
    console.deliver_lines(told_of(made, out, "imported"))


def _check_names(stack: str, env: str, account: str | None, region: str | None) -> None:
    """Exit with an error for each option that `stack.yaml` must not contain."""
    from reconciler.forms import ACCOUNT_ID, ENVIRONMENT_NAME, REGION, STACK_NAME

    lines = [
        f"{option} {text}: {problem}"
        for option, text, form in (
            ("--stack", stack, STACK_NAME),
            ("--env", env, ENVIRONMENT_NAME),
            ("--account", account, ACCOUNT_ID),
            ("--region", region, REGION),
        )
        if text is not None and (problem := form.problem(text))
    ]
    if lines:
        exit_with_errors(lines, INVALID)


def _resources(state: Path) -> "list[StateResource]":
    from reconciler.importing.terraform_state import NotAState, resources_in

    try:
        with sys.stdin.buffer if state == STDIN else state.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        said = f"{state}: the state cannot be read: {(error.strerror or 'unknown').lower()}"
        exit_with_errors([f"{said}; write it with `terraform show -json > state.json`"], INVALID)
    if len(content) > LARGEST:
        exit_with_errors(
            [f"{state}: larger than {LARGEST // 1024**2} MiB; import its modules one by one"], INVALID
        )
    try:
        return resources_in(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        exit_with_errors([f"{state}: this is not UTF-8 text"], INVALID)
    except NotAState as error:
        exit_with_errors([f"{state}: {error}"], INVALID)


def _survey(resources: "list[StateResource]", mark: str, instance: str | None) -> "Survey":
    from reconciler.desired.phrases import did_you_mean, listed, quoted
    from reconciler.importing.terraform_survey import NoParent, SeveralParents, survey_of
    from reconciler.kinds import known_kinds

    try:
        found = survey_of(resources, known_kinds(), mark, instance)
    except SeveralParents as error:
        there = listed(error.names)
        if instance is None:
            exit_with_errors(
                [f"the state has several instances, {there}: choose one with --instance"], INVALID
            )
        near = did_you_mean(instance, error.names) or f"; there are {there}"
        exit_with_errors(
            [f"--instance: the state has no instance with the alias {quoted(instance)}{near}"], INVALID
        )
    except NoParent:
        exit_with_errors(
            ["the state has no instance: name the one of its resources with --instance"], INVALID
        )
    if not found.observed:
        told = [f"  {place}: {why}" for place, why in sorted(found.left_out.items())]
        exit_with_errors(["the state has nothing that import-terraform reads", *told], FAILED)
    return found


def _place(found: "Survey", account: str | None, region: str | None) -> "Place":
    """The account and the Region: from the ARNs of the state if the options do not say them."""
    from reconciler.exporting.files import Place

    arns = (each.arn for each in found.sightings.values())
    known = next((match.groups() for arn in arns if (match := _PLACE.match(arn))), (None, None))
    region, account = region or known[0], account or known[1]
    if region is None or account is None:
        exit_with_errors(
            ["no ARN of the state has the account and the Region: write --account and --region"], INVALID
        )
    return Place(account, region)
