"""`python -m tests.mutation --generator PYTHON [--sample N] [--seed S] [--processes P] [--at-least PERCENT]`.

Which tests run which line is measured once. Then a random sample of mutants is played, each in a copy of the repository and by the
tests that run its line, the quickest first, until one fails. Printed are the figures, and every mutant that survived as a diff.
"""

import argparse
import compileall
import hashlib
import json
import os
import py_compile
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.mutation.covered import Covered, measure, state
from tests.mutation.mutants import EQUIVALENT, Equivalent, Mutant, diff, equivalents, reason
from tests.mutation.results import KILLED, SURVIVED, TIMEOUT, Result, Results, state_of, summary

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".mutation"
FIRST = 40
"""So many quick tests have to pass in a copy without any mutant."""
TIMES, AT_LEAST = 5, 30
"""A mutant gets so many times the CPU seconds that its tests usually take, and so many seconds at least."""
WAIT = 10
"""The machine may be busy: so many times the CPU seconds may go by before the tests are ended from outside."""
OPTIONS = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.mutation.plugin")
NOTHING_FAILED, SOME_FAILED, NO_TESTS = 0, 1, 5
"""What pytest ends with."""


@dataclass(frozen=True)
class Drawn:
    """A mutant of the sample, and the whole text of its file."""

    mutant: Mutant
    code: str


def sample(generator: str, covered: Covered, number: int, seed: int) -> list[Drawn]:
    """The mutants to play, made in the environment that has the library; kept, since to make them takes a minute."""
    lines = {file: sorted(found) for file, found in covered.lines.items()}
    request = json.dumps({"root": str(ROOT), "lines": lines, "sample": number, "seed": seed})
    texts = "".join((ROOT / file).read_text(encoding="utf-8") for file in sorted(lines))
    makers = (Path(__file__).with_name(name) for name in ("generate.py", "mutants.py"))
    programs = "".join(file.read_text(encoding="utf-8") for file in makers)
    file = KEPT / f"sample-{hashlib.sha256((request + texts + programs).encode()).hexdigest()[:24]}.json"
    if not file.exists():
        print("making mutants", flush=True)
        made = subprocess.run(
            [generator, "-m", "tests.mutation.generate"],
            input=request,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        if made.returncode:
            sys.exit(made.stderr)
        file.write_text(made.stdout, encoding="utf-8")
    names = [each.name for each in fields(Mutant)]
    return [
        Drawn(Mutant(**{name: each[name] for name in names}), each["code"])
        for each in json.loads(file.read_text(encoding="utf-8"))
    ]


class Copy:
    """A copy of the repository in which tests play."""

    def __init__(self, root: Path) -> None:
        self.root = root
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        for name in filter(None, listed.stdout.split("\0")):
            source, target = ROOT / name, root / name
            if source.is_symlink() or source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)
        # Python believes this bytecode only while the source is the same, whatever its time.
        checked = py_compile.PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(root, quiet=2, invalidation_mode=checked)

    def play(self, tests: Sequence[str], seconds: int, **environment: str) -> tuple[str, str]:
        """What becomes of some tests, and the first one that fails."""
        job = self.root / ".mutation-job.json"
        failed = job.with_suffix(".failed")
        failed.unlink(missing_ok=True)
        job.write_text(json.dumps({"tests": tests, "seconds": seconds}), encoding="utf-8")
        files = sorted({name.partition("::")[0] for name in tests})
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *OPTIONS, "--play", str(job), *files],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            printed, _ = process.communicate(timeout=seconds * WAIT)
        except subprocess.TimeoutExpired:
            return TIMEOUT, ""
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # what the tests started as well
            process.communicate()
        if process.returncode == NOTHING_FAILED:
            return SURVIVED, ""
        if process.returncode < 0:  # SIGXCPU
            return TIMEOUT, ""
        by = failed.read_text(encoding="utf-8") if failed.exists() else ""
        if process.returncode == NO_TESTS or (process.returncode == SOME_FAILED and not by):
            raise RuntimeError(f"pytest ended with {process.returncode}:\n{printed[-2000:]}")
        return KILLED, by or f"pytest ended with {process.returncode}"

    def meet(self, drawn: Drawn, tests: Sequence[str], seconds: int) -> tuple[str, str]:
        """What becomes of a mutant."""
        file = self.root / drawn.mutant.file
        text = file.read_text(encoding="utf-8")
        file.write_text(drawn.code, encoding="utf-8")
        try:
            return self.play(tests, seconds, PYTHONDONTWRITEBYTECODE="1")
        finally:
            file.write_text(text, encoding="utf-8")


@dataclass
class Run:
    """A sample, and who plays it."""

    covered: Covered
    results: Results
    copies: SimpleQueue[Copy]

    def warm_up(self, copy: Copy) -> None:
        """Play quick tests without a mutant; pytest writes the bytecode of all test files."""
        names = sorted(self.covered.seconds, key=lambda name: (self.covered.seconds[name], name))
        by_file = {name.partition("::")[0]: name for name in reversed(names)}
        outcome, by = copy.play([*names[:FIRST], *by_file.values()], 600)
        if outcome != SURVIVED:
            sys.exit(f"{by or outcome}: fails without any mutant")

    def play(self, drawn: Drawn) -> Result:
        """What becomes of one mutant, or became of it earlier."""
        mutant = drawn.mutant
        tests = self.covered.tests(mutant.file, (mutant.line, mutant.statement))
        of = partial(state, ROOT)
        known = self.results.get(mutant.key, tests, of)
        if known:
            return known
        usual = sum(self.covered.seconds[name] for name in tests)
        began = time.perf_counter()
        copy = self.copies.get()
        try:
            outcome, by = copy.meet(drawn, tests, int(AT_LEAST + TIMES * usual))
        finally:
            self.copies.put(copy)
        on = [by] if outcome == KILLED and by in tests else tests
        result = Result(mutant.key, outcome, state_of(on, of), by, round(time.perf_counter() - began, 1))
        self.results.keep(result)
        print(f"{outcome} {mutant.file}:{mutant.line} {mutant.operator} {by}", flush=True)
        return result


def report(sampled: Sequence[tuple[Drawn, Result]], known: Sequence[Equivalent]) -> tuple[float, str]:
    """The share that was noticed, in percent, and what to print."""
    shown, outcomes, equivalent = [], list[str](), 0
    for drawn, result in sampled:
        before = (ROOT / drawn.mutant.file).read_text(encoding="utf-8")
        why = reason(known, drawn.mutant, before, drawn.code)
        if why and result.outcome == SURVIVED:
            equivalent += 1
            continue
        outcomes.append(result.outcome)
        if result.outcome == SURVIVED:
            title = f"survived: {drawn.mutant.file}:{drawn.mutant.line} ({drawn.mutant.operator})"
            shown.append(f"{title}\n{diff(drawn.mutant.file, before, drawn.code)}\n")
    noticed = 100 * sum(each != SURVIVED for each in outcomes) / (len(outcomes) or 1)
    return noticed, "\n".join([*shown, summary(outcomes, equivalent)])


def main() -> Any:
    """Play a sample; fails if too few mutants are noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--generator", required=True, help="a Python that has mutmut")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--at-least", type=float, default=85, help="percent that have to be noticed")
    options = parser.parse_args()
    covered = measure(ROOT, KEPT / "covered", options.processes)
    chosen = sample(options.generator, covered, options.sample, options.seed)
    run = Run(covered, Results(KEPT / "results.jsonl"), SimpleQueue())
    with ExitStack() as stack, ThreadPoolExecutor(options.processes) as pool:
        for _ in range(options.processes):
            copy = Copy(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutation-"))))
            run.warm_up(copy)
            run.copies.put(copy)
        results = list(pool.map(run.play, chosen))
    noticed, printed = report(
        list(zip(chosen, results, strict=True)), equivalents(EQUIVALENT.read_text(encoding="utf-8"))
    )
    print(printed)
    return int(noticed < options.at_least)


if __name__ == "__main__":
    sys.exit(main())
