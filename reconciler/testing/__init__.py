"""What the author of a kind tests it with: its sample, and the contract suite as a plugin of pytest."""

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
