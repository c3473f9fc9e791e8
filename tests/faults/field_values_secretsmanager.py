"""Two values for every field of a secret, from its sample, each with settings with which AWS accepts them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import known_kinds
from tests.contract.samples.secretsmanager_secret import PASSWORD, rotated
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

DAILY = rotated(automatically_after_days=1)
SCHEDULE = "rotation.schedule_expression"


def of_rotation(member: str, first: Any, second: Any) -> tuple[str, FieldValues]:
    """Two values of a member of a rotation."""
    path, one, two = f"rotation.{member}", {**DAILY, member: first}, {**DAILY, member: second}
    return path, FieldValues(one, two, tops=True, edges=(), without=path)


def as_member(name: str) -> Settings:
    """A generated value in a JSON object."""
    return {"secret_string_template": "{}", "generate_string_key": name}


def secret() -> KindValues:
    """A secret with a generated value."""
    found = kind_values_of(known_kinds()["secretsmanager.secret"])
    one, two = (rotated(schedule_expression=f"rate({days} days)") for days in (1, 2))
    by_path = {
        **found.by_path,
        "secret_value": FieldValues(PASSWORD, {"secret": {"secretsmanager": "sandbox/password"}}, base={}),
        "generated.password_length": FieldValues(20, 30, edges=()),
        "generated.exclude_characters": FieldValues("'", "/", edges=()),
        "generated.secret_string_template": FieldValues(
            as_member("a"), as_member("b"), tops=True, edges=(), without="generated"
        ),
        "generated.generate_string_key": FieldValues(
            as_member("a"), as_member("b"), tops=True, edges=(), without="generated"
        ),
        "recovery_window_in_days": FieldValues(14, 20),
        "rotation": FieldValues(DAILY, rotated(automatically_after_days=2), edges=()),
        "rotation.rotation_lambda_arn": FieldValues(
            DAILY, rotated(automatically_after_days=2), tops=True, edges=(), without="rotation"
        ),
        "rotation.automatically_after_days": FieldValues(
            DAILY, rotated(automatically_after_days=2), tops=True, edges=(), without="rotation"
        ),
        SCHEDULE: FieldValues(one, two, tops=True, edges=(), without="rotation"),
        **dict((of_rotation("duration", "2h", "3h"), of_rotation("rotate_immediately", True, False))),
    }
    also = {"recovery_window_in_days": ("tags",)}  # a tag holds it
    return replace(found, base={}, by_path=by_path, also=also)


VALUES_BY_KIND: Mapping[str, KindValues] = {"secretsmanager.secret": secret()}
