"""What a kind says of what lives in its resources and has no kind: true to botocore's model, and complete."""

from typing import Any

import pytest
from contract_shapes import SESSION

from reconciler.aws.api import is_read
from reconciler.aws.names import spellings
from reconciler.contract import Adapter
from reconciler.kinds import known_kinds

KINDS = known_kinds()
DECLARED = [
    pytest.param(adapter, each, id=each.operation) for adapter in KINDS.values() for each in adapter.unmanaged
]
INSTANCE = KINDS["connect.instance"]

SETTINGS = {"ListAttachedFilesConfigurations", "ListDefaultVocabularies", "SearchWorkspaceAssociations"}
"""Settings of the instance, or of what lives in it."""
NOTHING_THAT_LIVES = {
    "ListAnalyticsDataLakeDataSets", "ListTestCaseExecutions", "SearchContactEvaluations", "SearchResourceTags",
}  # fmt: skip
"""What may be associated, what happened, and tags of what is listed elsewhere."""
KINDS_OF_OURS = {"LexBots", "PhoneNumbers"}
"""What kinds of ours see by other operations."""


def shapes(adapter: Adapter[Any], operation: str) -> Any:
    return SESSION.get_service_model(adapter.service.name).operation_model(
        spellings(adapter.service.name)[operation]
    )


@pytest.mark.parametrize(("adapter", "of"), DECLARED)
def test_a_list_takes_the_address_alone_and_shows_what_is_declared(adapter: Adapter[Any], of: Any) -> None:
    model = shapes(adapter, of.operation)
    assert is_read(of.operation)
    assert model.input_shape.required_members == ["InstanceId"]
    (row,) = [each.member for each in model.output_shape.members.values() if each.type_name == "list"]
    assert set(of.named_by) <= row.members.keys()
    if of.made_by_aws:
        member, values = of.made_by_aws
        assert set(values) <= set(getattr(row.members[member], "enum", None) or [True, False])


def test_everything_that_an_instance_alone_lists_has_a_kind_or_is_declared() -> None:
    service = SESSION.get_service_model("connect")
    alone = {
        name
        for name in service.operation_names
        if name.startswith(("List", "Search"))
        and service.operation_model(name).input_shape.required_members == ["InstanceId"]
    }
    spelled = spellings("connect")
    read = {
        spelled[each]
        for kind in KINDS.values()
        if kind.service.name == "connect"
        for each in kind.reads.operations
    }
    listed = {spelled[each.operation] for each in INSTANCE.unmanaged}
    known = {name.removeprefix("List").removeprefix("Search") for name in read | listed} | KINDS_OF_OURS
    left = {name for name in alone if name.removeprefix("List").removeprefix("Search") not in known}
    assert left == SETTINGS | NOTHING_THAT_LIVES
    assert not listed & read
