"""Makes a patch for the files of a stack that records what was edited in AWS."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.aws.redaction import SECRETS
from reconciler.editing.file_diff import file_diff
from reconciler.exporting.acceptance import Acceptance, Seen, accept
from reconciler.stack import Key

Edit: TypeAlias = tuple[Key, str]
"""A resource, and one of its top-level fields."""

SECRET = "the patch would show a secret"  # noqa: S105 -- a message


@dataclass
class EditPatch:
    """A patch as a unified diff, and the edits that it does not record."""

    diff: str = ""
    left_out: dict[Edit, str] = field(default_factory=dict)
    """The edits that cannot be written into the files, and why."""


def edit_patch(seen: Seen, edits: Sequence[Edit]) -> EditPatch:
    """The patch that makes the files equal to what lives, in all of these edits that can be written.

    Raises:
        InvalidStack: the files have mistakes.
    """
    found = EditPatch()
    _, found.diff = _most(seen, [], list(edits), found.left_out)
    return found


def _most(
    seen: Seen, kept: list[Edit], more: list[Edit], left_out: dict[Edit, str]
) -> tuple[list[Edit], str]:
    """The edits that can be written together, and their diff: if some cannot, they are found by halves."""
    found = _accepted(seen, [*kept, *more])
    diff = "".join(file_diff(found.files))
    why = found.refused[0] if found.refused else SECRET if SECRETS.text(diff) != diff else None
    if why is None:
        return [*kept, *more], diff
    if len(more) == 1:
        key, name = more[0]
        left_out[more[0]] = SECRETS.text(why.removeprefix(f"{key}.{name}: "))
        return kept, "".join(file_diff(_accepted(seen, kept).files))
    half = len(more) // 2
    kept, _ = _most(seen, kept, more[:half], left_out)
    return _most(seen, kept, more[half:], left_out)


def _accepted(seen: Seen, edits: Sequence[Edit]) -> Acceptance:
    wanted: dict[Key, set[str]] = {}
    for key, name in edits:
        wanted.setdefault(key, set()).add(name)
    return accept(seen, wanted)
