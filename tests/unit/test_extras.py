"""Missing optional packages are reported with the name of their extra."""

from importlib import metadata
from importlib.resources import files

import pytest
import typer

from reconciler import cli
from reconciler.cli import extras
from reconciler.cli.exits import FAILED


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the packages that `pip install connect-reconciler` installs."""
    optional = {name for extra in extras.EXTRAS for name in extras.packages_of(extra)}
    installed = metadata.distribution

    def distribution(name: str) -> metadata.Distribution:
        if name.lower() in optional:
            raise metadata.PackageNotFoundError(name)
        return installed(name)

    monkeypatch.setattr(metadata, "distribution", distribution)


@pytest.mark.parametrize(
    ("extra", "what"), [("daemon", "the daemon"), ("sandbox", "the sandbox"), ("telemetry", "tracing")]
)
def test_an_extra_that_is_missing_is_named(
    extra: str, what: str, plain: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        extras.need(extra, what)
    assert ended.value.exit_code == FAILED
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{what} needs ")
    assert line.endswith(f"; pip install 'connect-reconciler[{extra}]'")


@pytest.mark.parametrize(
    "words",
    [
        ["daemon", "somewhere"],
        ["sandbox"],
        ["demo"],
        ["once", "desired_state/stamp_rally", "--env", "dev", "--sandbox"],
    ],
)
def test_a_command_without_its_extra_ends_in_one_line(
    words: list[str], plain: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["reconciler", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err.splitlines()
    assert (ended.value.code, len(said)) == (FAILED, 1), said
    assert "pip install 'connect-reconciler[" in said[0]


def test_what_is_installed_is_not_asked_for() -> None:
    for extra in extras.EXTRAS:
        extras.need(extra, "this")


@pytest.mark.parametrize(
    ("module", "extra"),
    [
        ("moto.core", "sandbox"),
        ("prometheus_client", "daemon"),
        ("opentelemetry.sdk", "telemetry"),
        ("numpy", None),
        ("", None),
    ],
)
def test_the_extra_of_a_module_is_known(module: str, extra: str | None) -> None:
    assert extras.extra_of(module) == extra


def test_a_module_that_is_missing_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def app(**_: object) -> int:
        raise ModuleNotFoundError("No module named 'prometheus_client'", name="prometheus_client")

    monkeypatch.setattr(cli, "command_line", lambda: app)
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr().err == (
        "prometheus_client is not installed; pip install 'connect-reconciler[daemon]'\n"
    )


def test_the_example_stacks_come_with_the_package() -> None:
    for name in ("contact_center", "stamp_rally"):
        assert (files("reconciler") / "examples" / name / "stack.yaml").is_file()
