"""`python tests/faults [--sample N --seed S] [--row A ...] [--case NAME]`: the fault matrix, and what it found broken."""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from random import Random

from registry import LETTERS, listed, row, run

CHUNK = 20
"""So many cases a process takes at once."""


@dataclass
class Tally:
    """What became of the cases of one row."""

    title: str
    cases: int = 0
    seconds: float = 0.0
    """Of all processes together."""
    violated: int = 0
    slowest: float = 0.0


def main() -> int:
    """Run what is asked for; 1 if anything was broken."""
    parser = argparse.ArgumentParser(prog="python tests/faults", description=__doc__)
    parser.add_argument("--sample", type=int, help="so many cases, chosen at random")
    parser.add_argument("--seed", type=int, default=0, help="by which the sample is chosen")
    parser.add_argument("--row", action="append", choices=LETTERS, help="only these rows")
    parser.add_argument("--case", help="one case of the row, by its name")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", type=int, default=20, help="how many broken cases to show in full")
    asked = parser.parse_args()
    letters = asked.row or list(LETTERS)
    if asked.case is not None:
        wrong = row(letters[0]).check(asked.case)
        print("\n".join(wrong))
        print(f"1 cases, {int(bool(wrong))} violations")
        return int(bool(wrong))

    tallies = {letter: Tally(row(letter).title) for letter in letters}
    context = get_context("spawn")
    with ProcessPoolExecutor(asked.processes, context) as pool:
        every = pool.submit(listed, letters).result()
        chosen = [(letter, name) for letter, names in every.items() for name in names]
        if asked.sample is not None:
            chosen = Random(asked.seed).sample(chosen, min(asked.sample, len(chosen)))
            chosen.sort(key=lambda each: (letters.index(each[0]), each[1]))
        futures = [pool.submit(run, letter, names) for letter, names in _chunks(chosen)]
        shown = 0
        for number, future in enumerate(futures, start=1):
            outcome = future.result()
            tally = tallies[outcome.letter]
            tally.cases += outcome.cases
            tally.seconds += outcome.seconds
            tally.slowest = max(tally.slowest, outcome.slowest)
            tally.violated += len(outcome.wrong)
            for name, lines in outcome.wrong.items():
                shown += 1
                if shown <= asked.show:
                    _show(outcome.letter, name, lines)
            if sys.stderr.isatty():
                print(f"\r{number} of {len(futures)}", end="", file=sys.stderr, flush=True)
    for letter, tally in tallies.items():
        print(
            f"{letter:3} {tally.title:58} {tally.cases:8,} cases {tally.violated:5,} violations "
            f"{tally.seconds:8,.0f} s, the slowest {tally.slowest:.1f} s"
        )
    violations = sum(tally.violated for tally in tallies.values())
    print(f"{sum(tally.cases for tally in tallies.values())} cases, {violations} violations")
    return int(bool(violations))


def _chunks(chosen: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for letter, name in chosen:
        if not found or found[-1][0] != letter or len(found[-1][1]) >= CHUNK:
            found.append((letter, []))
        found[-1][1].append(name)
    return found


def _show(letter: str, name: str, lines: Sequence[str]) -> None:
    print(f"{letter}: {name}")
    for line in lines[:8]:
        print(f"    {line}")
    print(f"    again: .venv/bin/python tests/faults --row '{letter}' --case '{name}'", flush=True)


if __name__ == "__main__":
    sys.exit(main())
