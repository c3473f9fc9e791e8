"""The pages name what there is: every setting, command, option and endpoint of the staff application."""

import ast
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import staff_integration
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel
from staff_integration.api.app import ROUTES
from staff_integration.command_line import COMMANDS
from staff_integration.settings import PREFIX

DOCS = Path(__file__).parents[2] / "docs"
PAGES = "\n".join(each.read_text() for each in (*sorted(DOCS.glob("staff-*.md")), DOCS / "users-from-csv.md"))


def settings_of(source: str) -> Iterator[str]:
    """The names of the settings that a module reads."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Name(id="setting" | "optional"), args=[_, ast.Constant(value=str(name)), *_]
            ):
                yield name


def options_of(parser: ArgumentParser) -> Iterator[str]:
    """The actions and long options of a command, and those of each action."""
    for action in parser._actions:
        yield from (each for each in action.option_strings if each.startswith("--") and each != "--help")
        if isinstance(action.choices, dict):
            for name, below in action.choices.items():
                yield name
                yield from options_of(below)
        elif not action.option_strings:
            yield from map(str, action.choices or ())


def test_every_setting_is_on_a_page_and_every_one_of_a_page_is_read() -> None:
    sources = Path(staff_integration.__file__).parent.rglob("*.py")
    read = {f"{PREFIX}{name}" for each in sources for name in settings_of(each.read_text())}
    read |= {f"{PREFIX}{system}_{part}" for system in ("VOICEDRIVE", "MEDICAL") for part in ("URL", "TOKEN")}
    said = set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]\b", PAGES)) - {"STAFF_TEST_SERVER", "STAFF_BACKUP"}
    assert said == read


def test_every_command_and_option_is_on_a_page() -> None:
    for name, module in COMMANDS.items():
        parser = ArgumentParser()
        module.add(parser)
        missing = [
            each for each in (name, *options_of(parser)) if not re.search(rf"(?<![\w-]){each}\b", PAGES)
        ]
        assert not missing, f"{name}: {missing}"


def test_every_endpoint_is_on_a_page() -> None:
    routes = [each for module in ROUTES for each in module.router.routes if isinstance(each, APIRoute)]
    paths = {re.sub(r"\{(\w+)\}", lambda found: f"{{{to_camel(found[1])}}}", each.path) for each in routes}
    missing = {each for each in paths if f"{each.removeprefix('/api/v1')}`" not in PAGES}
    assert not missing
