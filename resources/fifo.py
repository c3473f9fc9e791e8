"""The names of FIFO topics and queues."""

from collections.abc import Iterator, Sequence

from reconciler.contract import InFiles
from reconciler.model import Finding, Settings

FIFO = ".fifo"


def fifo_name(name: str, settings: Settings, field: str) -> str:
    """The name in AWS: that of a FIFO resource ends with `.fifo`, even if the name in the files does not."""
    return f"{name}{FIFO}" if settings.get(field) is True and not name.endswith(FIFO) else name


def fifo_problems(files: InFiles, field: str, noun: str, only_fifo: Sequence[str]) -> Iterator[Finding]:
    """The mistakes of a name and of `field`, and the fields of `only_fifo` that a standard resource has not."""
    settings = files.settings
    fifo = fifo_name(files.name, settings, field).endswith(FIFO)
    if fifo and (settings.get(field) is False or files.lacks(field)):
        yield Finding(f"the name ends with {FIFO}; write {field}: true, or another name", (field,))
    for name in only_fifo:
        if not fifo and name in settings:
            yield Finding(f"only a FIFO {noun} has it; write {field}: true, or leave it out", (name,))
