"""The samples of our kinds, for tests outside the contract suite."""

from pathlib import Path

from reconciler.testing import Sample, Samples

SAMPLES = Samples(Path(__file__).parent / "samples")


def sample_of(kind: str) -> Sample:
    """The sample of a kind: `connect.queue` is `samples/connect_queue.py`."""
    return SAMPLES.of(kind)


def has_sample(kind: str) -> bool:
    """Whether a kind has a sample; the contract suite reports kinds without one."""
    return SAMPLES.has(kind)
