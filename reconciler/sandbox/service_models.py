"""Botocore's models of services, read once for the process: each session of its own would read them again."""

from functools import cache

import botocore.session
from botocore.loaders import Loader, create_loader
from botocore.session import Session


def session(loader: Loader | None = None) -> Session:
    """A new session of botocore that reads models by this loader, or by one for all that only read models."""
    found = botocore.session.get_session()
    found.register_component("data_loader", loader or _loader())
    return found


@cache
def _loader() -> Loader:
    return create_loader()
