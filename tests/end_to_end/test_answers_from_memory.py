"""`list`, `show` and `outputs` answer from the cache while it holds, and ask AWS for the rest."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.cache_store import FileCache
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.observing.remembered import HOLDS
from tests.end_to_end.live_centre import REGION, LiveCentre, live
from tests.end_to_end.typed import CENTRE

DEV = (CENTRE, "--env", "dev")
TIMES = "read from AWS N minutes ago; --fresh reads everything again"


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCentre]:
    with live() as centre:
        centre.cache = FileCache(tmp_path_factory.mktemp("cache") / "sightings.sqlite")
        centre.run(load(CENTRE, "dev", known_kinds()))
        yield centre


@pytest.fixture
def centre(applied: LiveCentre, tmp_path: Path) -> Iterator[LiveCentre]:
    """The centre some minutes after the pass, with a copy of its cache."""
    kept = applied.cache
    assert isinstance(kept, FileCache)
    applied.cache = FileCache(Path(shutil.copy(kept._path, tmp_path / "sightings.sqlite")))
    applied.clock.sleep(60)
    applied.asked = 0
    yield applied
    applied.cache = kept


def age(stderr: str) -> str:
    """What a command says of its age, without the number of minutes."""
    return re.sub(r"\d+ minutes?", "N minutes", stderr.strip())


def test_after_a_pass_nothing_is_asked(centre: LiveCentre) -> None:
    typed = centre.type("list", *DEV, "--json")
    assert (typed.exit_code, age(typed.stderr), centre.asked) == (0, TIMES, 0)
    assert typed.stdout == centre.type("list", *DEV, "--json", "--fresh").stdout
    assert centre.asked == 1


def test_only_what_is_lacking_is_asked(centre: LiveCentre, tmp_path: Path) -> None:
    stack = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    (stack / "more.yaml").write_text("connect.user_hierarchy_group: {Night: {}}\n")
    typed = centre.type("list", stack, "--env", "dev", "--json")
    assert centre.asked == 1
    assert age(typed.stderr) == TIMES.replace(";", ", 1 resource now;")
    states = {each["name"]: each["state"] for each in json.loads(typed.stdout)["resources"]}
    assert states["Night"] == "missing"
    assert states["admin"] == "owned"
    typed = centre.type("list", stack, "--env", "dev", "--kind", "connect.user")
    assert centre.asked == 1


def test_attributes_that_no_list_shows_are_asked_once(centre: LiveCentre) -> None:
    scope = f"{centre.account().account}/{REGION}"
    ((instance, memory),) = centre.cache.recall("connect.instance", scope).items()
    listed = {name: value for name, value in memory.members.items() if name != "ServiceRole"}
    centre.cache.keep("connect.instance", scope, {instance: replace(memory, members=listed)})
    shown = [centre.type("show", CENTRE, "full-contact-center-dev", "--env", "dev") for _ in range(2)]
    assert centre.asked == 1
    assert [age(each.stderr) for each in shown] == [TIMES.replace(";", ", some attributes now;"), TIMES]
    assert shown[0].stdout == shown[1].stdout
    assert "service_role" in shown[0].stdout


def test_one_resource_is_shown_without_a_call(centre: LiveCentre) -> None:
    typed = centre.type("show", CENTRE, "main_line", "--env", "dev")
    assert (typed.exit_code, age(typed.stderr), centre.asked) == (0, TIMES, 0)


def test_outputs_come_from_memory(centre: LiveCentre, tmp_path: Path) -> None:
    stack = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    header = stack / "stack.yaml"
    outputs = (
        "number: ${connect.phone_number:main_line#phone_number}\n  queue: ${connect.queue:CustomerService}"
    )
    header.write_text(f"{header.read_text()}\noutputs:\n  {outputs}\n")
    typed = centre.type("outputs", stack, "--env", "dev")
    assert (typed.exit_code, age(typed.stderr), centre.asked) == (0, TIMES, 0)
    assert typed.stdout == centre.type("outputs", stack, "--env", "dev", "--no-cache").stdout
    assert centre.asked == 1


def test_an_old_memory_does_not_hold(centre: LiveCentre) -> None:
    centre.clock.sleep(HOLDS)
    assert centre.type("list", *DEV).stderr == ""
    assert centre.asked == 1
    centre.clock.sleep(60)
    assert "1 minute ago" in centre.type("list", *DEV).stderr
    assert centre.asked == 1
