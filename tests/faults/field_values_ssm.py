"""Two values for every field of a parameter, from its sample, each with settings with which AWS accepts them."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.ssm_parameter import PASSWORD, expiring
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

PLAIN: Settings = {"type": "String", "value": "x"}
SECURE: Settings = {"type": "SecureString", "secure_value": PASSWORD}
ADVANCED: Settings = {**PLAIN, "tier": "Advanced"}


def parameter() -> KindValues:
    """A text, except for the fields that only other parameters have."""
    found = kind_values_of(known_kinds()["ssm.parameter"])
    by_path = {
        **found.by_path,
        "type": FieldValues("String", "StringList", base={"value": "x"}, edges=()),
        "value": FieldValues("x", "y", edges=("z", "z" * 4096)),
        "secure_value": FieldValues(
            PASSWORD, {"secret": {"secretsmanager": "sandbox/password"}}, base={"type": "SecureString"}
        ),
        "key_id": FieldValues("${one_key}", "${another_key}", base=SECURE),
        "allowed_pattern": FieldValues("^x", "x$", edges=()),
        "tier": FieldValues("Standard", "Advanced", edges=()),
        "policies": FieldValues(expiring(2030), expiring(2031), base=ADVANCED, edges=()),
        "data_type": FieldValues("aws:ssm:integration", "text", edges=()),
    }
    return replace(found, base=PLAIN, by_path=by_path, needed=frozenset({"value", "secure_value"}))


VALUES_BY_KIND: Mapping[str, KindValues] = {"ssm.parameter": parameter()}
