"""Reads botocore's models without a client: AWS's spelling of an operation, the partition of a Region."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader
from botocore.regions import EndpointResolver

# Only botocore's own data: `~/.aws/models` and `$AWS_DATA_PATH` may hold anything.
_OWN = Loader([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


@cache
def service_model(service: str) -> Mapping[str, Any]:
    """The model of a service, as botocore's file holds it."""
    model: Mapping[str, Any] = _OWN.load_service_model(service, "service-2")
    return model


@cache
def spellings(service: str) -> Mapping[str, str]:
    """AWS's spelling of every operation of a service, by boto3's spelling: `list_queues` gives `ListQueues`."""
    return MappingProxyType({xform_name(name): name for name in service_model(service)["operations"]})


def service_and_operation(service: str, operation: str) -> tuple[str, str]:
    """The service and name of an operation: `kms:describe_key` names its service, `describe_table` belongs to `service`."""
    other, colon, name = operation.partition(":")
    return (other, name) if colon else (service, operation)


def partition_of(region: str) -> str:
    """The partition of a Region that botocore knows: `aws`, `aws-cn`, `aws-us-gov`."""
    return str(EndpointResolver(_OWN.load_data("endpoints")).get_partition_for_region(region))
