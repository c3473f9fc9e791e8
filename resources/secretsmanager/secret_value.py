"""Generates the first value of a secret. Nobody sees it: it is sent at once, and not kept."""

import json
from typing import Any

from pydantic.alias_generators import to_pascal

from reconciler.contract import Api
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
