"""Writes docs/performance.md: `python -m benchmarks.document [--large]`, each run in a process of its own."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

RUNS = {
    "10,000 users, 2 calls a second for each operation": ["--users", "10000"],
    "10,000 users, the defaults of 2024 (30 operations at 10 a second)": [
        *("--users", "10000", "--quotas", "2024"),
    ],
    "10,000 users, the e-mail address of each managed": ["--users", "10000", "--email"],
    "1,000 users": ["--users", "1000"],
}
LARGE = {"50,000 users": ["--users", "50000"]}

NAMES = {
    "create_users": "all users created",
    "cold": "cold full pass, associations included",
    "warm": "warm quiet pass",
    "one_drift": "one drifted user found and repaired",
    "export": "export of the instance, without details",
    "describe_each": "one Describe for each resource, as Terraform reads",
}


def measured(options: list[str]) -> dict[str, dict[str, Any]]:
    """The figures of one run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "benchmarks", *options, "--json", str(file)]
        subprocess.run(command, check=True, cwd=DOCUMENT.parents[1], stdout=subprocess.DEVNULL)
        found: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def table(title: str, figures: dict[str, dict[str, Any]]) -> str:
    """One run as a table."""
    rows = [
        f"### {title}",
        "",
        "| what | calls | virtual seconds | throttled | CPU seconds | peak MiB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, label in NAMES.items():
        each = figures[name]
        rows.append(
            f"| {label} | {each['calls']:,} | {each['virtual_seconds']:,.1f} | {each['throttled']:,} "
            f"| {each['cpu_seconds']:.1f} | {each['peak_mib']:,.0f} |"
        )
    ratio = figures["describe_each"]["calls"] / figures["warm"]["calls"]
    return "\n".join([*rows, "", f"A warm pass makes one call where describe-each makes {ratio:,.0f}."])


def main() -> None:
    """Measure everything, and put the tables into the document."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.document", description=__doc__)
    parser.add_argument("--large", action="store_true", help="measure 50,000 users too (ten minutes)")
    runs = RUNS | (LARGE if parser.parse_args().large else {})
    tables: list[str] = []
    for title, options in runs.items():
        tables.append(table(title, measured(options)))
        _write(tables)


def _write(tables: list[str]) -> None:
    """What is measured so far, between the marks of the document."""
    head = f"Measured on {os.cpu_count()} cores with CPython {sys.version.split()[0]}."
    figures = "\n\n".join([BEGIN, head, *tables, END])
    text = DOCUMENT.read_text(encoding="utf-8")
    text = re.sub(f"{BEGIN}.*{END}", lambda _: figures, text, flags=re.DOTALL)
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
