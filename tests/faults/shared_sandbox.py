"""The sandbox that stays on from one case to the next: a process has one at a time, and to build one takes longer than a case."""

from contextlib import AbstractContextManager
from typing import TypeVar

T = TypeVar("T")

_on: list[AbstractContextManager[object]] = []
"""What is on, if anything is."""


def hold(sandbox: AbstractContextManager[T]) -> T:
    """Turn a sandbox on, instead of the one that is on, and leave it on."""
    leave()
    entered = sandbox.__enter__()
    _on.append(sandbox)
    return entered


def holds(sandbox: AbstractContextManager[object]) -> bool:
    """Whether it is this one that is on."""
    return sandbox in _on


def is_on() -> bool:
    """Whether one is on."""
    return bool(_on)


def leave() -> None:
    """Turn off the sandbox that is on, if one is; needed before a case turns on one of its own."""
    while _on:
        _on.pop().__exit__(None, None, None)
