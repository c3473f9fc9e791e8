"""The path of a value from a file to AWS and back: the functions that get it as an argument."""

import inspect
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

import reconciler
from reconciler.cli.pass_target import PassTarget
from reconciler.cli.run_pass import run_pass
from reconciler.desired.parsed import load_parsed
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.runtime.clock import start_new_threads

ROOT = Path(reconciler.__file__).parent
CENTRE = ROOT / "examples" / "contact_center"
VALUE = "UK Business Hours"
"""The value of `hours_of_operation` of a queue, and the name of the hours."""
ELSEWHERE = ("sandbox/", "resources/")
MOST = 13


@cache
def parameters(code: CodeType) -> tuple[str, ...]:
    """The parameters of a function of the engine, `*args` and `**kwargs` at their end; none of any other function."""
    file = Path(code.co_filename)
    if ROOT not in file.parents or str(file.relative_to(ROOT)).startswith(ELSEWHERE):
        return ()
    named = code.co_argcount + code.co_kwonlyargcount
    further = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return code.co_varnames[: named + further]


def handed(frame: FrameType) -> Iterator[Any]:
    """The arguments of a call, those in `*args` and `**kwargs` too."""
    code, given = frame.f_code, frame.f_locals
    named = code.co_argcount + code.co_kwonlyargcount
    for at, name in enumerate(parameters(code)):
        value = given.get(name)
        yield from [value] if at < named else value.values() if isinstance(value, dict) else value or ()


@contextmanager
def functions_handed(text: str) -> Iterator[set[str]]:
    """The functions of the engine that get this text as an argument, by module and name."""
    found: set[str] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        if (
            event == "call"
            and parameters(code)
            and any(type(each) is str and each == text for each in handed(frame))
        ):
            found.add(f"{Path(code.co_filename).relative_to(ROOT)}: {code.co_qualname}")

    before = sys.getprofile()
    start_new_threads()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
        start_new_threads()


def test_a_value_passes_through_few_functions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with functions_handed(VALUE) as found:
        stack = load_parsed(CENTRE, "dev", known_kinds(), tmp_path)
        report = run_pass(stack, Options(), PassTarget("123456789012", None, 80, cached=False))
    assert report.outcome == "settled"
    assert f'"{VALUE}"' in capsys.readouterr().out
    # These functions must be among them; otherwise nothing was measured.
    assert {"desired/nodes.py: Node.__init__", "encoder.py: Encoder.encode"} <= found
    assert len(found) <= MOST, "\n".join(sorted(found))
