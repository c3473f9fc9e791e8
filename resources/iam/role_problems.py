"""Finds mistakes in the settings of a role that AWS would refuse."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding
from reconciler.resources.policy_document import INLINE


def problems(files: InFiles) -> Iterator[Finding]:
    """The inline policies of a role share one limit."""
    size = sum(map(INLINE.size, (files.settings.get("policies") or {}).values()))
    if size > INLINE.largest:
        said = f"together these have {size} {INLINE.unit}; AWS accepts {INLINE.largest} for a role"
        yield Finding(said, ("policies",))
