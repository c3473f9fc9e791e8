"""The rules for tags: fifty at most, and none that begins with AWS's own prefix."""

from collections.abc import Mapping

from reconciler.sandbox.connect.refusals import invalid

MOST_TAGS = 50


def merged(tags: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Lay further tags over a resource's tags."""
    if any(key.lower().startswith("aws:") for key in more):
        raise invalid("Tag keys cannot begin with aws:.")
    result = {**tags, **more}
    if len(result) > MOST_TAGS:
        raise invalid(f"A resource can have at most {MOST_TAGS} tags.")
    return result
