"""A cached stack is equal to the loaded one, and is used until something that it depends on changes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reconciler.desired import InvalidStack, load, load_parsed, loader, parsed
from reconciler.kinds import known_kinds

EXAMPLES = Path(__file__).parents[2] / "desired_state"


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """A copy of the contact centre that a test may change."""
    return Path(shutil.copytree(EXAMPLES / "contact_center", tmp_path / "centre"))


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every stack that is loaded from its files."""
    loaded: list[Any] = []

    def load_and_note(*words: Any) -> Any:
        loaded.append(words)
        return load(*words)

    monkeypatch.setattr(loader, "load", load_and_note)
    return loaded


@pytest.mark.parametrize(("name", "environment"), [("contact_center", "dev"), ("contact_center", "prod")])
def test_it_is_the_same_stack(name: str, environment: str, tmp_path: Path, loads: list[Any]) -> None:
    first, second = (
        load_parsed(EXAMPLES / name, environment, known_kinds(), tmp_path / "kept") for _ in range(2)
    )
    assert first == second == load(EXAMPLES / name, environment, known_kinds())
    assert len(loads) == 1


@pytest.mark.parametrize("file", ["routing.yaml", "flows/main.json", "stack.yaml"])
def test_a_changed_file_is_read_anew(file: str, centre: Path, tmp_path: Path, loads: list[Any]) -> None:
    load_parsed(centre, "dev", known_kinds(), tmp_path / "kept")
    with (centre / file).open("a") as out:
        out.write("\n")
    load_parsed(centre, "dev", known_kinds(), tmp_path / "kept")
    assert len(loads) == 2


def test_another_environment_and_other_kinds_are_read_anew(
    centre: Path, tmp_path: Path, loads: list[Any]
) -> None:
    kinds = dict(known_kinds())
    load_parsed(centre, "dev", kinds, tmp_path / "kept")
    load_parsed(centre, "prod", kinds, tmp_path / "kept")
    del kinds["s3.bucket"]
    load_parsed(centre, "dev", kinds, tmp_path / "kept")
    assert len(loads) == 3


def test_what_has_a_mistake_is_never_kept(centre: Path, tmp_path: Path) -> None:
    (centre / "more.yaml").write_text("connect.queue:\n  A: {max_contacts: x}\n")
    for _ in range(2):
        with pytest.raises(InvalidStack):
            load_parsed(centre, "dev", known_kinds(), tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_broken_file_is_like_none(centre: Path, tmp_path: Path, loads: list[Any]) -> None:
    wanted = load_parsed(centre, "dev", known_kinds(), tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()
    for broken in ("", "{", "[]", json.dumps({"resources": [[1]]})):
        file.write_text(broken)
        assert load_parsed(centre, "dev", known_kinds(), tmp_path / "kept") == wanted
    file.write_text(file.read_text().replace("CustomerService", "AnotherQueue"))
    assert load_parsed(centre, "dev", known_kinds(), tmp_path / "kept") == wanted
    assert len(loads) == 6


def test_only_the_newest_are_kept(centre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsed, "KEPT", 2)
    for number in range(4):
        (centre / "note.txt").write_text(str(number))
        load_parsed(centre, "dev", known_kinds(), tmp_path / "kept")
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_the_code_of_every_kind_counts() -> None:
    root = Path(parsed.__file__).parents[2]
    found = {file.resolve() for file in parsed.code_files(parsed._packages(known_kinds()))}
    assert root / "resources" / "connect" / "queue.py" in found
    assert root / "reconciler" / "encoder.py" in found
