"""`python tests/faults [--row A ...] [--sample N --seed S] [--case NAME]`: the fault matrix, and what it found broken."""

import argparse
import os
import re
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random

from registry import DETERMINISTIC, LETTERS, Outcome, hush, listed, row, run

CHUNK = 20
"""So many cases a process takes at once."""
SHOWN = 8
"""So many lines of what one case broke are shown."""
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
INTERRUPTED = 130


@dataclass
class Tally:
    """What became of the cases of one row; seconds are of all processes together."""

    letter: str
    title: str
    cases: int = 0
    violated: int = 0
    seconds: float = 0.0
    slowest: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Count some more of its cases."""
        self.cases += outcome.cases
        self.violated += len(outcome.wrong)
        self.seconds += outcome.seconds
        self.slowest = max(self.slowest, outcome.slowest)

    def __str__(self) -> str:
        return (
            f"{self.letter:3} {self.title:58} {self.cases:8,} cases {self.violated:5,} violations "
            f"{self.seconds:8,.0f} s, the slowest {self.slowest:.1f} s"
        )

    @property
    def line(self) -> str:
        """The row of the table in docs/reliability.md."""
        return f"| {self.letter} | {self.title} | {self.cases:,} | {self.violated:,} | {self.seconds:,.0f} |"


def main() -> int:
    """Run what is asked for; 1 if anything was broken."""
    parser = argparse.ArgumentParser(prog="python tests/faults", description=__doc__)
    parser.add_argument(
        "--row", action="append", choices=LETTERS, help="only these rows; without, all but the random ones"
    )
    parser.add_argument("--sample", type=int, help="so many cases, chosen at random")
    parser.add_argument("--seed", type=int, default=0, help="by which the sample is chosen")
    parser.add_argument("--case", help="one case of the row, by its name")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", type=int, default=20, help="how many broken cases to show in full")
    parser.add_argument("--write", type=Path, help="put the figures of these rows into this document")
    asked = parser.parse_args()
    letters = asked.row or list(DETERMINISTIC)
    if asked.case is not None:
        return _one_case(letters[0], asked.case)
    began = time.monotonic()
    tallies = {letter: Tally(letter, row(letter).title) for letter in letters}
    try:
        _run_all(tallies, asked)
    except KeyboardInterrupt:
        print("interrupted; what was begun is lost, and nothing else", file=sys.stderr)
        return INTERRUPTED
    for tally in tallies.values():
        print(tally)
    if asked.write and asked.sample is None:
        _write(asked.write, list(tallies.values()))
    violations = sum(tally.violated for tally in tallies.values())
    print(f"{time.monotonic() - began:,.0f} s in all, {asked.processes} processes")
    print(f"{sum(tally.cases for tally in tallies.values())} cases, {violations} violations")
    return int(bool(violations))


def _one_case(letter: str, name: str) -> int:
    hush()
    wrong = row(letter).check(name)
    for line in wrong:
        print(line)
    print(f"1 cases, {int(bool(wrong))} violations")
    return int(bool(wrong))


def _run_all(tallies: dict[str, Tally], asked: argparse.Namespace) -> None:
    letters = list(tallies)
    # Started afresh, because a sandbox cannot be shared, and each told what to do, a few cases at a time.
    with ProcessPoolExecutor(asked.processes, get_context("spawn")) as pool:
        try:
            every = pool.submit(listed, letters).result()
            chosen = [(letter, name) for letter, names in every.items() for name in names]
            if asked.sample is not None:
                chosen = Random(asked.seed).sample(chosen, min(asked.sample, len(chosen)))
                chosen.sort(key=lambda each: letters.index(each[0]))
            futures = [pool.submit(run, letter, names) for letter, names in _chunks(chosen)]
            _gather(futures, tallies, asked.show)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _gather(futures: Sequence[Future[Outcome]], tallies: dict[str, Tally], show: int) -> None:
    for number, future in enumerate(futures, start=1):
        outcome = future.result()
        shown = sum(tally.violated for tally in tallies.values())
        tallies[outcome.letter].add(outcome)
        for name, lines in list(outcome.wrong.items())[: max(0, show - shown)]:
            _show(outcome.letter, name, lines)
        if sys.stderr.isatty():
            print(f"\r{number} of {len(futures)} ", end="", file=sys.stderr, flush=True)


def _chunks(chosen: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for letter, name in chosen:
        if not found or found[-1][0] != letter or len(found[-1][1]) >= CHUNK:
            found.append((letter, []))
        found[-1][1].append(name)
    return found


def _show(letter: str, name: str, lines: Sequence[str]) -> None:
    print(f"{letter}: {name}")
    for line in lines[:SHOWN]:
        print(f"    {line}")
    print(f"    again: .venv/bin/python tests/faults --row '{letter}' --case '{name}'", flush=True)


def _write(document: Path, tallies: Sequence[Tally]) -> None:
    """Put the lines of these rows into the table between the marks; those of other rows stay."""
    text = document.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    table, _, tail = rest.partition(END)
    lines = {found[1]: found[0] for found in re.finditer(r"^\| (\S+) \|.*\|$", table, re.MULTILINE)}
    lines |= {tally.letter: tally.line for tally in tallies}
    rows = [lines[letter] for letter in LETTERS if letter in lines]
    columns = "| row | what goes wrong | cases | violations | CPU seconds |\n|---|---|---:|---:|---:|"
    document.write_text("\n".join([head + BEGIN, columns, *rows, END + tail]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
