"""The pytest plugin that runs the contract suite. It does nothing unless a project names the folder of its samples."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from reconciler.testing.tested import KindsUnderTest

OPTION = "reconciler_samples"
CASES = "reconciler_cases"
"""The attribute of a test with its parameters (`reconciler.testing.tested.played`)."""
WHOLE = "whole: a part of the contract suite that takes long for the largest kinds"
TESTED: pytest.StashKey["KindsUnderTest"] = pytest.StashKey()

pytest.register_assert_rewrite("reconciler.testing.suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option with the folder of the samples."""
    parser.addini(OPTION, "the folder with a sample of each of your kinds, for `reconciler.testing`", "paths")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the suite's mark if a project runs the suite."""
    if config.getini(OPTION):
        config.addinivalue_line("markers", WHOLE)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize a test of the suite with the project's kinds."""
    played = getattr(metafunc.function, CASES, None)
    if played:
        names, cases = played
        metafunc.parametrize(names, [*cases(kinds_under_test(metafunc.config))], scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort the tests by kind, so that those of one kind share a sandbox; leave out tests without parameters."""
    if not any(map(_is_ours, items)):
        return
    order = {kind: number for number, kind in enumerate(kinds_under_test(config).kinds)}
    items[:] = [item for item in items if not _is_ours(item) or _kind(item) in order]
    by_kind = iter(sorted(filter(_is_ours, items), key=lambda item: order[_kind(item)]))
    items[:] = [next(by_kind) if _is_ours(item) else item for item in items]


def kinds_under_test(config: pytest.Config) -> "KindsUnderTest":
    """The kinds of the project's samples.

    Raises:
        pytest.Collector.CollectError: the project does not name the folder, or the folder has no sample of an installed kind.
    """
    # Every run of pytest imports this module, so it imports little itself.
    from reconciler.declarations import BadKinds  # noqa: PLC0415
    from reconciler.testing.samples import NoSample  # noqa: PLC0415
    from reconciler.testing.tested import KindsUnderTest  # noqa: PLC0415

    if TESTED not in config.stash:
        folders = config.getini(OPTION)
        if len(folders) != 1:
            raise pytest.Collector.CollectError(f"{OPTION}: name the folder with the samples of your kinds")
        try:
            under_test = KindsUnderTest.by_samples(folders[0])
            found = under_test.sampled
        except (BadKinds, NoSample) as error:
            raise pytest.Collector.CollectError(str(error)) from error
        if not found:
            raise pytest.Collector.CollectError(
                f"{OPTION}: {folders[0]} holds no sample of a kind that is installed; `reconciler kinds` lists them"
            )
        config.stash[TESTED] = under_test
    return config.stash[TESTED]


def _is_ours(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and hasattr(item.function, CASES)


def _kind(item: pytest.Item) -> str:
    callspec: Any = getattr(item, "callspec", None)
    params: Mapping[str, Any] = callspec.params if callspec else {}
    return str(params.get("kind"))
