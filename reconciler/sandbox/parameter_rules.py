"""SSM's checks of a parameter, which moto does not have.

Sources: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html,
https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
"""

import json
import re
from typing import Any

from reconciler.sandbox.sandbox_error import SandboxError

DATA_TYPES = ("text", "aws:ec2:image", "aws:ssm:integration")
LARGEST = {"Standard": 4096, "Advanced": 8192}  # bytes of a value
MOST_LEVELS = 15
NO_POLICIES: list[dict[str, str]] = [{}]
"""What a request contains to remove all policies."""
POLICY_TYPES = ("Expiration", "ExpirationNotification", "NoChangeNotification")


def invalid(text: str) -> SandboxError:
    """Return SSM's error for an invalid value."""
    return SandboxError("ValidationException", text)


def check_name(name: str) -> None:
    """Refuse a path without a slash before it, and one with too many levels."""
    levels = name.strip("/").split("/")
    if len(levels) > 1 and not name.startswith("/"):
        raise invalid("Parameter name must be a fully qualified name.")
    if len(levels) > MOST_LEVELS:
        text = f"A hierarchy can have a maximum of {MOST_LEVELS} levels."
        raise SandboxError("HierarchyLevelLimitExceededException", text)


def policies_in(text: str | None) -> list[Any]:
    """Return the policies in a request; empty if there are none or if it removes them."""
    try:
        read = json.loads(text or "[]")
    except ValueError:
        raise invalid("The policies are not valid JSON.") from None
    if read == NO_POLICIES:
        return []
    if not isinstance(read, list) or not all(isinstance(each, dict) for each in read):
        raise invalid("The policies are not a list of JSON objects.")
    if any(each.get("Type") not in POLICY_TYPES for each in read):
        raise SandboxError("InvalidPolicyTypeException", "The policy type isn't supported.")
    return read


def tier_of(asked: str | None, before: str | None, value: str, policies: list[Any]) -> str:
    """Return the tier of a parameter with these settings; refuse a value or policies that it cannot have."""
    if before == "Advanced" and asked == "Standard":
        text = (
            "You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier."
        )
        raise invalid(f"This parameter uses the advanced-parameter tier. {text}")
    size = len(value.encode())
    if asked == "Intelligent-Tiering":
        asked = "Advanced" if size > LARGEST["Standard"] or policies else None
    tier = asked or before or "Standard"
    if size > LARGEST[tier]:
        text = f"{tier} tier parameters support a maximum parameter value of {LARGEST[tier]} characters."
        raise invalid(text)
    if policies and tier == "Standard":
        raise invalid("Parameter policies are supported for advanced parameters only.")
    return tier


def check_value(value: str, type_: str | None, pattern: str | None, key: str | None) -> None:
    """Refuse a value that does not match the pattern, and a key of a parameter that is not encrypted."""
    if key and type_ != "SecureString":
        raise invalid("KeyId is required for SecureString type parameter only.")
    if pattern and not re.search(pattern, value):
        text = "Parameter value, cannot be validated against allowedPattern: " + pattern
        raise SandboxError("ParameterPatternMismatchException", text)
