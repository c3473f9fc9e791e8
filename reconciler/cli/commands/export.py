"""`reconciler export`: writes desired state for what lives in an instance, or in an account."""

import fnmatch
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.options import Endpoint, Share, Verbose
from reconciler.cli.reading import context_of_region, read_context
from reconciler.cli.updating_export import check_stack, stack_of, update_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.text import Text

    from reconciler.exporting.details import Details
    from reconciler.exporting.files import Export
    from reconciler.exporting.survey import Survey, Wanted
    from reconciler.observing.observer import ReadContext
    from reconciler.stack import Key

INSTANCE = "instance"
"""The last word of the kind of instances."""


def export(  # noqa: PLR0913 -- one parameter for each option
    out: Annotated[
        Path, typer.Option(readable=False, help="A new or empty directory for the files.", show_default=False)
    ],
    instance: Annotated[
        str | None, typer.Option(help="The alias of an instance: everything in it is written.")
    ] = None,
    update: Annotated[
        bool,
        typer.Option("--update", help="Merge into the stack that is in the directory; keep its comments."),
    ] = False,
    env: Annotated[str | None, typer.Option(help="With --update: the environment of the stack.")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Write only this kind, or those of a pattern such as `iam.*`; repeatable."),
    ] = None,
    owned_by: Annotated[
        str | None, typer.Option(help="Write only resources with the mark of this STACK/ENVIRONMENT.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Write only resources with this tag, KEY=VALUE; repeatable.")
    ] = None,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Also write values that are AWS's defaults.")
    ] = False,
    details: Annotated[
        bool | None,
        typer.Option(
            "--details/--no-details",
            help="Read fields that need calls for each resource; if neither is given, up to 500 calls.",
            show_default=False,
        ),
    ] = None,
    region: Annotated[
        str, typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="The Region.")
    ] = "us-east-1",
    endpoint_url: Endpoint = None,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """Write desired state for what lives in an instance or in the account, as files of a stack."""
    from reconciler import console
    from reconciler.exporting.files import Place, export_of
    from reconciler.exporting.survey import Wanted
    from reconciler.logs import configure
    from reconciler.stack import Key

    configure(verbose)
    if update:
        check_stack(out)
    elif env is not None:
        exit_with_errors(
            [f"--env {env}: only --update takes it; an export names its environment itself"], INVALID
        )
    else:
        check_out(out)
    if owned_by is not None and not re.fullmatch("[^/]+/[^/]+", owned_by):
        exit_with_errors([f"--owned-by {owned_by}: write the mark as STACK/ENVIRONMENT"], INVALID)
    tags = dict(map(_tag, tag or ()))
    if instance is None and not (kind or tags or owned_by):
        said = "name the resources to export: --instance ALIAS, or --kind, --tag or --owned-by for resources of the account"
        exit_with_errors([said], INVALID)
    kinds = _kinds_of(kind or ())
    root = None if instance is None else Key(_kind_of_instances(), instance)
    if update:
        stack = stack_of(out, env, verbose, owned_by, region)
        wanted = Wanted(kinds, owned_by, tags, stack.mark, details)
        context = read_context(stack, endpoint_url, share, cached=False)
        update_files(out, stack, _survey(root, wanted, context), context, defaults=defaults)
        return
    account, context = context_of_region(region, endpoint_url, share)
    found = _survey(root, Wanted(kinds, owned_by, tags, details=details), context)
    found.title = out.resolve().name
    made = export_of(found, context.kinds, Place(account, region), defaults=defaults)
    write_export(made, out)
    console.deliver_lines(told_of(made, out))
    if made.unread:
        exit_with_errors([f"not everything could be read: {', '.join(made.unread)}"], FAILED)


def check_out(out: Path) -> None:
    """Exit with an error if the directory already holds something: nothing is overwritten."""
    if out.exists() and not out.is_dir():
        exit_with_errors([f"--out {out}: this is a file; name a new or empty directory"], INVALID)
    if out.is_dir() and any(out.iterdir()):
        exit_with_errors([f"--out {out}: the directory is not empty; name a new or empty one"], INVALID)
    if not out.parent.is_dir():
        exit_with_errors([f"--out {out}: there is no directory {out.parent}; make it first"], INVALID)


def _tag(word: str) -> tuple[str, str]:
    """The key and the value of a tag; exits with an error if this is none."""
    key, equals, value = word.partition("=")
    if not key or not equals:
        exit_with_errors([f"--tag {word}: write a tag as KEY=VALUE"], INVALID)
    return key, value


def _kinds_of(patterns: "Iterable[str]") -> frozenset[str]:
    """The kinds that are named; exits with an error if there is no such kind."""
    from reconciler.desired.phrases import did_you_mean, listed
    from reconciler.kinds import known_kinds

    known = sorted(known_kinds())
    found = {each: fnmatch.filter(known, each) for each in patterns}
    lines = [
        f"--kind {each}: there is no such kind{did_you_mean(each, known) or f'; there are {listed(known, 30)}'}"
        for each, names in found.items()
        if not names
    ]
    if lines:
        exit_with_errors(lines, INVALID)
    return frozenset(name for names in found.values() for name in names)


def _kind_of_instances() -> str:
    """The kind of instances: the one that others live in."""
    from reconciler.kinds import known_kinds

    parents = {each.parent for each in known_kinds().values() if each.parent}
    return next(each for each in sorted(parents) if each.rpartition(".")[2] == INSTANCE)


def _survey(root: "Key | None", wanted: "Wanted", context: "ReadContext") -> "Survey":
    from reconciler import console
    from reconciler.desired.phrases import did_you_mean, listed, quoted
    from reconciler.errors import CallError
    from reconciler.exporting.survey import NotFound, survey

    try:
        with console.ProgressBar() as bar:
            found = survey(root, wanted, context, bar)
    except NotFound as error:
        name = root.name if root else ""
        there = f"; there are {listed(error.names)}" if error.names else "; there is none in this Region"
        near = did_you_mean(name, error.names) or there
        exit_with_errors([f"--instance: no instance has the alias {quoted(name)}{near}"], INVALID)
    except CallError as error:
        exit_with_errors([f"the instance could not be read: {error}"], FAILED)
    place = "the instance" if root else "the account, of these kinds in this Region,"
    if wanted.mark is not None and not found.observed and not found.unread:
        exit_with_errors([f"--owned-by {wanted.mark}: nothing in {place} has this mark"], INVALID)
    if wanted.tags and not found.observed and not found.unread:
        exit_with_errors([f"--tag: nothing in {place} has all of these tags"], INVALID)
    return found


def write_export(made: "Export", out: Path) -> None:
    """Write all files, or none; `out` is new or empty."""
    from reconciler.cli.edited_files import write_files

    write_files(out, {path: (b"", text.encode()) for path, text in made.files.items()})


def told_of(made: "Export", out: Path, done: str = "exported") -> "Iterable[Text]":
    """What was exported, and all that was not, with its reason."""
    from rich.text import Text

    from reconciler.reports.number_format import counted

    yield Text(f"{out}: {counted(made.exported, 'resource')}, {made.referred} only referred to")
    yield from sections(
        (f"Not {done}", [f"{place}: {why}" for place, why in made.left_out.items()]),
        details_of(made.details),
        ("Outside of the export", [*made.outside]),
        ("Secrets to store before a pass creates these", [*made.secrets]),
        ("Code to add, in place of `adopt: true`, before a pass creates these", [*made.archives]),
    )


def details_of(details: "Details") -> "tuple[str, Sequence[str]]":
    """The details that were not read, and what reads them."""
    lines = [f"{kind}: {', '.join(sorted(names))}" for kind, names in sorted(details.fields.items())]
    return f"Not read; --details reads this with {details.calls:,} more calls", lines


def sections(*parts: "tuple[str, Sequence[str]]") -> "Iterable[Text]":
    """The parts that have lines, each with its heading."""
    from rich.text import Text

    for heading, lines in parts:
        if lines:
            yield Text(f"{heading}:")
            yield from (Text(f"  {line}") for line in lines)
