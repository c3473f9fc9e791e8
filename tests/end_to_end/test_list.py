"""`reconciler list` and `show` as a user types them, against the example centre in a sandbox."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.text import Text

from reconciler import console
from reconciler.cli.exits import FAILED, INVALID, REFUSED
from reconciler.desired import load
from reconciler.kinds import known_kinds
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.typed import CENTRE

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
DEV = (CENTRE, "--env", "dev")


@pytest.fixture(scope="module")
def centre() -> Iterator[LiveCentre]:
    with live() as centre:
        yield centre


def test_everything_that_the_stack_owns_is_listed_once(centre: LiveCentre) -> None:
    typed = centre.type("list", *DEV, "--json")
    assert typed.exit_code == 0
    listed = json.loads(typed.stdout)
    assert (listed["stack"], listed["environment"], listed["region"]) == (
        "contact-center",
        "dev",
        "eu-west-2",
    )
    stack = load(CENTRE, "dev", known_kinds())
    owned = [(key.kind, key.name) for key in sorted(stack.resources) if not stack.resources[key].existing]
    assert [(each["kind"], each["name"]) for each in listed["resources"]] == owned
    for each in listed["resources"]:
        assert each["state"] == "owned"
        assert re.fullmatch(UUID, each["id"])
        assert each["arn"].startswith("arn:aws:connect:eu-west-2:123456789012:")
        assert each["console"].startswith("https://")
        assert each["place"]


def test_numbers_and_the_access_url_are_key_facts(centre: LiveCentre) -> None:
    rows = json.loads(centre.type("list", *DEV, "--json").stdout)["resources"]
    facts = {each["name"]: each["attributes"] for each in rows if each["attributes"]}
    assert re.fullmatch(r"\+44\d+", facts["main_line"]["phone_number"])
    assert facts["full-contact-center-dev"]["access_url"].startswith("https://")
    assert set(facts) == {"main_line", "toll_free", "full-contact-center-dev"}


def test_a_flow_has_a_link_to_its_own_page(centre: LiveCentre) -> None:
    rows = json.loads(centre.type("list", *DEV, "--kind", "connect.contact_flow", "--json").stdout)[
        "resources"
    ]
    main = next(each for each in rows if each["name"] == "MainFlow")
    arn = main["arn"].replace(":", "%3A").replace("/", "%2F")
    assert main["console"] == f"https://full-contact-center-dev.my.connect.aws/contact-flows/edit?id={arn}"


def test_csv_and_the_lines_of_a_pipe_have_the_same_columns(centre: LiveCentre) -> None:
    only = (*DEV, "--kind", "connect.phone_number", "--kind", "connect.queue")
    heading, *rows = csv.reader(io.StringIO(centre.type("list", *only, "--csv").stdout))
    assert heading == ["kind", "name", "state", "id", "arn", "facts", "console"]
    piped = centre.type("list", *only).stdout
    assert [line.split("\t") for line in piped.splitlines()] == rows
    assert {row[0] for row in rows} == {"connect.phone_number", "connect.queue"}


def test_a_terminal_gets_a_table(centre: LiveCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "is_terminal", lambda: True)
    heading, *rows = centre.type("list", *DEV, "--kind", "connect.phone_number").stdout.splitlines()
    assert heading.split() == ["kind", "name", "state", "id", "facts"]
    assert [row.index("owned") for row in rows] == [heading.index("state")] * 2


def test_what_is_missing_and_what_is_not_ours_is_told(centre: LiveCentre, tmp_path: Path) -> None:
    stack = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    (stack / "more.yaml").write_text("connect.user_hierarchy_group: {Night: {}}\n")
    header = stack / "stack.yaml"
    header.write_text(header.read_text().replace("stack: contact-center", "stack: other"))
    rows = json.loads(centre.type("list", stack, "--env", "dev", "--json").stdout)["resources"]
    states = {each["name"]: each["state"] for each in rows}
    assert states["Night"] == "missing"
    assert states["CustomerService"] == "foreign"


def test_what_the_files_no_longer_have_is_extra(centre: LiveCentre, tmp_path: Path) -> None:
    stack = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    people = stack / "people.yaml"
    people.write_text(people.read_text().replace("  new.agent:", "  newer.agent:"))
    rows = json.loads(centre.type("list", stack, "--env", "dev", "--kind", "connect.user", "--json").stdout)[
        "resources"
    ]
    assert {each["name"]: each["state"] for each in rows} == {
        "admin": "owned", "john.smith": "owned", "newer.agent": "missing", "new.agent": "extra",
    }  # fmt: skip


@pytest.mark.parametrize("word", ["main_line", "connect.phone_number/main_line"])
def test_one_resource_is_shown(centre: LiveCentre, word: str) -> None:
    typed = centre.type("show", CENTRE, word, "--env", "dev")
    assert typed.exit_code == 0
    first, *lines = typed.stdout.splitlines()
    assert first == "connect.phone_number/main_line"
    shown = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines}
    assert set(shown) == {"state", "id", "arn", "phone_number", "console", "place"}
    assert shown["state"] == "owned"


def test_attributes_that_no_list_shows_are_read(centre: LiveCentre) -> None:
    shown = json.loads(
        centre.type("show", CENTRE, "full-contact-center-dev", "--env", "dev", "--json").stdout
    )
    assert set(shown["attributes"]) == {"access_url", "service_role"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("list", *DEV, "--kind", "connect.que"), '"connect.que"; did you mean "connect.queue"?'),
        (("list", *DEV, "--kind", "x"), "the stack manages nothing of kind"),
        (("list", *DEV, "--json", "--csv"), "leave one of them out"),
        (("list", "nowhere"), "there is no such directory"),
        (("list", CENTRE, "--env", "live"), "no environment named"),
        (("show", CENTRE, "main_lin", "--env", "dev"), 'did you mean "main_line"?'),
        (("show", CENTRE, "connect.queue/Customer", "--env", "dev"), "did you mean"),
        (("show", CENTRE, "AgentProfile", "--env", "dev"), "is the name of several resources; write one of"),
        (("show", CENTRE, "", "--env", "dev"), "the stack manages no resource"),
        (("show", CENTRE, "zzzzzzzzzz", "--env", "dev"), "`reconciler list` names them"),
    ],
)
def test_a_wrong_input_is_one_clear_line(centre: LiveCentre, words: tuple[object, ...], said: str) -> None:
    typed = centre.type(*words)
    assert typed.exit_code == INVALID
    assert said in typed.stderr
    assert typed.stdout == ""


def test_credentials_of_another_account_are_refused(centre: LiveCentre) -> None:
    typed = centre.type("list", CENTRE, "--env", "prod")
    assert typed.exit_code == REFUSED
    assert "belong to account 123456789012" in typed.stderr


def test_what_could_not_be_read_is_a_failure(centre: LiveCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    from reconciler.errors import Refused

    def refuse(*_: object) -> None:
        raise Refused("search_queues", "AccessDeniedException", "no")

    monkeypatch.setattr(type(known_kinds()["connect.queue"]), "list", refuse)
    monkeypatch.setattr(type(known_kinds()["connect.queue"]), "list_versions", refuse)
    typed = centre.type("list", *DEV, "--kind", "connect.queue")
    assert typed.exit_code == FAILED
    assert "AccessDeniedException" in typed.stderr
    assert "unreadable" in typed.stdout


def test_a_name_cannot_harm_a_terminal() -> None:
    assert console.printable(Text("a\tb")).plain == "a\\tb"
