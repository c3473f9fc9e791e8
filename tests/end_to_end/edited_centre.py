"""The example centre with variables, defaults and a file of an environment, and somebody who edits it with boto3."""

import difflib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from typer.testing import Result

from reconciler.desired import load
from reconciler.kinds import known_kinds
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.typed import CENTRE

QUEUES = """\
  PremiumSupportQueue:
    description: Premium ${environment} support queue
    hours_of_operation: Extended Hours
    max_contacts: ${limit}
  each-${each.key}: {for_each: [one, two], hours_of_operation: UK Business Hours, max_contacts: 5}
  line-${each.key}:
    for_each:
      london: {hours: UK Business Hours, most: 100}  # the first
      paris: {hours: Extended Hours, most: 50}
    description: Calls to ${each.key}
    hours_of_operation: ${each.value.hours}
    max_contacts: ${each.value.most}
    outbound_caller_config: {outbound_caller_id_name: Line}
  desk-${each.key}: {for_each: "${desks}", hours_of_operation: UK Business Hours, max_contacts: "${each.value}"}
  Third: {hours_of_operation: UK Business Hours, max_contacts: "${shared}"}
  Fourth: {hours_of_operation: UK Business Hours, max_contacts: "${shared}"}
"""


def write_files(folder: Path) -> None:
    """Write the stack."""
    shutil.copytree(CENTRE, folder)
    routing = (folder / "routing.yaml").read_text()
    start, end = (
        routing.index("  PremiumSupportQueue:\n    description"),
        routing.index("\nconnect.quick_connect:"),
    )
    routing = routing[:start] + QUEUES + routing[end:]
    (folder / "routing.yaml").write_text(routing.replace("max_contacts: 100", "max_contacts: 100  # agreed"))
    header = (folder / "stack.yaml").read_text()
    header = header.replace(
        "      secrets: /sandbox ",
        "      limit: 50\n      desks: {north: 5, south: 6}\n      shared: 5\n      secrets: /sandbox ",
    )
    (folder / "stack.yaml").write_text(header + "\ndefaults: {connect.queue: {description: A queue}}\n")
    (folder / "environments").mkdir()
    over = 'connect.hours_of_operation:\n  Extended Hours: {description: "Every day, in dev"}\n'
    (folder / "environments" / "dev.yaml").write_text(over)


class Hands:
    """Somebody who edits the centre with boto3."""

    def __init__(self, centre: LiveCentre, folder: Path) -> None:
        self.centre, self.folder = centre, folder
        self.connect = centre.box.session("eu-west-2").client("connect")
        rows = json.loads(centre.type("list", folder, "--env", "dev", "--json").stdout)["resources"]
        self.ids: dict[str, str] = {f"{row['kind']}/{row['name']}": row["id"] for row in rows}
        self.arns: dict[str, str] = {f"{row['kind']}/{row['name']}": row["arn"] for row in rows}
        self.instance = self.ids["connect.instance/full-contact-center-dev"]

    def call(self, operation: str, **members: Any) -> Any:
        return getattr(self.connect, operation)(InstanceId=self.instance, **members)


class Files:
    """One copy of the files, which commands change."""

    def __init__(self, hands: Hands, folder: Path) -> None:
        self.hands = hands
        self.folder = Path(shutil.copytree(hands.folder, folder))
        self.before = self.texts()

    def texts(self) -> dict[str, str]:
        files = (each for each in self.folder.rglob("*") if each.is_file())
        return {str(each.relative_to(self.folder)): each.read_text() for each in files}

    def accept(self, *words: str) -> Result:
        return self.hands.centre.type("accept", self.folder, "--env", "dev", *words)

    def changes(self) -> dict[str, list[str]]:
        """By file: the lines that were removed and added."""
        found = {}
        for path, text in sorted(self.texts().items()):
            lines = difflib.ndiff(self.before.get(path, "").splitlines(), text.splitlines())
            found[path] = [line for line in lines if line[:1] in "+-"]
        return {path: lines for path, lines in found.items() if lines}

    def pending(self) -> set[str]:
        """The resources that a pass would change."""
        report = self.hands.centre.run(load(self.folder, "dev", known_kinds()), dry_run=True)
        return {str(action.key) for action in report.plan.pending}


@contextmanager
def edited_centre(folder: Path) -> Iterator[Hands]:
    """The centre, as it was applied."""
    write_files(folder)
    with live(folder) as centre:
        yield Hands(centre, folder)
