"""Optional packages (extras): checks whether they are installed, and says how to install them."""

import re
from collections.abc import Iterator

from reconciler.cli.exits import FAILED, exit_with_errors

PROGRAM = "connect-reconciler"
EXTRAS = ("daemon", "sandbox", "telemetry")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def need(extra: str, what: str) -> None:
    """Exit with an error if packages of an extra are missing; `what` needs them."""
    missing = [name for name in packages_of(extra) if not _is_installed(name)]
    if missing:
        exit_with_errors([f"{what} needs {', '.join(missing)}, not installed here; {advice(extra)}"], FAILED)


def need_sandbox() -> None:
    """Exit with an error if the sandbox is not installed."""
    need("sandbox", "the sandbox")


def extra_of(module: str) -> str | None:
    """The extra that installs a module, by the names of its packages; None if there is none."""
    top = module.partition(".")[0].replace("_", "-")
    for extra in EXTRAS:
        if any(name == top or name.startswith(f"{top}-") for name in packages_of(extra)):
            return extra
    return None


def advice(extra: str) -> str:
    """How to install an extra."""
    return f"pip install '{PROGRAM}[{extra}]'"


def installed_version() -> str:
    """The installed version, or that of the working tree; only pyproject.toml holds it."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(PROGRAM)
    except PackageNotFoundError:
        import tomllib
        from pathlib import Path

        import reconciler

        project = Path(reconciler.__file__).parents[1] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


def packages_of(extra: str) -> Iterator[str]:
    """The packages of an extra; empty if the program itself is not installed."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        lines = requires(PROGRAM) or ()
    except PackageNotFoundError:
        return
    for line in lines:
        name, marker = _NAME.match(line), re.search(r"""extra == ["']([^"']+)["']""", line)
        if name and marker and marker[1] == extra:
            yield name[0].lower()


def _is_installed(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
