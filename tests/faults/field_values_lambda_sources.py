"""The values of an event source mapping's sample, whose source is a queue: what only other sources take is tested by its forms."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from reconciler.resources.awslambda.event_source_mapping_problems import ONLY_FOR
from tests.faults.field_places import KindValues
from tests.faults.generated_fields import kind_values_of

KIND = "lambda.event_source_mapping"
FOUND = kind_values_of(known_kinds()[KIND])
OF_OTHERS = {field for field, sources in ONLY_FOR.items() if "sqs" not in sources} | {
    "starting_position_timestamp",
    "source_access_configurations",
    "provisioned_poller_config",
    "self_managed_event_source",
}
BY_PATH = {
    path: values
    for path, values in FOUND.by_path.items()
    if path.partition(".")[0].removesuffix("[]") not in OF_OTHERS
}
VALUES_BY_KIND: Mapping[str, KindValues] = {KIND: replace(FOUND, by_path=BY_PATH)}
