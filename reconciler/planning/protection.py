"""Whether a resource is protected from being deleted, and by what."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Adapter
from reconciler.planning.ownership import PROTECT_MARK
from reconciler.stack import Desired, Key, Stack


def is_protected(desired: Desired | None, tags: Mapping[str, str], adapter: Adapter[Any]) -> bool:
    """Whether a resource is protected: by the files, by its mark, or by its kind.

    For a desired resource the mark can only add protection: otherwise the files decide.
    """
    if desired is not None and desired.policy.protect is not None:
        return desired.policy.protect
    marked = tags.get(PROTECT_MARK)
    return marked == "true" or (adapter.delete.protected and (desired is not None or marked != "false"))


def why_destroy_keeps(stack: Stack, key: Key, tags: Mapping[str, str], adapter: Adapter[Any]) -> str | None:
    """Why a pass that deletes everything of the stack keeps a resource, and what to do; None if it may be deleted.

    The files can only add protection: what they no longer protect may still be protected by its mark.
    """
    asked = stack.destroys
    if asked is None:
        return None
    loses = adapter.loses
    named = f"--release {key}" if loses and key not in asked.given_up else ""
    protected = loses or key in asked.protected or is_protected(None, tags, adapter)
    also = "--also-protected" if protected and not asked.also_protected else ""
    options = " and ".join(filter(None, (also, named)))
    if not options:
        return None
    deletes = "delete it all the same" if also and named else "deletes it all the same"
    return f"{loses or 'it is protected'}; {options} {deletes}"
