"""`reconciler extra` as a user types it: record, ignore, adopt and delete what lives beside a small stack."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from reconciler import console
from reconciler.applying import Quiet
from reconciler.cli import app
from reconciler.cli.exits import FAILED, INVALID, REFUSED, SETTLED
from reconciler.contract import Api
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.planning.plan import Plan
from reconciler.reconcile import Pass
from reconciler.stack import Key
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.small_stack import FILES, write_small_stack

FOREIGN = {"reconciler:stack": "sales/prod", "reconciler:key": "Theirs"}


class Hands:
    """The small stack in a sandbox, and the calls of others."""

    def __init__(self, centre: LiveCentre, directory: Path) -> None:
        self.centre, self.directory = centre, directory
        (instance,) = self.api.pages("list_instances")
        self.home = {"InstanceId": instance["Id"]}
        self.hours = next(
            each["Id"]
            for each in self.api.pages("list_hours_of_operations", **self.home)
            if each["Name"] == "Day"
        )

    @property
    def api(self) -> Api:
        return self.centre.account().api("connect")

    def queue(self, name: str, tags: Mapping[str, str] | None = None) -> str:
        """Create a queue by hand; returns its id."""
        more = {"Tags": dict(tags)} if tags else {}
        made = self.api.call("create_queue", **self.home, Name=name, HoursOfOperationId=self.hours, **more)
        return str(made["QueueId"])

    def tags(self, queue: str) -> Mapping[str, str]:
        shown: Any = self.api.call("describe_queue", **self.home, QueueId=queue)["Queue"]
        return dict(shown.get("Tags") or {})

    def names(self) -> set[str]:
        return {each["Name"] for each in self.api.pages("list_queues", **self.home) if "Name" in each}


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    directory = tmp_path_factory.mktemp("small") / "stack"
    write_small_stack(directory)
    with live(directory, "dev") as centre:
        yield Hands(centre, directory)


@pytest.fixture
def typed(hands: Hands, tmp_path: Path) -> Callable[..., Result]:
    """Type `reconciler extra COMMAND STACK ...` with fresh files."""
    write_small_stack(tmp_path / "stack")

    def typed(command: str, *words: str) -> Result:
        history = [] if command in ("record", "ignore") else ["--history", f"sqlite:{tmp_path / 'h.sqlite'}"]
        return hands.centre.type("extra", command, tmp_path / "stack", *words, *history)

    return typed


def test_a_queue_is_recorded_adopted_and_then_as_desired(
    hands: Hands, typed: Callable[..., Result], tmp_path: Path
) -> None:
    queue = hands.queue("Console")
    dry = typed("record", "connect.queue/Console", "--dry-run")
    assert "+  Console: {hours_of_operation: Day}\n" in dry.stdout, dry.stderr
    assert (tmp_path / "stack" / "all.yaml").read_text() == FILES["all.yaml"]
    said = typed("record", "connect.queue/Console")
    assert said.exit_code == 0, said.stderr
    assert "1 resource added, 1 file written\nAdded:\n  connect.queue/Console\n" in said.stdout
    added = FILES["all.yaml"].replace("  Main:", "  Console: {hours_of_operation: Day}\n  Main:")
    assert (tmp_path / "stack" / "all.yaml").read_text() == added
    assert hands.tags(queue) == {}
    adopted = typed("adopt", "connect.queue/Console")
    assert adopted.exit_code == SETTLED, adopted.stdout + adopted.stderr
    assert hands.tags(queue) == {"reconciler:stack": "small/dev", "reconciler:key": "Console"}
    stack = load(tmp_path / "stack", "dev", known_kinds())
    (action,) = hands.centre.run(stack, dry_run=True).plan.pending
    assert [each.field for each in action.differences] == ["tags.Team"]


def test_adopt_writes_files_too_and_changes_no_setting(
    hands: Hands, typed: Callable[..., Result], tmp_path: Path
) -> None:
    queue = hands.queue("Other")
    before = hands.api.call("describe_queue", **hands.home, QueueId=queue)["Queue"]
    dry = typed("adopt", "connect.queue/Other", "--dry-run")
    assert "+  Other: {hours_of_operation: Day}" in dry.stdout
    assert typed("adopt", "connect.queue/Other").exit_code == SETTLED
    assert "  Other: {hours_of_operation: Day}\n" in (tmp_path / "stack" / "all.yaml").read_text()
    after = hands.api.call("describe_queue", **hands.home, QueueId=queue)["Queue"]
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed - {"LastModifiedTime"} == {"Tags"}


def test_adopt_of_a_declared_resource_leaves_its_settings_to_the_next_pass(
    hands: Hands, typed: Callable[..., Result], tmp_path: Path
) -> None:
    queue = hands.queue("Declared")
    with (tmp_path / "stack" / "all.yaml").open("a", encoding="utf-8") as file:
        file.write("  Declared: {hours_of_operation: Day, max_contacts: 9}\n")
    said = typed("adopt", "connect.queue/Declared")
    assert said.exit_code == SETTLED, said.stdout
    assert hands.tags(queue)["reconciler:key"] == "Declared"
    assert "MaxContacts" not in hands.api.call("describe_queue", **hands.home, QueueId=queue)["Queue"]
    (action,) = hands.centre.run(load(tmp_path / "stack", "dev", known_kinds()), dry_run=True).plan.pending
    assert [each.field for each in action.differences] == ["max_contacts", "tags.Team"]


def test_adopt_creates_nothing(typed: Callable[..., Result], tmp_path: Path, hands: Hands) -> None:
    with (tmp_path / "stack" / "all.yaml").open("a", encoding="utf-8") as file:
        file.write("  Ghost: {hours_of_operation: Day}\n")
    said = typed("adopt", "connect.queue/Ghost")
    assert said.exit_code == REFUSED
    assert "connect.queue/Ghost: the plan would create it, and this command may only adopt" in said.stdout
    assert "Ghost" not in hands.names()


def test_ignore_keeps_comments_and_plan_leaves_it_out(typed: Callable[..., Result], tmp_path: Path) -> None:
    until = ("--until", "9999-12-31")
    dry = typed("ignore", "connect.queue/Old*", "--reason", "the old: centre", *until, "--dry-run")
    line = '  - {resource: "connect.queue/Old*", reason: "the old: centre", until: "9999-12-31"}\n'
    assert f"+{line}" in dry.stdout
    said = typed("ignore", "connect.queue/Old*", "--reason", "the old: centre", *until)
    assert said.stdout == "ignored: connect.queue/Old*\nwritten: stack.yaml\n"
    assert (tmp_path / "stack" / "stack.yaml").read_text() == FILES["stack.yaml"] + line
    (_, entry) = load(tmp_path / "stack", "dev", known_kinds()).ignore
    assert (entry.resource, entry.reason, entry.until) == (
        "connect.queue/Old*",
        "the old: centre",
        "9999-12-31",
    )
    again = typed("ignore", "connect.queue/Old*", "--reason", "twice")
    assert again.stderr == "connect.queue/Old*: stack.yaml:8:16 has this entry already\n"


def test_what_nobody_owns_is_deleted_after_a_yes(hands: Hands, typed: Callable[..., Result]) -> None:
    for name in ("Gone 1", "Gone 2", "Stays"):
        hands.queue(name)
    names = ("connect.queue/Gone 1", "connect.queue/Gone 2")
    assert "Plan: 2 to delete" in typed("delete", *names, "--dry-run").stdout
    refused = typed("delete", *names)
    assert refused.exit_code == INVALID
    assert "there is no terminal for the answer; add --yes" in refused.stderr
    said = typed("delete", *names, "--yes")
    assert said.exit_code == SETTLED, said.stdout + said.stderr
    assert "Settled: 2 changes, 2 mutating calls" in said.stdout
    assert hands.names().isdisjoint({"Gone 1", "Gone 2"})
    assert {"Stays", "Main"} <= hands.names()


@pytest.mark.parametrize(("answer", "stays"), [(True, False), (False, True)])
def test_a_terminal_is_asked(
    hands: Hands, typed: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, answer: bool, stays: bool
) -> None:
    hands.queue(f"Asked {answer}")
    questions = []

    def ask(question: str) -> bool:
        questions.append(question)
        return answer

    monkeypatch.setattr(console, "can_ask", lambda: True)
    monkeypatch.setattr(console, "ask", ask)
    typed("delete", f"connect.queue/Asked {answer}")
    assert questions == ["1 resource deleted or replaced: apply this plan?"]
    assert (f"Asked {answer}" in hands.names()) is stays


def test_what_another_stack_marks_after_the_plan_is_left_alone(hands: Hands) -> None:
    queue = hands.queue("Late")
    arn = hands.api.call("describe_queue", **hands.home, QueueId=queue)["Queue"]["QueueArn"]
    key = Key("connect.queue", "Late")
    stack = replace(load(hands.directory, "dev", known_kinds()), unwanted=frozenset({key}))

    def mark(_plan: Plan, _left: Callable[[], float]) -> None:
        hands.api.call("tag_resource", resourceArn=arn, tags=FOREIGN)

    options = Options(only=(str(key),), keys=frozenset({key}), only_verb="delete")
    account, clock = hands.centre.account(), hands.centre.clock
    report = Pass(stack, known_kinds(), account, clock, options, Quiet(), mark).run()
    assert report.results[key].outcome == "refused"
    assert "it has the mark of stack sales/prod now; it is left alone" in report.results[key].message
    assert "Late" in hands.names()


def test_what_the_stack_owns_and_no_file_has_is_recorded_or_deleted(
    hands: Hands, typed: Callable[..., Result], tmp_path: Path
) -> None:
    for name in ("Kept", "Dropped"):
        hands.queue(f"{name} in AWS", {"reconciler:stack": "small/dev", "reconciler:key": name})
    assert typed("record", "connect.queue/Kept").exit_code == 0
    assert "  Kept: {hours_of_operation: Day}\n" in (tmp_path / "stack" / "all.yaml").read_text()
    deleted = typed("delete", "connect.queue/Dropped", "--yes")
    assert deleted.exit_code == SETTLED, deleted.stdout + deleted.stderr
    assert hands.names() & {"Kept in AWS", "Dropped in AWS"} == {"Kept in AWS"}


def test_what_is_in_use_stays(hands: Hands, typed: Callable[..., Result]) -> None:
    config = [
        {
            "Day": "MONDAY",
            **{each: {"Hours": 8, "Minutes": at} for at, each in ((0, "StartTime"), (9, "EndTime"))},
        }
    ]
    made = hands.api.call(
        "create_hours_of_operation", **hands.home, Name="Used", TimeZone="UTC", Config=config
    )
    hours = {"HoursOfOperationId": made["HoursOfOperationId"]}
    hands.api.call("create_queue", **hands.home, Name="User", **hours)
    said = typed("delete", "connect.hours_of_operation/Used", "--yes")
    assert said.exit_code == FAILED
    assert "it is used by connect.queue/User; delete that user or its reference first\n" in said.stdout


def test_what_others_or_aws_own_is_refused(hands: Hands, typed: Callable[..., Result]) -> None:
    hands.queue("Theirs", FOREIGN)
    for command in ("record", "adopt", "delete"):
        said = typed(command, "connect.queue/Theirs", *(["--yes"] if command == "delete" else []))
        assert said.exit_code == REFUSED
        assert (
            "connect.queue/Theirs: it belongs to stack sales/prod, and only that stack may change"
            in said.stderr
        )
    made = typed("delete", "connect.queue/BasicQueue", "--yes")
    assert (made.exit_code, "AWS created it itself" in made.stderr) == (REFUSED, True)
    claim = {**hands.home, "PhoneNumber": "+442000000009"}
    found = hands.api.call(
        "search_available_phone_numbers", **hands.home, PhoneNumberCountryCode="GB", PhoneNumberType="DID"
    )
    claim["PhoneNumber"] = found["AvailableNumbersList"][0]["PhoneNumber"]
    hands.api.call("claim_phone_number", **claim)
    said = typed("delete", f"connect.phone_number/{claim['PhoneNumber']}", "--yes")
    assert (said.exit_code, "every connect.phone_number is protected" in said.stderr) == (REFUSED, True)


WRONG = {
    "record Main": "Main: write a resource as KIND/NAME",
    "record connect.queu/A": 'connect.queu/A: no kind named "connect.queu" is known; did you mean "connect.queue"?',
    "record connect.queue/A connect.queue/A": "connect.queue/A: named twice; name each resource once",
    "record connect.queue/Main": "connect.queue/Main: the files have it already (all.yaml:12:3); `reconciler accept`",
    "record connect.queue/!?": "connect.queue/!?: AWS has no such resource beside the stack; `reconciler plan",
    "record s3.bucket/b": "s3.bucket/b: the files have no s3.bucket, so its kind is not looked at",
    "record connect.queue/A --env prod": 'no environment named "prod"; there are dev',
    "adopt connect.queue/": "connect.queue/: write a resource as KIND/NAME",
    "adopt connect.queue/Nobody": "connect.queue/Nobody: AWS has no such resource beside the stack",
    "delete connect.queue/Main --yes": "connect.queue/Main: the files have it already (all.yaml:12:3); to delete it",
    "delete connect.queue/Nobody --yes": "connect.queue/Nobody: AWS has no such resource beside the stack",
    "ignore A --reason r": "resource: expected KIND/NAME; * and ? are wildcards",
    "ignore connect.queu/A --reason r": 'resource: no kind named "connect.queu" is known; did you mean',
    "ignore connect.queue/A --reason r --field nam": 'field: connect.queue has no field "nam"',
    "ignore connect.queue/A --reason r --until soon": "--until soon: expected a day as YYYY-MM-DD",
    "ignore connect.queue/A --reason r --until 2001-02-29": "--until 2001-02-29: the calendar has no such day",
    "ignore connect.queue/A --reason r --until 2001-02-03": "--until 2001-02-03: this day has passed",
    "ignore connect.queue/Known --reason r": "connect.queue/Known: stack.yaml:7:16 has this entry already",
    "ignore connect.queue/A connect.queue/A --reason r": "connect.queue/A: named twice; name each once",
}


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_input_is_one_clear_line(typed: Callable[..., Result], tmp_path: Path, words: str) -> None:
    said = typed(*words.split())
    assert said.exit_code == INVALID
    assert WRONG[words] in said.stderr
    assert len(said.stderr.splitlines()) == 1 or "--env" in words
    assert said.stdout == ""
    assert {path: (tmp_path / "stack" / path).read_text() for path in FILES} == FILES


def test_a_folder_without_a_stack_and_an_unknown_command_are_one_line(tmp_path: Path) -> None:
    said = CliRunner().invoke(
        app, ["extra", "ignore", str(tmp_path / "no"), "connect.queue/A", "--reason", "r"]
    )
    assert said.exit_code == INVALID
    assert "there is no such directory" in said.stderr
