"""The benchmarks run, and print their figures."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.typed import ENVIRONMENT, ROOT

FIGURES = r"20 rows, all users in AWS: 2 changes planned in \d+\.\d\d CPU seconds, \d+ MiB at the peak\n"
SCENARIOS = ["create_users", "cold", "warm", "one_drift", "export", "describe_each"]


def test_the_reference_centre_is_measured_and_told_as_a_table(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "--users", "5", "--json", str(file)]
    ended = subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    heading, *rows, ratio = ended.stdout.splitlines()
    assert heading.split()[0] == "calls"
    assert [row.split()[0] for row in rows] == SCENARIOS
    assert ratio.endswith("times the calls of a warm pass")
    figures = json.loads(file.read_text())
    assert {name: type(figures[name]["throttled"]) for name in figures} == dict.fromkeys(SCENARIOS, int)


def test_rows_of_a_csv_file_are_measured() -> None:
    command = [sys.executable, "-m", "benchmarks.load_feed", "20", "live"]
    ended = subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(FIGURES, ended.stdout)
