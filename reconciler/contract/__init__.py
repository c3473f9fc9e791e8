"""The contract between the engine and kinds: what the adapter of a kind must declare.

An adapter is a declaration with at most one or two short read methods. The engine does the rest: ownership, ordering,
diffing, pacing, retries, unknown outcomes, pruning, confirming and reporting.
"""

from reconciler.contract.attributes import Attribute
from reconciler.contract.calls import Address, Api, ApiOf, Request, RowsIn, Sighting, Wired
from reconciler.contract.changes import (
    Calls,
    CannotDelete,
    Change,
    Copying,
    Create,
    Delete,
    Emptying,
    Restore,
    Sends,
    Stored,
    one_request_per_member,
    patch_list,
)
from reconciler.contract.checks import EXISTS, Check, Drill, Look, Seen, state_check
from reconciler.contract.contents import Unmanaged
from reconciler.contract.costs import DAYS, FREE, HOURS, Charge, Costs, NoVolumes, Volume, fixed, volume
from reconciler.contract.delegating_api import DelegatingApi
from reconciler.contract.files import InFiles
from reconciler.contract.identity import Assigned, Identity, Marked, Named
from reconciler.contract.kind import Adapter, declared_services
from reconciler.contract.reads import BulkRead, FieldRead, Reads, from_reply, from_rows
from reconciler.contract.rows import RowCall, RowChanges, by_rows, chunks, row_changes
from reconciler.contract.tagging import PAIR, Tagging, TagOperations, tag_changes, tag_list, tagging, tags_in
from reconciler.contract.text_tags import TextTagging, text_and_tags, with_tags_in
from reconciler.contract.unused import Considered, Evidence, Metric, Unused, day
from reconciler.field_schema import own_fields

__all__ = [
    "DAYS",
    "EXISTS",
    "FREE",
    "HOURS",
    "PAIR",
    "Adapter",
    "Address",
    "Api",
    "ApiOf",
    "Assigned",
    "Attribute",
    "BulkRead",
    "Calls",
    "CannotDelete",
    "Change",
    "Charge",
    "Check",
    "Considered",
    "Copying",
    "Costs",
    "Create",
    "DelegatingApi",
    "Delete",
    "Drill",
    "Emptying",
    "Evidence",
    "FieldRead",
    "Identity",
    "InFiles",
    "Look",
    "Marked",
    "Metric",
    "Named",
    "NoVolumes",
    "Reads",
    "Request",
    "Restore",
    "RowCall",
    "RowChanges",
    "RowsIn",
    "Seen",
    "Sends",
    "Sighting",
    "Stored",
    "TagOperations",
    "Tagging",
    "TextTagging",
    "Unmanaged",
    "Unused",
    "Volume",
    "Wired",
    "by_rows",
    "chunks",
    "day",
    "declared_services",
    "fixed",
    "from_reply",
    "from_rows",
    "one_request_per_member",
    "own_fields",
    "patch_list",
    "row_changes",
    "state_check",
    "tag_changes",
    "tag_list",
    "tagging",
    "tags_in",
    "text_and_tags",
    "volume",
    "with_tags_in",
]
