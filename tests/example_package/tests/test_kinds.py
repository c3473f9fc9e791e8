"""The contract suite of reconciler over the kinds of this package."""

from reconciler.testing.suite import *  # noqa: F403
