"""Generates the first value of a secret, which nobody sees: it is sent at once, and not kept. Checks that there is one."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic.alias_generators import to_pascal

from reconciler.contract import Api, Check, Look, Seen
from reconciler.resources.secretsmanager.secret_model import Wanted

TEMPLATE, KEY = "secret_string_template", "generate_string_key"
VALUE = "SecretString"


def with_value(api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of CreateSecret with a generated value, if the files want one."""
    wanted = parameters.get(VALUE)
    return {**parameters, VALUE: _generated(api, wanted)} if isinstance(wanted, Wanted) else parameters


def _generated(api: Api, wanted: Wanted) -> str:
    settings = {name: value for name, value in json.loads(wanted).items() if value is not None}
    template, key = settings.pop(TEMPLATE, None), settings.pop(KEY, None)
    asked = {to_pascal(name): value for name, value in settings.items()}
    value = str(api.call("get_random_password", **asked)["RandomPassword"])
    return json.dumps({**json.loads(template), key: value}) if template and key else value


CURRENT = "AWSCURRENT"
"""The label of the version that readers of a secret get."""
PRESENT = "has a current value"


def _present(look: Look) -> Seen:
    labels = [each for names in (look.describe().get("VersionIdsToStages") or {}).values() for each in names]
    there = CURRENT in labels
    return Seen(there, f"{'a' if there else 'no'} version with the label {CURRENT}", PRESENT)


CHECKS: Mapping[str, Check] = {"value": Check(PRESENT, _present, ("describe_secret",))}
