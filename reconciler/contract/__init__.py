"""The contract: all that one kind of AWS resource must say about itself.

An adapter is a declaration plus, at most, one or two short reads. The engine does the rest: ownership, ordering,
diffing, pacing, retries, unknown outcomes, pruning, confirming and reporting.
"""

from reconciler.contract.attributes import Attribute
from reconciler.contract.calls import Address, Api, ApiOf, Request, Sighting, Wired
from reconciler.contract.changes import (
    Calls,
    CannotDelete,
    Change,
    Create,
    Delete,
    Restore,
    Sends,
    each_alone,
)
from reconciler.contract.contents import Unmanaged
from reconciler.contract.files import InFiles
from reconciler.contract.identity import Assigned, Identity, Marked, Named
from reconciler.contract.kind import Adapter, declared_services
from reconciler.contract.reads import Reads
from reconciler.contract.tagging import PAIR, Tagging, TagWords, tag_changes, tag_list, tagging, tags_in

__all__ = [
    "PAIR",
    "Adapter",
    "Address",
    "Api",
    "ApiOf",
    "Assigned",
    "Attribute",
    "Calls",
    "CannotDelete",
    "Change",
    "Create",
    "Delete",
    "Identity",
    "InFiles",
    "Marked",
    "Named",
    "Reads",
    "Request",
    "Restore",
    "Sends",
    "Sighting",
    "TagWords",
    "Tagging",
    "Unmanaged",
    "Wired",
    "declared_services",
    "each_alone",
    "tag_changes",
    "tag_list",
    "tagging",
    "tags_in",
]
