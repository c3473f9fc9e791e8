"""`reconciler accept`: writes what lives into the files."""

from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.options import DiffOnly, Endpoint, Env, Share, StackDir, Uncached, Verbose
from reconciler.cli.reading import read_context
from reconciler.cli.stack_loading import load_stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.stack import Key, Stack


def accept(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: StackDir,
    keys: Annotated[
        list[str],
        typer.Argument(help="The resources, as KIND/NAME or KIND/NAME.FIELD.", metavar="KEY[.FIELD]..."),
    ],
    env: Env = None,
    dry_run: DiffOnly = False,
    endpoint_url: Endpoint = None,
    no_cache: Uncached = False,
    share: Share = 80,
    verbose: Verbose = 0,
) -> None:
    """Write the live values of resources into the files that declare them, so that the next pass changes nothing."""
    from reconciler import console
    from reconciler.cli.edited_files import show_diff, write_files
    from reconciler.exporting.acceptance import Seen
    from reconciler.exporting.acceptance import accept as accept_fields
    from reconciler.observing.observer import observe
    from reconciler.reports.number_format import counted

    stack = load_stack(stack_dir, env, verbose)
    wanted = _wanted(stack, keys)
    context = read_context(stack, endpoint_url, share, cached=not no_cache)
    world = observe(stack, context, frozenset(wanted))
    found = accept_fields(Seen(stack, world, context.kinds, stack_dir), wanted)
    if found.refused:
        exit_with_errors([*found.refused, "nothing was written"], FAILED)
    if dry_run:
        show_diff(found.files)
        return
    write_files(stack_dir, found.files)
    lines = [f"accepted: {key}.{name}" for key, names in found.fields.items() for name in names]
    lines += [f"written: {path}" for path in found.files]
    lines += [f"{path} is for the other environments, too" for path in found.shared]
    lines += (
        [] if found.fields else [f"nothing to accept: {counted(len(wanted), 'resource')} as in the files"]
    )
    console.deliver("".join(f"{line}\n" for line in lines))


def _wanted(stack: "Stack", words: list[str]) -> "Mapping[Key, set[str]]":
    """The resources that the user means, each with the fields; exits with an error for every wrong word."""
    wanted: dict[Key, set[str]] = {}
    whole: set[Key] = set()
    wrong = []
    for word in words:
        found = _key(stack, word)
        if isinstance(found, str):
            wrong.append(found)
            continue
        key, name = found
        wanted.setdefault(key, set()).update([name] if name else [])
        whole.update([] if name else [key])
    if wrong:
        exit_with_errors(wrong, INVALID)
    return {key: set() if key in whole else names for key, names in wanted.items()}


def _key(stack: "Stack", word: str) -> "tuple[Key, str] | str":
    """The resource and the field that a word means; otherwise what is wrong with it."""
    from reconciler.desired.phrases import did_you_mean, listed, quoted
    from reconciler.stack import Key

    kind, slash, rest = word.partition("/")
    if not slash or not kind or not rest:
        return f"{word[:200]}: write a resource as KIND/NAME, or a field of it as KIND/NAME.FIELD"
    name, dot, field = rest, "", ""
    key = Key(kind, name)
    if key not in stack.resources and "." in rest:
        name, dot, field = rest.rpartition(".")
        key = Key(kind, name)
    if key not in stack.resources:
        near = did_you_mean(word, [str(each) for each in stack.resources]) or "; `reconciler list` names them"
        return f"the stack has no resource {quoted(f'{kind}/{rest}')}{near}"
    desired = stack.resources[key]
    if desired.existing:
        return f"{key} is only referred to (`existing`), so the files have no value of it"
    known = [*desired.settings]
    if dot and field not in [*known, "tags"]:
        near = did_you_mean(field, known) or f"; the files set {listed(known)}"
        return f"the files do not set {quoted(field)} of {key}{near}"
    return key, field
