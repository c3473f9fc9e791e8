"""Runs the contract suite over our kinds, like any package of kinds."""

from reconciler.testing.suite import *  # noqa: F403 -- all of its tests and fixtures
