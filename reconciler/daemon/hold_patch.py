"""Writes the patch of one stack and environment: what was edited in AWS, as a change of the files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.aws.redaction import SECRETS
from reconciler.exporting.acceptance import Seen
from reconciler.exporting.edit_patch import Edit, EditPatch, edit_patch
from reconciler.runtime.atomic_write import write_whole
from reconciler.runtime.printable import one_line
from reconciler.stack import Stack


@dataclass(frozen=True)
class HoldPlaces:
    """Where the files of a stack are, and where its patch and its memory are written."""

    files: Path
    """The directory of the stack."""
    folder: Path
    """The directory for the patches and memories of all stacks."""

    def patch(self, stack: Stack) -> Path:
        """The file of the patch of one stack and environment."""
        return self._place(stack).with_suffix(".patch")

    def memory(self, stack: Stack) -> Path:
        """The file of the memory of one stack and environment."""
        return self._place(stack).with_suffix(".json")

    def _place(self, stack: Stack) -> Path:
        return self.folder / f"{stack.account}-{stack.region}" / f"{stack.name}.{stack.environment}.x"


def write_patch(file: Path, seen: Seen, edits: Sequence[Edit], told: Sequence[str]) -> bool:
    """Write the patch for these edits, unless the file has it already; without edits, remove it.

    `told` are lines about the edits. Returns whether the file was written.

    Raises:
        InvalidStack: the files of the stack have mistakes.
        OSError: the patch cannot be written.
    """
    if not edits:
        file.unlink(missing_ok=True)
        return False
    patch = edit_patch(seen, edits)
    start = "".join(f"# {one_line(SECRETS.text(line))}\n" for line in _preface(file, seen, patch, told))
    data = (start + patch.diff).encode()
    if file.is_file() and file.read_bytes() == data:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, data, private=True)
    return True


def _preface(file: Path, seen: Seen, patch: EditPatch, told: Sequence[str]) -> Iterator[str]:
    """What a reader has to know; `git apply` and `patch` skip these lines."""
    yield f"{seen.stack.mark} was edited in AWS. To keep the edits, run in its directory ({seen.directory.resolve()}):"
    yield f"  git apply {file}"
    yield from told
    yield from (f"not in this patch: {key}.{name}: {why}" for (key, name), why in patch.left_out.items())
