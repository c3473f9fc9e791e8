"""`reconciler show`: shows one resource of a stack as it is in AWS, or a plan file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.options import AsJson, Endpoint, Env, Fresh, Share, Uncached, Verbose
from reconciler.cli.plan_files import show_plan
from reconciler.cli.reading import announce_age, source_of
from reconciler.cli.stack_loading import load_cached

if TYPE_CHECKING:
    from reconciler.inventory.source import Source
    from reconciler.stack import Key, Stack


def show(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: Annotated[
        Path,
        typer.Argument(
            readable=False, help="The directory of desired state, or a plan file.", show_default=False
        ),
    ],
    key: Annotated[
        str | None,
        typer.Argument(
            help="The resource, as KIND/NAME; its name is enough if no other has it. A plan file needs none.",
            show_default=False,
        ),
    ] = None,
    env: Env = None,
    as_json: AsJson = False,
    fresh: Fresh = False,
    endpoint_url: Endpoint = None,
    no_cache: Uncached = False,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """Show one resource: its state, id, ARN, all its attributes and its console link. Or show a plan file."""
    if stack_dir.exists() and not stack_dir.is_dir():
        refused = {"--env": env is not None, "--fresh": fresh, "--no-cache": no_cache}
        useless = [name for name, given in refused.items() if given]
        if useless:
            exit_with_errors([f"{stack_dir}: a plan file is read as it is; leave out {useless[0]}"], INVALID)
        show_plan(stack_dir, key, as_json=as_json)
        return
    stack = load_cached(stack_dir, env, verbose, cached=not no_cache)
    if key is None:
        said = f"{stack_dir}: which resource? write `reconciler show {stack_dir} KIND/NAME`; `reconciler list` names them"
        exit_with_errors([said], INVALID)
    source = source_of(stack, endpoint_url, share, cached=not no_cache, fresh=fresh)
    _show_resource(stack, _key(stack, key), source, as_json=as_json)


def _show_resource(stack: "Stack", wanted: "Key", source: "Source", *, as_json: bool) -> None:
    from reconciler import console
    from reconciler.errors import CallError
    from reconciler.inventory.attributes import with_attributes
    from reconciler.inventory.listing import remembered_inventory
    from reconciler.inventory.rows_text import row_data, row_lines
    from reconciler.planning.subset import focused
    from reconciler.runtime.printable import json_text

    found = remembered_inventory(focused(stack, [wanted]), source, [wanted])
    row = next(each for each in found.rows if each.key == wanted)
    try:
        row = with_attributes(row, source)
    except CallError as error:
        exit_with_errors([f"{wanted}: {error}"], FAILED)
    announce_age(source, found.read, "some attributes" if source.asked_aws else "")
    if as_json:
        console.deliver(json_text(row_data(row)) + "\n")
    else:
        console.deliver_lines(row_lines(row))
    if row.state == "unreadable":
        exit_with_errors([f"{row.key} {row.why}"], FAILED)


def _key(stack: "Stack", word: str) -> "Key":
    """The resource that the user means; exits with an error if there is none, or more than one."""
    from reconciler.cli.name_checks import one_named
    from reconciler.inventory.listing import managed

    known = {str(each): each for each in sorted(managed(stack))}
    return known[one_named(word, known, "the stack manages no resource", "`reconciler list` names them")]
