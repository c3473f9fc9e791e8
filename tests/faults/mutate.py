"""`python -m tests.faults.mutate [--only N ...] [--processes 2] [--list] [--record]`: does the matrix find defects?

Each mutant of `mutants.py` is one defect. It is applied to a copy of the code, never to the working tree. A slice of the matrix
runs against it in a separate process until the first violation. A mutant without a violation survives, and shows what the matrix
does not test.

`golden.json` has the result of every workload. Otherwise a mutant that breaks the run without faults would be compared with itself.
"""

import argparse
import hashlib
import json
import os
import pickle
import py_compile
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from rich.console import Console
from rich.progress import track

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COPIED = ("reconciler", "resources", "desired_state", "tests/faults", "tests/contract")
GOLDEN = HERE / "golden.json"
EACH = {"field_transitions": 40, "path_escape": 25, "iam_policy": 30, "secret_leaks": 41}
"""For long or slow rows: only every nth case is used."""
ADDED = (
    ("second_controller", "platform/create", "paused while another works"),
    ("call_faults", "platform/create", "kms:CreateKey | late, in the next pass"),
    ("read_faults", "contact_center/prune", "connect:ListTagsForResource | 500"),
)
"""Row, workload and end of cases that the slice lacks: a resource that only a mark identifies, and tags that are not read."""
APART = ("secret_leaks",)
"""Rows for those mutants only that name them: no other mutant affects them."""
WEIGHT = {"safety": 0.0, "field_transitions": 0.5, "iam_policy": 2.0}
"""Weights of rows whose cases run earlier or later than others."""
SHARP = ("golden", "safety")
"""The rows of the first round."""
SECONDS = 60
"""The CPU seconds after which a case counts as endless."""
OTHERS = (
    *(f"moto.{service}.models" for service in ("connect", "dynamodb", "s3", "sts")),
    *("pydantic", "structlog", "tenacity", "yaml", "rich", "typer"),
)
"""Third-party packages, imported once for all mutants."""


# -- the golden record ----------------------------------------------------------------------------------------------


def _record(workload: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fault-free run of a workload: a summary, and the final state of each resource as a hash."""
    from tests.faults.case import fault_free_run

    expected = fault_free_run(workload)
    resources = {_hash(state): state for state in expected.final_state.values()}
    short = {
        "after": {label: _hash(state) for label, state in sorted(expected.final_state.items())},
        "operations": _counted(each.call.name for each in expected.recorded if each.call.mutating),
        "again": _counted(each.call.name for each in expected.next_pass if each.call.mutating),
        "counts": dict(sorted(expected.counts.items())),
    }
    return short, resources


def _counted(names: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:12]


def golden_violations(workload: str) -> list[str]:
    """The differences between a run of a workload and the golden record."""
    from tests.faults.case import fault_free_run
    from tests.faults.live_state import differences

    golden = json.loads(GOLDEN.read_text())
    before, resources = golden["workloads"][workload], golden["resources"]
    now, _ = _record(workload)
    lines: list[str] = []
    for label in sorted({*before["after"], *now["after"]}):
        if before["after"].get(label) != now["after"].get(label):
            state = fault_free_run(workload).final_state.get(label)
            lines += differences(state, resources.get(before["after"].get(label)), label)
    for what in ("operations", "counts"):
        lines += [f"{what}: {line}" for line in differences(now[what], before[what])]
    more = Counter(now["again"]) - Counter(before["again"])
    lines += [f"the second pass is not quiet: {name}, {number} times" for name, number in more.items()]
    return [f"golden: {line}" for line in lines]


def record() -> None:
    """Write the golden record from the current code, with one value a line, so that a diff shows changes."""
    from tests.faults.registry import hush
    from tests.faults.workloads import workloads

    hush()
    short: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    for workload in workloads():
        short[workload], state = _record(workload)
        resources |= state
    rows = [f"  {json.dumps(key)}: {json.dumps(resources[key], sort_keys=True)}" for key in sorted(resources)]
    found = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in short.items()]
    text = ",\n".join(found), ",\n".join(rows)
    GOLDEN.write_text(f'{{"workloads": {{\n{text[0]}\n}}, "resources": {{\n{text[1]}\n}}}}\n')


# -- the server: runs the matrix against a copy of the code ----------------------------------------------------------


def plain_cases() -> list[tuple[str, str]]:
    """Row and case of all cases for mutants, cheap and effective ones first; computed with the original code."""
    from tests.faults.case_selection import whole_slice
    from tests.faults.registry import hush, row

    hush()
    lanes: dict[str, list[str]] = {"safety": list(row("safety").cases())}
    for name, case in whole_slice():
        lanes.setdefault(name, []).append(case)
    for name, workload, end in ADDED:
        cases = row(name).cases()
        lanes[name].append(next(case for case in cases if case.startswith(workload) and case.endswith(end)))
    for name, step in EACH.items():
        lanes[name] = list(row(name).cases())[::step]
    found = [
        (WEIGHT.get(name, 1.0) * index / len(cases), name, case)
        for name, cases in lanes.items()
        for index, case in enumerate(cases)
    ]
    return [(name, case) for _, name, case in sorted(found, key=lambda each: each[0])]


def violations(name: str, case: str) -> list[str]:
    """The violations of one case."""
    import signal

    from tests.faults import shared_sandbox
    from tests.faults.registry import hush, row

    def too_long(_signal: int, _frame: object) -> None:
        raise TimeoutError("the case does not end")

    hush()  # each time, because the row secret_leaks configures the logs again
    if name in APART:
        shared_sandbox.leave()
    signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        if name == "golden":
            return golden_violations(case)
        return list(row(name).check(case))
    except BaseException as error:  # noqa: BLE001 -- a case that cannot be played is a violation too
        return [f"the case itself broke: {type(error).__name__}: {error}"]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def play(cases: Sequence[tuple[str, str]], *, to_the_end: bool = False) -> list[list[str]]:
    """Run cases until the first violation, or all of them; return row, case and violations."""
    import reconciler
    from tests.faults.registry import hush

    hush()
    where = Path(str(reconciler.__file__)).resolve()
    assert where.is_relative_to(ROOT), f"{where} is not the copy in {ROOT}"
    found = []
    for name, case in cases:
        wrong = violations(name, case)
        if wrong:
            found.append([name, case, *wrong[:3]])
            if not to_the_end:
                break
    return found


def serve() -> None:
    """Answer jobs, one line of JSON each, every one in a new process that has not imported our code before."""
    import boto3
    from botocore import loaders

    for module in OTHERS:
        import_module(module)
    _remember_files(loaders.JSONFileLoader)
    for service in ("connect", "dynamodb", "s3", "sts", "ssm", "iam"):
        boto3.client(service, "eu-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    for line in sys.stdin:
        job = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            _answer(job, writer)
        os.close(writer)
        with os.fdopen(reader) as stream:
            answer = stream.read()
        os.waitpid(child, 0)
        print(answer or json.dumps([["", "", "the process died"]]), flush=True)


def _answer(job: dict[str, Any], writer: int) -> None:
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1):
            os.dup2(null, descriptor)
        cases = [(name, case) for name, case in job["cases"]] if "cases" in job else None
        if cases is None:
            answer: Any = plain_cases()
        else:
            answer = play(cases, to_the_end=job.get("to_the_end", False))
    except BaseException as error:  # noqa: BLE001 -- code that cannot even be imported is noticed
        answer = [["", "", f"{type(error).__name__}: {error}"]]
    with os.fdopen(writer, "w") as stream:
        json.dump(answer, stream)
    os._exit(0)


def _remember_files(loader: Any) -> None:
    """Parse each of botocore's files only once. Each caller gets a copy, because some callers change it."""
    load, known = loader.load_file, dict[str, bytes]()

    def load_file(self: Any, path: str) -> Any:
        if path not in known:
            known[path] = pickle.dumps(load(self, path))
        return pickle.loads(known[path])

    loader.load_file = load_file


# -- the copies of the code -------------------------------------------------------------------------------------------


@dataclass
class Copy:
    """A copy of the code, and a process that runs cases against it."""

    root: Path
    server: Any = field(init=False)

    def __post_init__(self) -> None:
        for each in COPIED:
            ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
            shutil.copytree(ROOT / each, self.root / each, symlinks=True, ignore=ignored)
        (self.root / "tests" / "__init__.py").touch()
        for file in (*self.root.rglob("*.py"),):
            _compiled(file)
        self.server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.mutate", "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.root,
            env={
                **os.environ,
                "PYTHONPATH": str(self.root),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
        )

    def ask(self, **job: Any) -> Any:
        """Return the answer to one job."""
        self.server.stdin.write(json.dumps(job) + "\n")
        self.server.stdin.flush()
        return json.loads(self.server.stdout.readline())

    def killed_by(self, mutant: Any, cases: Sequence[tuple[str, str]]) -> list[str] | None:
        """Return the first violation of a mutant; None if there is none."""
        file = self.root / mutant.file
        text = file.read_text()
        assert text.count(mutant.before) == 1
        file.write_text(text.replace(mutant.before, mutant.after))
        _compiled(file)
        try:
            found = self.ask(cases=cases)
        finally:
            file.write_text(text)
            _compiled(file)
        return found[0] if found else None

    def close(self) -> None:
        """End the process."""
        self.server.stdin.close()
        self.server.wait()


def _compiled(file: Path) -> None:
    """Compile a file to bytecode that Python checks by the hash of the source, not by its time."""
    py_compile.compile(str(file), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)


@dataclass
class Hunt:
    """Runs all mutants on the free copies; a case that killed a mutant is tried early on the next ones.

    There are two rounds: in the first, every mutant gets the most effective cases; in the second, the survivors get all others.
    """

    mutants: Sequence[Any]
    cases: list[tuple[str, str]]
    verbose: bool = False
    killers: list[tuple[str, str]] = field(default_factory=list)
    dirty: set[tuple[str, str]] = field(default_factory=set)
    left: list[Any] = field(default_factory=list)

    def run(self, copies: Sequence[Copy]) -> None:
        """Run all mutants; those in `left` have survived."""
        self.left = list(self.mutants)
        sharp = [case for case in self.cases if case[0] in SHARP]
        for cases in (sharp, [case for case in self.cases if case not in sharp]):
            self._round(copies, cases)
        for each in self.left:
            print(f"survived: {each.number} {each.file}: {each.what}", flush=True)

    def _round(self, copies: Sequence[Copy], cases: Sequence[tuple[str, str]]) -> None:
        idle: SimpleQueue[Copy] = SimpleQueue()
        for each in copies:
            idle.put(each)

        def alive(mutant: Any) -> bool:
            copy = idle.get()
            try:
                return self._survives(copy, mutant, cases)
            finally:
                idle.put(copy)

        with ThreadPoolExecutor(len(copies)) as pool:
            lives = pool.map(alive, self.left)
            quiet = not sys.stderr.isatty()
            survived = list(
                track(lives, "mutants", len(self.left), console=Console(stderr=True), disable=quiet)
            )
        self.left = [mutant for mutant, alive in zip(self.left, survived, strict=True) if alive]

    def _survives(self, copy: Copy, mutant: Any, cases: Sequence[tuple[str, str]]) -> bool:
        began = time.perf_counter()
        cases = [case for case in cases if concerns(mutant, case)]
        golden = [case for case in cases if case[0] == "golden"]
        early = [*golden, *(case for case in self.killers if case in cases and case not in golden)]
        order = [*early, *(case for case in cases if case not in early)]
        found = copy.killed_by(mutant, [case for case in order if case not in self.dirty])
        while found is not None and not self._is_clean(copy, (found[0], found[1])):
            rest = order[order.index((found[0], found[1])) + 1 :]
            found = copy.killed_by(mutant, [case for case in rest if case not in self.dirty])
        if self.verbose:
            said = "still alive" if found is None else " | ".join(found)[:220]
            took = time.perf_counter() - began
            print(f"{mutant.number:3} {mutant.what}: {said} ({took:.0f} s)", flush=True)
        return found is None

    def _is_clean(self, copy: Copy, case: tuple[str, str]) -> bool:
        """Return whether the original code passes a case; otherwise the case counts for no mutant."""
        if case not in self.killers and case[0]:
            wrong = copy.ask(cases=[case])
            if wrong:
                self.dirty.add(case)
                print(f"broken without any mutant: {' | '.join(wrong[0])[:300]}", flush=True)
                return False
            self.killers.insert(0, case)
        return True


def concerns(mutant: Any, case: tuple[str, str]) -> bool:
    """Return whether a case is for a mutant."""
    return case[0] == mutant.row if mutant.row else case[0] not in APART


def untidy(mutants: Sequence[Any]) -> list[str]:
    """Return invalid mutants: their text does not occur exactly once, the result is not Python, or two change the same line."""
    found = []
    lines: dict[tuple[str, int], int] = {}
    for each in mutants:
        text = (ROOT / each.file).read_text()
        times = text.count(each.before)
        if times != 1 or each.before == each.after:
            found.append(f"{each.number} {each.file}: {each.before!r} occurs {times} times")
            continue
        try:
            compile(text.replace(each.before, each.after), each.file, "exec")
        except SyntaxError as error:
            found.append(f"{each.number} {each.file}: {error}")
        line = each.file, text[: text.index(each.before)].count("\n") + 1
        if lines.setdefault(line, each.number) != each.number:
            found.append(f"{each.number} {each.file}: mutant {lines[line]} changes line {line[1]}, too")
    numbers = Counter(each.number for each in mutants)
    return [
        *found,
        *(f"number {number} is given {times} times" for number, times in numbers.items() if times > 1),
    ]


def main() -> int:
    """Run the selected mutants; return 1 if one survives."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mutate", description=__doc__)
    parser.add_argument("--only", type=int, nargs="+", help="only these mutants")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--list", action="store_true", help="list the mutants, and check their texts")
    parser.add_argument("--record", action="store_true", help="write golden.json from the code as it is")
    parser.add_argument("--baseline", action="store_true", help="play all cases against the code as it is")
    parser.add_argument("--verbose", action="store_true", help="say what killed each mutant")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return 0
    if options.record:
        record()
        return 0
    from tests.faults.mutants import MUTANTS

    mutants = [each for each in MUTANTS if not options.only or each.number in options.only]
    broken = untidy(mutants)
    if options.list or broken:
        print("\n".join(f"{each.number:3} {each.file}: {each.what}" for each in mutants if options.list))
        print("\n".join(broken) or f"{len(mutants)} mutants, every text occurs once")
        return int(bool(broken))
    return _hunt(mutants, options)


def _hunt(mutants: Sequence[Any], options: argparse.Namespace) -> int:
    began = time.perf_counter()
    with ExitStack() as stack:
        places = [
            Path(stack.enter_context(tempfile.TemporaryDirectory())).resolve()
            for _ in range(options.processes)
        ]
        copies = [Copy(place) for place in places]
        for each in copies:
            stack.callback(each.close)
        golden = [("golden", name) for name in _cheap_first(json.loads(GOLDEN.read_text())["workloads"])]
        listed = copies[0].ask()
        if len(listed) == 1:
            print(f"the cases cannot be listed: {listed[0][-1]}")
            return 1
        cases = [*golden, *((name, case) for name, case in listed)]
        if options.baseline:
            wrong = copies[0].ask(cases=cases, to_the_end=True)
            print("\n".join(" | ".join(each) for each in wrong))
            print(f"{len(cases)} cases, {len(wrong)} violations, {time.perf_counter() - began:.0f} s")
            return int(bool(wrong))
        hunt = Hunt(mutants, cases, options.verbose)
        hunt.run(copies)
    killed = len(mutants) - len(hunt.left)
    print(f"{len(mutants)} mutants, {killed} killed, {len(hunt.left)} survived")
    for each in hunt.left:
        print(f"  {each.number} {each.file}: {each.what}")
    print(f"{time.perf_counter() - began:.0f} seconds")
    return int(bool(hunt.left))


def _cheap_first(workloads: dict[str, Any]) -> list[str]:
    return sorted(workloads, key=lambda name: (not name.startswith("stamp"), list(workloads).index(name)))


if __name__ == "__main__":
    sys.exit(main())
