"""Kinds of other packages with an entry point: unusable ones are reported with one line for each mistake."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.declarations import BadKinds
from reconciler.kinds import brought_kinds

KIND = '''\
"""A kind of somebody else."""
from reconciler.resources.logs.log_group import LogGroupAdapter


class Gadget(LogGroupAdapter):
    """As a log group."""

    kind = "acme.gadget"


KINDS = (Gadget,)
'''


def install(folder: Path, source: str, name: str = "acme_kinds") -> Path:
    """Create an installed package with one module."""
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[reconciler.kinds]\nacme = {name}:KINDS\n")
    module = folder / f"{name}.py"
    module.write_text(source)
    return module


def lines_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages about the kinds in a folder."""
    monkeypatch.syspath_prepend(folder)
    for name in ("acme_kinds", "other_kinds"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(BadKinds) as raised:
        brought_kinds.__wrapped__()
    return [*raised.value.lines]


MISTAKES = {
    "a misspelt declaration": (
        KIND.replace('kind = "acme.gadget"', 'kind = "acme.gadget"\n    sumary = "a gadget"'),
        "{file}:5: Gadget: sumary: there is no such declaration; did you mean summary",
    ),
    "a name that we do not have": (
        KIND.replace("import LogGroupAdapter", "import LogGroup"),
        "{file}:5: NameError: name 'LogGroupAdapter' is not defined",
    ),
    "a module that is not there": (
        "import gadgets_that_are_nowhere",
        "{file}:1: ModuleNotFoundError: No module named 'gadgets_that_are_nowhere'",
    ),
    "no Python": ("KINDS = (", "{file}:1: SyntaxError: '(' was never closed"),
    "no list": (
        KIND.replace("(Gadget,)", "Gadget"),
        "acme_kinds:KINDS: expected a tuple of classes of kinds",
    ),
    "a list of something else": (
        KIND.replace("(Gadget,)", '("Gadget",)'),
        "acme_kinds:KINDS: expected a tuple of classes of kinds",
    ),
    "a list that is not there": (
        KIND.replace("KINDS", "ALL"),
        "AttributeError: module 'acme_kinds' has no attribute 'KINDS'",
    ),
}


@pytest.mark.parametrize(("source", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_names_the_package_and_the_file(
    source: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = install(tmp_path, source)
    assert lines_of(tmp_path, monkeypatch) == [f"package acme_kinds 1.0: {said.format(file=file)}"]


def test_the_mistakes_of_all_packages_are_named_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, KIND.replace("acme.gadget", "gadget"))
    install(tmp_path, KIND.replace("(Gadget,)", "None"), "other_kinds")
    first, second = sorted(lines_of(tmp_path, monkeypatch))
    assert first.endswith("Gadget: kind: 'gadget' is not of the form service.kind")
    assert second == "package other_kinds 1.0: other_kinds:KINDS: expected a tuple of classes of kinds"


def test_a_kind_that_two_packages_bring_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, KIND.replace("acme.gadget", "s3.bucket"))
    assert lines_of(tmp_path, monkeypatch) == [
        "kind s3.bucket: both reconciler.resources and acme_kinds define it"
    ]


def test_a_command_says_it_in_one_line(tmp_path: Path) -> None:
    file = install(tmp_path, KIND.replace('kind = "acme.gadget"', 'kind = "acme.gadget"\n    sumary = ""'))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "reconciler", "kinds"]
    told = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    said = "there is no such declaration; did you mean summary"
    assert (told.returncode, told.stdout) == (3, "")
    assert told.stderr == f"package acme_kinds 1.0: {file}:5: Gadget: sumary: {said}\n"
