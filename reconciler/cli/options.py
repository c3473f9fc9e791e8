"""The options and arguments that several commands share."""

import re
from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.exits import INVALID, exit_with_errors

ACCOUNT = "123456789012"

StackDir = Annotated[
    Path, typer.Argument(readable=False, help="The directory of desired state.", show_default=True)
]

Env = Annotated[str | None, typer.Option("--env", help="The environment; may be left out when there is one.")]

Envs = Annotated[
    list[str] | None,
    typer.Option("--env", help="The environment; repeatable; may be left out when there is one."),
]

Verbose = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="Log to stderr; twice for every call.")
]

HistoryAt = Annotated[
    str | None,
    typer.Option(
        "--history",
        envvar="RECONCILER_HISTORY",
        help="Where passes are recorded: sqlite:FILE or s3://BUCKET/PREFIX.",
        show_default="a file in the state directory",
    ),
]


def _account(value: str) -> str:
    """A typed account id; exits with an error if it is not one."""
    if not re.fullmatch("[0-9]{12}", value):
        exit_with_errors([f"--account: an AWS account has 12 digits, not {value!r}"], INVALID)
    return value


AccountId = Annotated[
    str, typer.Option("--account", help="The account id that the sandbox answers as.", callback=_account)
]

Sandboxed = Annotated[bool, typer.Option("--sandbox", help="Use the built-in sandbox instead of AWS.")]

Endpoint = Annotated[
    str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="Send every call to this URL instead of to AWS.")
]

Profile = Annotated[
    str | None, typer.Option("--profile", help="The profile of your AWS configuration to use.")
]

Uncached = Annotated[
    bool,
    typer.Option("--no-cache", help="Read everything again; use nothing that an earlier pass has cached."),
]

Fresh = Annotated[
    bool, typer.Option("--fresh", help="Ask AWS, also for what earlier commands read within a day.")
]

Share = Annotated[
    int, typer.Option(help="How much of each AWS request quota to use, in percent.", min=1, max=100)
]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
DiffOnly = Annotated[bool, typer.Option("--dry-run", help="Only print the changes as a diff.")]

CallDeadline = Annotated[
    float,
    typer.Option(help="Total seconds for one call: connecting, sending, headers and body.", min=1),
]

ListDeadline = Annotated[float, typer.Option(help="Total seconds for all pages of one list.", min=1)]

PassDeadline = Annotated[
    float | None,
    typer.Option(
        help="Seconds after which a pass starts no further work.",
        min=1,
        show_default="900, or twice the time that AWS's quotas require, whichever is longer",
    ),
]

AllowDeletes = Annotated[
    int | None,
    typer.Option(
        help="Approve exactly this many deletes; replaces, contents and list rows count as well.", min=0
    ),
]

AllowLeavers = Annotated[
    int | None,
    typer.Option(
        help="Approve exactly this many leavers of users_from, if their number is refused; see max_shrink_percent.",
        min=0,
    ),
]

Yes = Annotated[
    bool,
    typer.Option(
        "--yes", "-y", help="Answer yes to the question before deletes and replaces; the guard still decides."
    ),
]

Reports = Annotated[
    list[Path] | None,
    typer.Option(
        readable=False,
        help="Write the whole pass to this .json, .md, .html, .xml or .txt file; repeatable.",
    ),
]

PassAsJson = Annotated[
    bool,
    typer.Option("--json", help="Print only the pass as JSON on stdout; `schema --report` describes it."),
]

Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print only what failed or was refused, on stderr.")
]

NoHistory = Annotated[bool, typer.Option("--no-history", help="Do not record the pass.")]

Number = Annotated[int, typer.Argument(help="The number of the pass.", show_default=False)]

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for other programs.")]

Region = Annotated[
    str,
    typer.Option(
        envvar=["AWS_REGION", "AWS_DEFAULT_REGION"],
        help="The Region of the bucket when the history is in S3.",
    ),
]
