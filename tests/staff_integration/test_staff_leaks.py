"""No secret of the staff application is anywhere in clear; tests/faults/secret_leaks.py has it as a row of the fault matrix."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.staff_integration import leaks
from tests.staff_integration.leaks import GIVEN, MADE, SINKS, Play


@pytest.mark.parametrize("database", ["sqlite", pytest.param("mariadb", marks=pytest.mark.whole)])
def test_no_secret_is_written_in_clear(database: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path}/staff.db" if database == "sqlite" else leaks.url_of(stack, tmp_path)
        done = leaks.play(tmp_path, url)
    assert done.found() == []
    assert set(done.secrets) == {*GIVEN, *MADE}
    assert all(done.secrets.values())
    assert {sink for sink in SINKS if not "".join(done.texts[sink])} == set()
    assert '"entry_failed"' in "".join(done.texts["log"])


def test_a_secret_in_clear_is_found_and_not_shown() -> None:
    done = Play()
    done.secrets["chosen_password"].add("S3nt1nel")
    done.texts["log"].append("the password S3nt1nel is wrong")
    assert done.found() == ["chosen_password in log: 'the password <SECRET> is wrong'"]
