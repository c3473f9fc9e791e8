"""Values of the fields of aliases and event source mappings that AWS accepts only together with others."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

ALIAS, MAPPING = "lambda.alias", "lambda.event_source_mapping"
WINDOW = {"maximum_batching_window_in_seconds": 5}


def alias() -> KindValues:
    """An alias, whose description also has its tags."""
    found = kind_values_of(known_kinds()[ALIAS])
    description = FieldValues("For callers", "For all callers", edges=("x",))
    return replace(found, by_path={**found.by_path, "description": description})


def mapping() -> KindValues:
    """A mapping of a queue: more than 10 messages need a window."""
    found = kind_values_of(known_kinds()[MAPPING])
    size = FieldValues(30, 20, beside=WINDOW)
    return replace(found, by_path={**found.by_path, "batch_size": size})


VALUES_BY_KIND: Mapping[str, KindValues] = {ALIAS: alias(), MAPPING: mapping()}
