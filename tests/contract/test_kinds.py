"""The contract suite over our kinds: `reconciler.testing`, as any package of kinds plays it."""

from reconciler.testing.suite import *  # noqa: F403 -- all of its tests and fixtures
