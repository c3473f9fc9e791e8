"""The application is a package of its own."""

import ast
import sys
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "lambda_src" / "staff_integration"
DISTRIBUTION = {
    "jwt": "pyjwt",
    "yaml": "pyyaml",
    "argon2": "argon2-cffi",
    "starlette": "fastapi",
    "prometheus_client": "prometheus-client",
    "botocore": "boto3",
}
"""The names of packages that are imported by another name, or that come with another package."""


def imported() -> set[str]:
    found: set[str] = set()
    for file in (FOLDER / "staff_integration").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found.update(each.name for each in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module or "")
    return {name.partition(".")[0] for name in found}


def test_it_imports_its_own_packages_only_and_their_lock_has_hashes() -> None:
    foreign = imported() - sys.stdlib_module_names - {"staff_integration"}
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
    declared = {each.partition(">=")[0] for each in project["dependencies"]}
    assert {DISTRIBUTION.get(name, name) for name in foreign} <= declared
    entries = (FOLDER / "requirements.lock").read_text().replace("\\\n", "").splitlines()
    locked = {line.partition("==")[0] for line in entries if "==" in line and "--hash=sha256:" in line}
    assert declared <= locked
    assert all("--hash=" in line for line in entries if "==" in line)
