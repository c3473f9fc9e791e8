"""A plugin of pytest, for `pytest -p tests.mutation.plugin`: `--measure-to` measures tests, `--play` plays some of them."""

import json
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import reconciler
from tests.mutation.covered import measured_file

ROOT = Path(__file__).parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--measure-to", help="a folder; which lines each test runs is written there")
    parser.addoption(
        "--play", help="a file of JSON: `tests`, in their order, and the CPU `seconds` they may take"
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    where = Path(str(reconciler.__file__)).resolve()
    if not where.is_relative_to(ROOT):
        raise pytest.UsageError(f"{where} is not the code in {ROOT}")
    folder, job = config.getoption("--measure-to"), config.getoption("--play")
    if job:
        config.pluginmanager.register(Playing(Path(job)))
    elif folder and (hasattr(config, "workerinput") or not config.getoption("numprocesses", None)):
        config.pluginmanager.register(Measuring(Path(folder)))


class Measuring:
    """Which lines each test runs, its fixtures included, and how many CPU seconds it takes."""

    def __init__(self, folder: Path) -> None:
        from coverage import Coverage

        self._folder = folder
        self._data = folder / f".coverage.{os.getpid()}"
        self._coverage = Coverage(
            data_file=str(self._data), config_file=False, include=[f"{ROOT}/reconciler/*"]
        )
        self._coverage.start()
        self._seconds: dict[str, float] = {}
        self._failed: set[str] = set()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        began = sum(os.times()[:4])
        self._coverage.switch_context(item.nodeid)
        answer = yield
        self._coverage.switch_context("")
        self._seconds[item.nodeid] = sum(os.times()[:4]) - began
        return answer

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome != "passed":
            self._failed.add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._coverage.stop()
        self._coverage.save()
        lines = self._lines()
        by_file: dict[str, dict[str, Any]] = {}
        for name, seconds in self._seconds.items():
            if name not in self._failed:
                entry = {"seconds": round(seconds, 3), "lines": lines.get(name, {})}
                by_file.setdefault(name.partition("::")[0], {})[name] = entry
        for file in {item.nodeid.partition("::")[0] for item in session.items}.intersection(
            name.partition("::")[0] for name in self._seconds
        ):
            target = measured_file(ROOT, self._folder, file)
            target.write_text(json.dumps(by_file.get(file, {})), encoding="utf-8")
        self._data.unlink(missing_ok=True)

    def _lines(self) -> dict[str, dict[str, list[int]]]:
        """By test and file."""
        data = self._coverage.get_data()
        found: dict[str, dict[str, list[int]]] = {}
        for file in data.measured_files():
            path = Path(file)
            if not path.is_relative_to(ROOT):
                continue
            for line, names in data.contexts_by_lineno(file).items():
                for name in names:
                    if name:
                        found.setdefault(name, {}).setdefault(str(path.relative_to(ROOT)), []).append(line)
        return found


class Playing:
    """Only some tests, in a certain order; the first that fails is written down."""

    def __init__(self, job: Path) -> None:
        data = json.loads(job.read_text(encoding="utf-8"))
        self._order = {name: place for place, name in enumerate(data["tests"])}
        self._failed = job.with_suffix(".failed")
        resource.setrlimit(resource.RLIMIT_CPU, (data["seconds"], data["seconds"] + 5))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        wanted = [item for item in items if item.nodeid in self._order]
        items[:] = sorted(wanted, key=lambda item: self._order[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed and not self._failed.exists():
            self._failed.write_text(report.nodeid, encoding="utf-8")
