"""Botocore's models of services, read once for the process: each session of its own would read them again.

There are two loaders, because a client of S3 changes the model that it gets.
"""

from functools import cache

import botocore.session
from botocore.loaders import Loader, create_loader
from botocore.session import Session


@cache
def _loader() -> Loader:
    return create_loader()


def session() -> Session:
    """A new session of botocore to read models with."""
    return _with(_loader())


def client_session() -> Session:
    """A new session of botocore to make clients with."""
    shared, paths = _client_loader()
    shared.search_paths[:] = paths  # every boto3.Session adds its own path once more
    return _with(shared)


@cache
def _client_loader() -> tuple[Loader, tuple[str, ...]]:
    shared = create_loader()
    return shared, tuple(shared.search_paths)


def _with(shared: Loader) -> Session:
    found = botocore.session.get_session()
    found.register_component("data_loader", shared)
    return found
