"""Finds the mistakes in a usage plan that AWS would refuse."""

from collections.abc import Iterator, Mapping

from reconciler.contract import InFiles
from reconciler.model import Finding

LATEST: Mapping[str, int] = {"DAY": 0, "WEEK": 6, "MONTH": 27}
"""By period: the largest offset."""


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one plan."""
    quota = files.values.get("quota") or {}
    most = LATEST.get(str(quota.get("period")))
    if quota.get("offset") is not None and most is not None and quota["offset"] > most:
        yield Finding(f"the offset of a {quota['period']} is 0 to {most}", ("quota", "offset"))
    for number, row in enumerate(files.values.get("api_stages") or ()):
        for method in row.get("throttle") or {}:
            if not method.startswith("/") or "/" not in method[1:]:
                said = f"write a path and a verb, as /stamps/GET, not {method}"
                yield Finding(said, ("api_stages", number, "throttle", method))
