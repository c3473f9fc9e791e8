"""The kinds of resource that Acme adds."""

from acme_kinds.repository import RepositoryAdapter

KINDS = (RepositoryAdapter,)
