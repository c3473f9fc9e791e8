"""`reconciler explain`: what one kind or field is, what AWS allows in it, and an example."""

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from reconciler.cli.exits import INVALID, exit_with_errors

if TYPE_CHECKING:
    from collections.abc import Collection


def explain(
    name: Annotated[
        str, typer.Argument(metavar="KIND[.FIELD...]", show_default=False, help="What to explain.")
    ],
) -> None:
    """Explain a kind or a field: type, limits, default, what it refers to, AWS's page, an example."""
    from reconciler import console
    from reconciler.desired.resource_builder import RESERVED
    from reconciler.kinds import known_kinds
    from reconciler.reports.kind_explanation import (
        NoSuchField,
        field_explanation,
        find_field,
        kind_explanation,
        shared_explanation,
    )

    service, _, rest = name.partition(".")
    word, *path = rest.split(".")
    kind, kinds = f"{service}.{word}", known_kinds()
    if kind not in kinds:
        _unknown(name, f"no kind {kind}" if word else "write KIND or KIND.FIELD", kind, kinds)
    if not path:
        console.deliver_lines(kind_explanation(kinds[kind]))
        return
    if len(path) == 1 and path[0] in RESERVED:
        console.deliver_lines(shared_explanation(kinds[kind], path[0]))
        return
    try:
        found = find_field(kinds[kind], path)
    except NoSuchField as error:
        _unknown(name, str(error), error.field, error.known)
    console.deliver_lines(field_explanation(kinds[kind], found))


def _unknown(name: str, said: str, word: str, known: "Collection[str]") -> NoReturn:
    """Exit with an error about an unknown word, with the nearest known ones."""
    import difflib

    from reconciler.desired.phrases import SHOWN, listed, shortened
    from reconciler.runtime.printable import one_line

    near = difflib.get_close_matches(word, known, n=3, cutoff=0.5) if len(word) <= SHOWN else []
    if near:
        hint = f"; did you mean {' or '.join(near)}?"
    else:
        hint = f"; there are {listed(sorted(known))}" if known else "; it has no fields of its own"
    exit_with_errors([one_line(f"explain {shortened(name)}: {shortened(said)}{hint}")], INVALID)
