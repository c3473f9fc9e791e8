"""`python -m tests.faults [--row call_faults ...] [--sample N --seed S] [--shard I/N --results FILE] [--case NAME]`: run the fault matrix and print the violations.

pytest runs the same rows (`test_rows.py`). This program also stores results, continues after an interruption, divides the cases
between several machines, runs random samples, and writes the figures into a document.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random

from tests.faults.registry import DETERMINISTIC, ROWS, Outcome, again, hush, listed, row, run
from tests.faults.results import Results

CHUNK = 20
"""The number of cases that a process gets at once."""
SHOWN = 8
"""The most violations that are shown for a case."""
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
INTERRUPTED, WRONGLY_ASKED = 130, 2
WHOLE = (1, 1)


@dataclass
class Tally:
    """The results of the cases of one row; the CPU seconds are of all processes together."""

    row: str
    title: str
    cases: int = 0
    violated: int = 0
    seconds: float = 0.0
    slowest: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Add the results of some cases."""
        self.cases += outcome.cases
        self.violated += len(outcome.wrong)
        self.seconds += outcome.seconds
        self.slowest = max(self.slowest, outcome.slowest)

    def __str__(self) -> str:
        return (
            f"{self.row:17} {self.title:70} {self.cases:8,} cases {self.violated:5,} violations "
            f"{self.seconds:8,.0f} s, the slowest {self.slowest:.1f} s"
        )

    @property
    def line(self) -> str:
        """The row of the table in docs/reliability.md."""
        return f"| {self.row} | {self.title} | {self.cases:,} | {self.violated:,} | {self.seconds:,.0f} |"


def main() -> int:
    """Run the selected cases; return 1 if there was a violation."""
    asked = _parser().parse_args()
    names = asked.row or list(DETERMINISTIC)
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        print(f"there is no row {unknown[0]!r}; the rows are {', '.join(ROWS)}", file=sys.stderr)
        return WRONGLY_ASKED
    if asked.case is not None:
        return _one_case(names[0], asked.case)
    began = time.monotonic()
    tallies = {name: Tally(name, row(name).title) for name in names}
    broken: list[str] = []
    try:
        _run_all(tallies, asked, broken)
    except KeyboardInterrupt:
        kept = f"; the same command goes on from {asked.results}" if asked.results else ""
        print(f"interrupted{kept}", file=sys.stderr)
        return INTERRUPTED
    for tally in tallies.values():
        print(tally)
    if asked.write and asked.sample is None and asked.shard == WHOLE:
        _write(asked.write, list(tallies.values()))
    violations = sum(tally.violated for tally in tallies.values())
    print(f"{time.monotonic() - began:,.0f} s in all, {asked.processes} processes")
    print(f"{sum(tally.cases for tally in tallies.values())} cases, {violations} violations")
    if broken:
        sample = f" --sample {asked.sample} --seed {asked.seed}" if asked.sample is not None else ""
        rows = "".join(f" --row {name}" for name in asked.row or ())
        print(f"the whole run again: .venv/bin/python -m tests.faults{rows}{sample}")
        print("\n".join(broken[: asked.show]))
    return int(bool(violations))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--row", action="append", help="only these rows; without, all but the random ones")
    parser.add_argument("--sample", type=int, help="so many cases, chosen at random")
    parser.add_argument("--seed", type=int, default=0, help="by which the sample is chosen")
    parser.add_argument("--case", help="one case of the row, by its name")
    parser.add_argument(
        "--shard", type=_shard, default=WHOLE, metavar="I/N", help="only the I-th of N parts; I counts from 1"
    )
    parser.add_argument(
        "--results",
        type=Path,
        help="keep what was played in this file, and play again only what is not in it",
    )
    parser.add_argument(
        "--also", type=Path, action="append", default=[], help="results of other shards, from other files"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", type=int, default=20, help="how many broken cases to show in full")
    parser.add_argument("--write", type=Path, help="put the figures of these rows into this document")
    return parser


def _shard(text: str) -> tuple[int, int]:
    """Parse a shard such as `2/4`."""
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
    if not found or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError(f"{text}: write 2/4 for the second of four parts")
    return int(found[1]), int(found[2])


def _one_case(name: str, case: str) -> int:
    hush()
    wrong = row(name).check(case)
    for line in wrong:
        print(line)
    print(f"1 cases, {int(bool(wrong))} violations")
    return int(bool(wrong))


def _run_all(tallies: dict[str, Tally], asked: argparse.Namespace, broken: list[str]) -> None:
    names = list(tallies)
    results = Results(asked.results, asked.also)
    part, parts = asked.shard
    # New processes, because a sandbox cannot be shared; each gets a few cases at a time.
    with ProcessPoolExecutor(asked.processes, get_context("spawn")) as pool:
        try:
            lists = [pool.submit(listed, [name]) for name in names]
            every = {name: cases for each in lists for name, cases in each.result().items()}
            chosen = [(name, case) for name, cases in every.items() for case in cases]
            if asked.sample is not None:
                chosen = Random(asked.seed).sample(chosen, min(asked.sample, len(chosen)))
                chosen.sort(key=lambda each: names.index(each[0]))
            chunks = _chunks(chosen)[part - 1 :: parts]
            futures: dict[Future[Outcome], Sequence[str]] = {}
            for name, cases in chunks:
                known = results.get(name, cases)
                if known is None:
                    futures[pool.submit(run, name, cases)] = cases
                else:
                    _count(known, tallies, asked.show, broken)
            played = sum(tally.cases for tally in tallies.values())
            if played:
                print(
                    f"{played} cases are in {asked.results} with the same code; without that file they are played"
                )
            for number, future in enumerate(as_completed(futures), start=1):
                outcome = future.result()
                results.keep(futures[future], outcome)
                _count(outcome, tallies, asked.show, broken)
                if sys.stderr.isatty():
                    print(f"\r{number} of {len(futures)} ", end="", file=sys.stderr, flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _count(outcome: Outcome, tallies: dict[str, Tally], show: int, broken: list[str]) -> None:
    """Add to the figures, print violations, and record the commands that run these cases again."""
    tallies[outcome.row].add(outcome)
    for case, lines in outcome.wrong.items():
        command = f"again: {again(outcome.row, case)}"
        if len(broken) < show:
            print(f"{outcome.row}: {case}")
            print("".join(f"    {line}\n" for line in lines[:SHOWN]) + f"    {command}", flush=True)
        broken.append(command)


def _chunks(chosen: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for name, case in chosen:
        if not found or found[-1][0] != name or len(found[-1][1]) >= CHUNK:
            found.append((name, []))
        found[-1][1].append(case)
    return found


def _write(document: Path, tallies: Sequence[Tally]) -> None:
    """Replace the lines of these rows in the table between the marks."""
    text = document.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    table, _, tail = rest.partition(END)
    lines = {found[1]: found[0] for found in re.finditer(r"^\| (\S+) \|.*\|$", table, re.MULTILINE)}
    lines |= {tally.row: tally.line for tally in tallies}
    rows = [lines[name] for name in ROWS if name in lines]
    columns = "| row | what goes wrong | cases | violations | CPU seconds |\n|---|---|---:|---:|---:|"
    document.write_text("\n".join([head + BEGIN, columns, *rows, END + tail]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
