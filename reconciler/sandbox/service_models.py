"""Botocore's models of services, read once for the process: each session of its own would read them again."""

from copy import copy
from functools import cache
from typing import Any

from botocore.handlers import BUILTIN_HANDLERS
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import Loader, create_loader
from botocore.session import Session


def session(loader: Loader | None = None) -> Session:
    """A new session of botocore that reads models by this loader, or by one for all that only read models."""
    found = Session(event_hooks=copy(_hooks(tuple(BUILTIN_HANDLERS))), include_builtin_handlers=False)
    found.register_component("data_loader", loader or _loader())
    return found


@cache
def _loader() -> Loader:
    return create_loader()


@cache
def _hooks(_handlers: tuple[Any, ...]) -> HierarchicalEmitter:
    """The hooks of a session with these handlers. To register all of them takes most of the time of a new session."""
    found = HierarchicalEmitter()
    Session(event_hooks=found)
    return found
