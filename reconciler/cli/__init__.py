"""The command line: it parses arguments, runs a command and returns an exit code."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from reconciler.cli.commands.accept import accept
from reconciler.cli.commands.apply import apply
from reconciler.cli.commands.completion import complete_words, completion
from reconciler.cli.commands.cost import cost
from reconciler.cli.commands.daemon import daemon
from reconciler.cli.commands.demo import demo
from reconciler.cli.commands.destroy import destroy
from reconciler.cli.commands.diff import diff
from reconciler.cli.commands.explain import explain
from reconciler.cli.commands.export import export
from reconciler.cli.commands.extra import extra
from reconciler.cli.commands.fmt import fmt
from reconciler.cli.commands.graph import graph
from reconciler.cli.commands.history import history
from reconciler.cli.commands.iam_policy import iam_policy
from reconciler.cli.commands.import_terraform import import_terraform
from reconciler.cli.commands.init import init
from reconciler.cli.commands.kinds import kinds
from reconciler.cli.commands.list import list_
from reconciler.cli.commands.once import once
from reconciler.cli.commands.outputs import outputs
from reconciler.cli.commands.plan import plan
from reconciler.cli.commands.rollback import rollback
from reconciler.cli.commands.sandbox import sandbox
from reconciler.cli.commands.schema import schema
from reconciler.cli.commands.show import show
from reconciler.cli.commands.smoke import smoke
from reconciler.cli.commands.unused import unused
from reconciler.cli.commands.validate import validate
from reconciler.cli.exits import FAILED, INVALID
from reconciler.runtime.interrupts import INTERRUPTED, interrupts

if TYPE_CHECKING:
    from reconciler.runtime.streams import Stream

app = typer.Typer(
    name="reconciler",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Exit codes: 0 settled, 1 something failed, 2 changes pending, 3 desired state or command line invalid, "
        "4 refused, 130 interrupted (Ctrl-C)."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(asked: bool) -> None:
    """Print the version of the installed package and exit."""
    if asked:
        from rich.text import Text

        from reconciler import console
        from reconciler.cli.extras import PROGRAM, installed_version

        console.show([Text(f"{PROGRAM} {installed_version()}")])
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Keeps Amazon Connect contact centres, and the AWS resources around them, as YAML files declare them."""


for command in (
    plan,
    diff,
    apply,
    once,
    daemon,
    destroy,
    rollback,
    validate,
    fmt,
    graph,
    list_,
    show,
    outputs,
    smoke,
    unused,
    cost,
    export,
    import_terraform,
    accept,
    iam_policy,
    schema,
    kinds,
    explain,
    completion,
    init,
    sandbox,
    demo,
):
    app.command(command.__name__.strip("_").replace("_", "-"))(command)
app.command("complete-words", hidden=True)(complete_words)
app.add_typer(extra, name="extra")
app.add_typer(history, name="history")


@cache
def command_line() -> Callable[..., Any]:
    """The command line with all its commands, made once for the process."""
    return get_command(app)


def main() -> None:
    """Run the command line: a mistake of the user ends with one line, never with a traceback."""
    from reconciler.runtime.streams import unfailing

    interrupts.listen()
    with unfailing() as out:
        code = interrupts.during(lambda: _run(out))
        if code == INTERRUPTED:
            _fail(interrupts.lines())
        out.flush()
        if out.complaint:
            _fail([f"stdout could not be written completely: {out.complaint}"])
    sys.exit(code)


def _run(out: "Stream") -> int:
    """Run the command and return its exit code."""
    unfinished = sys.argv[1:2] == ["complete-words"]  # its last word is empty where nothing is typed yet
    empty = [] if unfinished else list(_empty(sys.argv[1:]))
    if empty:
        _fail(empty)
        return INVALID
    try:
        code = command_line()(standalone_mode=False)
    except TyperException as error:
        # Typer would exit with 2, which here means that changes are pending.
        # pydantic, with which Typer reads values, puts these words before the reason.
        said = error.format_message().replace(": Value error, ", ": ")
        _fail(re.sub(r"\n\t", " ", said).splitlines())  # the values that a word can have are one line, too
        return INVALID
    except Exception as error:  # noqa: BLE001 -- nobody foresaw it: its text and its locals may hold secrets
        from reconciler.console import NotDelivered
        from reconciler.declarations import BadDeclaration, BadKinds

        if isinstance(error, BadDeclaration | BadKinds):
            _fail(error.lines)
            return INVALID
        if isinstance(error, NotDelivered):
            if out.closed:
                _fail(["stdout is closed: the output of this command was not written"])
            return FAILED
        _fail(_lines_of(error))
        return FAILED
    return int(code or 0)


def _empty(words: Sequence[str]) -> Iterator[str]:
    """A line for each empty value on the command line: an empty value does not mean the default."""
    for before, word in pairwise(("", *words)):
        if word == "":
            option = f"{before}: " if before.startswith("-") else ""
        elif word.startswith("--") and word.endswith("="):
            option = f"{word[:-1]}: "
        else:
            continue
        yield f"{option}this value is empty; is a shell variable not set? Leave it out or give it a value"


def _lines_of(error: Exception) -> Iterable[str]:
    """The lines to print for an unexpected error."""
    from reconciler.cli.extras import advice, extra_of
    from reconciler.logs import crash_lines

    missing = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
    extra = extra_of(missing)
    return [f"{missing} is not installed; {advice(extra)}"] if extra else crash_lines(error)


def _fail(lines: Iterable[str]) -> None:
    from reconciler import console

    console.fail(lines)
