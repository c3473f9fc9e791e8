"""Writes which operations of Amazon Connect the sandbox has: `python -m reconciler.sandbox.coverage docs/sandbox.md`.

The tables are between two marks, and the rest of the file stays as it is. `--check` writes nothing and exits with 1
if they are out of date. The seen codes are read from a file that a whole run of the tests checks.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from reconciler.sandbox.connect.backend import FAMILIES, OPERATIONS
from reconciler.sandbox.connect.core.operations import MODEL

START, END = "<!-- operations -->", "<!-- end of operations -->"
SEEN = Path("tests/sandbox/connect/codes_seen.json")
# What manages the set-up of a contact centre; all else that is missing moves contacts and reads numbers about them.
SET_UP = (
    "AnalyticsData",
    "AttachedFilesConfiguration",
    "AuthenticationProfile",
    "CrossRegionRouting",
    "DataTable",
    "ExtractionDefinition",
    "NotificationContent",
    "Notifications",
    "CreateNotification",
    "DeleteNotification",
    "DescribeNotification",
    "ParticipantRoleConfig",
    "ReplicationFindings",
    "TestCase",
    "Workspace",
)
SET_UP_OF_METRICS = ("CreateMetric", "DeleteMetric", "DescribeMetric", "ListMetrics", "SearchMetrics")
CODE = "Exception"

Seen = Mapping[str, Sequence[str]]


def tables(seen: Seen) -> str:
    """All text between the marks."""
    have, names = OPERATIONS.handlers.keys(), list(MODEL.operation_names)
    missing = [name for name in names if name not in have]
    set_up = [name for name in missing if _sets_up(name)]
    data = [name for name in missing if name not in set_up]
    codes = sum(len(declared(name)) for name in have)
    covered = sum(len(set(declared(name)).intersection(seen.get(name, ()))) for name in have)
    return "\n".join(
        [
            "## Operations of Amazon Connect",
            "",
            f"The sandbox has {len(have)} of the {len(names)} operations in botocore's model. A test checks that these include",
            "all operations that an adapter calls. Each request is validated against the model before anything else.",
            f"The operations declare {codes} error codes; the tests have seen {covered} of them. A code in *italics* was",
            "never seen. `Exception` is left out at the end of the codes.",
            "",
            *_families(seen),
            "### Not implemented: set-up",
            "",
            f"These {len(set_up)} operations answer `NotImplemented` (501): {_listed(set_up)}.",
            "",
            "### Not implemented on purpose: contacts, metrics and sessions",
            "",
            f"These {len(data)} operations handle contacts, not set-up. They answer `NotImplemented` (501): {_listed(data)}.",
            "",
        ]
    )


def declared(operation: str) -> list[str]:
    """The codes that the model gives an operation."""
    return sorted(str(shape.name) for shape in MODEL.operation_model(operation).error_shapes)


def replaced(text: str, part: str) -> str:
    """A document with another part between the marks; the marks are added where it has none."""
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2] or "\n"
    return f"{before}{START}\n\n{part}\n{END}{after}"


def _families(seen: Seen) -> Iterator[str]:
    for module, operations in FAMILIES.items():
        yield f"### {module.rpartition('.')[2].replace('_', ' ').capitalize()}"
        yield ""
        yield "| Operation | Implemented | Validated | Error codes |"
        yield "|---|---|---|---|"
        for name in sorted(operations.handlers):
            shown = (_code(code, code in seen.get(name, ())) for code in declared(name))
            yield f"| {name} | yes | {_validated(name)} | {', '.join(shown)} |"
        yield ""


def _validated(operation: str) -> str:
    return "yes" if MODEL.operation_model(operation).input_shape else "takes nothing"


def _code(code: str, seen: bool) -> str:
    short = code.removesuffix(CODE)
    return short if seen else f"*{short}*"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(sorted(names))


def _sets_up(name: str) -> bool:
    return any(word in name for word in SET_UP) or name.startswith((*SET_UP_OF_METRICS, "UpdateMetric"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check one document."""
    parser = argparse.ArgumentParser(prog="python -m reconciler.sandbox.coverage", description=__doc__)
    parser.add_argument("document", type=Path)
    parser.add_argument("--seen", type=Path, default=SEEN, help="the codes that the tests have seen")
    parser.add_argument("--check", action="store_true", help="only say whether the document is up to date")
    asked = parser.parse_args(arguments)
    before = asked.document.read_text(encoding="utf-8") if asked.document.exists() else f"{START}\n"
    after = replaced(before, tables(json.loads(asked.seen.read_text(encoding="utf-8"))))
    if asked.check and before != after:
        sys.stderr.write(f"{asked.document} is out of date: run `make docs`\n")
        return 1
    if not asked.check:
        asked.document.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
