"""`reconciler export --update` as a user types it: what lives is merged into files that are there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from reconciler.cli.exits import INVALID
from reconciler.desired import load
from reconciler.kinds import known_kinds
from tests.end_to_end.edited_centre import Files, Hands, edited_centre

AT = ("--instance", "full-contact-center-dev", "--region", "eu-west-2")
QUEUE, THIRD = "connect.queue/CustomerService", "connect.queue/Third"


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    with edited_centre(tmp_path_factory.mktemp("centre") / "stack") as hands:
        yield hands


def update(hands: Hands, folder: Path, *words: object) -> Result:
    return hands.centre.type("export", *AT, "--out", folder, "--update", *words)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_an_unchanged_account_changes_no_byte(hands: Hands, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert hands.centre.type("export", *AT, "--out", out).exit_code == 0
    before = contents(out)
    said = update(hands, out)
    assert (said.exit_code, said.stderr) == (0, "")
    assert said.stdout.startswith(f"{out}: 0 fields changed, 0 resources added, 0 files written\n")
    assert contents(out) == before


def test_files_that_an_author_wrote_get_what_they_do_not_set(hands: Hands, tmp_path: Path) -> None:
    files = Files(hands, tmp_path / "stack")
    said = update(hands, files.folder, "--env", "dev")
    assert (said.exit_code, said.stderr) == (0, "")
    timer = "+     agent_availability_timer: TIME_SINCE_LAST_ACTIVITY"
    found = files.changes()
    numbers = {'+     phone_number: "+442000000000"', '+     phone_number: "+448000000000"'}
    attributes = {*found.pop("instance.yaml")} - numbers
    assert found == {"routing.yaml": [timer, timer]}
    assert "+       use_custom_tts_voices: false" in attributes  # a member of a written map
    assert all(re.fullmatch(r"\+ {7}[a-z_]+: (true|false)", each) for each in attributes)
    assert files.pending() == set()
    files.before = files.texts()
    assert update(hands, files.folder, "--env", "dev").exit_code == 0
    assert files.changes() == {}


def test_changes_and_new_resources_are_merged_and_comments_stay(hands: Hands, tmp_path: Path) -> None:
    files = Files(hands, tmp_path / "stack")
    out = tmp_path / "out"
    assert hands.centre.type("export", *AT, "--out", out).exit_code == 0
    text = (
        (out / "queue.yaml")
        .read_text()
        .replace("  CustomerService:\n", "  # The first.\n  CustomerService:\n")
    )
    (out / "queue.yaml").write_text(text)
    files.folder = out
    files.before = files.texts()
    hands.call("update_queue_max_contacts", QueueId=hands.ids[QUEUE], MaxContacts=75)
    made = hands.call("create_hours_of_operation", Name="Nights", TimeZone="UTC", Config=[])
    hours = made["HoursOfOperationId"]
    hands.call("create_queue", Name="Last", HoursOfOperationId=hours, Description="Of the night")
    hands.call("delete_quick_connect", QuickConnectId=hands.ids["connect.quick_connect/Emergency Line"])
    said = update(hands, out)
    assert (said.exit_code, said.stderr) == (0, "")
    assert said.stdout == (
        f"{out}: 1 field changed, 2 resources added, 2 files written\n"
        "Changed:\n  connect.queue/CustomerService.max_contacts\n"
        "Added:\n  connect.hours_of_operation/Nights\n  connect.queue/Last\n"
        "In the files, and not in AWS:\n  connect.quick_connect/Emergency Line\n"
    )
    assert files.changes() == {
        "hours_of_operation.yaml": ["+   Nights: {time_zone: UTC, config: []}"],
        "queue.yaml": [
            "-     max_contacts: 100",
            "+     max_contacts: 75",
            "+   Last: {description: Of the night, hours_of_operation: Nights}",
        ],
    }
    assert "  # The first.\n  CustomerService:\n" in (out / "queue.yaml").read_text()
    stack = load(out, None, known_kinds())
    assert {"Nights", "Last"} <= {key.name for key in stack.resources}
    files.before = files.texts()
    assert update(hands, out).exit_code == 0
    assert files.changes() == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "none"), "--out none: there is no stack.yaml; leave out --update for the first export"),
        (("--env", "dev", "--region", "eu-west-1"), "--region eu-west-1: the files in"),
        (("--env", "dev", "--owned-by", "a/b"), "--owned-by a/b: the files in"),
        (("--owned-by", "a"), "write the mark as STACK/ENVIRONMENT"),
        (("--env", "test"), 'no environment named "test"; there are dev, prod'),
        ((), "there are several environments; say which one: dev, prod"),
        (("--env", "dev", "--instance", "zzz"), "no instance has the alias"),
        (("--env", "dev", "--kind", "connect.que"), 'did you mean "connect.queue"?'),
        (("--env", "dev", "--tag", "x"), "write a tag as KEY=VALUE"),
        (("--env", "dev", "--tag", "x=y"), "nothing in the instance has all of these tags"),
    ],
)
def test_wrong_words_are_one_line(hands: Hands, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    files = Files(hands, tmp_path / "stack")
    typed = update(hands, files.folder, *words)
    first, *more = typed.stderr.splitlines()
    assert typed.exit_code == INVALID
    assert said in first
    assert more in ([], ["1 mistake; no call was made"])
    assert files.changes() == {}


def test_an_environment_needs_update(hands: Hands, tmp_path: Path) -> None:
    typed = hands.centre.type("export", *AT, "--out", tmp_path / "new", "--env", "dev")
    assert (typed.exit_code, typed.stderr.count("\n")) == (INVALID, 1)


def test_a_name_that_no_file_can_have_is_listed_and_stops_nothing(hands: Hands, tmp_path: Path) -> None:
    out, new = tmp_path / "out", tmp_path / "new"
    assert hands.centre.type("export", *AT, "--out", out).exit_code == 0
    hours = hands.ids["connect.hours_of_operation/UK Business Hours"]
    made = hands.call("create_queue", Name="Spaced ", HoursOfOperationId=hours)
    hands.call("create_queue", Name="Newer", HoursOfOperationId=hours)
    said, exported = update(hands, out), hands.centre.type("export", *AT, "--out", new)
    listed = f"Spaced  ({made['QueueId']}): its name begins or ends with a space; rename it in AWS\n"
    assert (said.exit_code, exported.exit_code) == (0, 0)
    assert "1 resource added" in said.stdout
    for each, folder in ((said, out), (exported, new)):
        assert f"Not exported:\n  connect.queue/{listed}" in each.stdout
        assert hands.centre.type("validate", folder).exit_code == 0
