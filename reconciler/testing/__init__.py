"""Tests for authors of kinds: the sample of a kind, and the contract suite as a pytest plugin."""

from reconciler.testing.samples import (
    ANY_ARN,
    BASE,
    Change,
    Drift,
    Given,
    Resources,
    Sample,
    Samples,
    Settings,
)

__all__ = ["ANY_ARN", "BASE", "Change", "Drift", "Given", "Resources", "Sample", "Samples", "Settings"]
