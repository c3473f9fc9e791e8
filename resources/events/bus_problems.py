"""Finds mistakes that AWS would refuse and that depend on several fields of a bus."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding
from reconciler.resources.events.bus_model import DEFAULT


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one bus."""
    source = files.values.get("event_source_name")
    if source is not None and source != files.name and not has_reference(source):
        said = f"a partner bus has the name of its source: name it {source}"
        yield Finding(said, ("event_source_name",))
    if "/" in files.name and files.lacks("event_source_name"):
        yield Finding(f"a new partner bus needs event_source_name: {files.name}")
    if "/" in files.name and "bus_policy" in files.values:
        yield Finding("a partner bus has no policy: only the partner sends events to it", ("bus_policy",))
    if files.name == DEFAULT and files.new:
        yield Finding("AWS creates the bus default itself; write `adopt: true` or `existing: true`")
