"""`reconciler show`: shows one resource of a stack as it is in AWS."""

from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.options import AsJson, Endpoint, Env, Fresh, Share, StackDir, Uncached, Verbose
from reconciler.cli.reading import announce_age, source_of
from reconciler.cli.stack_loading import load_stack
from reconciler.cli.user_folders import cache_folder

if TYPE_CHECKING:
    from reconciler.stack import Key, Stack


def show(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir,
    key: Annotated[
        str, typer.Argument(help="The resource, as KIND/NAME; its name is enough if no other has it.")
    ],
    env: Env = None,
    as_json: AsJson = False,
    fresh: Fresh = False,
    endpoint_url: Endpoint = None,
    no_cache: Uncached = False,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """Show one resource: its state, id, ARN, all its attributes and its console link."""
    from reconciler import console
    from reconciler.errors import CallError
    from reconciler.inventory.attributes import with_attributes
    from reconciler.inventory.listing import remembered_inventory
    from reconciler.inventory.rows_text import row_data, row_lines
    from reconciler.planning.subset import focused
    from reconciler.runtime.printable import json_text

    stack = load_stack(stack_dir, env, verbose, None if no_cache else cache_folder() / "stacks")
    wanted = _key(stack, key)
    source = source_of(stack, endpoint_url, share, cached=not no_cache, fresh=fresh)
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
    from reconciler.desired.phrases import did_you_mean, listed, quoted
    from reconciler.inventory.listing import managed

    known = sorted(managed(stack))
    found = [each for each in known if word in (str(each), each.name)]
    exact = [each for each in found if str(each) == word] or found
    if len(exact) > 1:
        said = f"{quoted(word)} is the name of several resources; write one of {listed(map(str, exact))}"
        exit_with_errors([said], INVALID)
    if not exact:
        names = [str(each) for each in known] if "/" in word else [each.name for each in known]
        near = did_you_mean(word, names) or "; `reconciler list` names them"
        exit_with_errors([f"the stack manages no resource {quoted(word)}{near}"], INVALID)
    return exact[0]
