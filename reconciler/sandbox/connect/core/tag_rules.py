"""The rules for tags: at most fifty, with allowed characters, and without AWS's prefix.

Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_TagResource.html and
https://docs.aws.amazon.com/connect/latest/adminguide/tagging.html
"""

from collections.abc import Callable, Mapping

from reconciler.sandbox.connect.core import refusals
from reconciler.sandbox.java_patterns import java_pattern
from reconciler.sandbox.sandbox_error import SandboxError

MOST_TAGS = 50
LONGEST_KEY, LONGEST_VALUE = 128, 256
CHARACTERS = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"


def merged(
    tags: Mapping[str, str],
    more: Mapping[str, str],
    invalid: Callable[[str], SandboxError] = refusals.invalid,
) -> dict[str, str]:
    """Return the tags of a resource with further tags; refuse invalid ones with `invalid`."""
    if any(key.lower().startswith("aws:") for key in more):
        raise invalid("Tag keys cannot begin with aws:.")
    allowed = java_pattern(CHARACTERS)
    for key, value in more.items():
        if not 1 <= len(key) <= LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise invalid(f"Tag keys have 1 to {LONGEST_KEY} characters, and values at most {LONGEST_VALUE}.")
        if allowed and not (allowed.fullmatch(key) and allowed.fullmatch(value)):
            raise invalid(
                f"Tag {key} has characters other than letters, white space, numbers and _ . : / = + - @."
            )
    result = {**tags, **more}
    if len(result) > MOST_TAGS:
        raise invalid(f"A resource can have at most {MOST_TAGS} tags.")
    return result
