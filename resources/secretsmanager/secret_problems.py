"""Finds mistakes that AWS would refuse and that depend on several fields of a secret."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding, Secret

TYPES = ("exclude_numbers", "exclude_punctuation", "exclude_uppercase", "exclude_lowercase")


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one secret."""
    written = files.values
    if "secret_value" in written and "generated" in written:
        yield Finding("a secret has one value; leave out secret_value or generated", ("generated",))
    secret = written.get("secret_value")
    if isinstance(secret, Secret) and secret.store == "secretsmanager" and secret.name == files.name:
        yield Finding("a secret cannot get its value from itself; name another one", ("secret_value",))
    if written.get("generated"):
        yield from _generated(written["generated"])
    if written.get("rotation"):
        yield from _rotation(written["rotation"])


def _generated(wanted: Mapping[str, Any]) -> Iterator[Finding]:
    template, key = wanted.get("secret_string_template"), wanted.get("generate_string_key")
    place = ("generated",)
    if (template is None) != (key is None):
        yield Finding("write both secret_string_template and generate_string_key, or none of them", place)
    elif template is not None and not has_reference(template) and not _is_object(template):
        yield Finding(
            'secret_string_template must be a JSON object as text, such as {"username": "admin"}', place
        )
    if all(wanted.get(name) for name in TYPES) and not wanted.get("include_space"):
        yield Finding("no characters are left; leave out one of the exclusions", place)
    types = sum(not wanted.get(name) for name in TYPES)
    length = wanted.get("password_length")
    if isinstance(length, int) and length < types and wanted.get("require_each_included_type") is not False:
        said = f"{types} types of characters are required; write password_length: {types} or more"
        yield Finding(said, (*place, "password_length"))


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _rotation(rotation: Mapping[str, Any]) -> Iterator[Finding]:
    ways = [
        name for name in ("automatically_after_days", "schedule_expression") if rotation.get(name) is not None
    ]
    if len(ways) != 1:
        yield Finding("write either automatically_after_days or schedule_expression", ("rotation",))
