"""Further checks of our declarations: they are complete, and agree with the documentation."""

from pathlib import Path

from reconciler.aws.botocore_names import spellings
from reconciler.kinds import known_kinds
from reconciler.resources.connect.phone_number_model import COUNTRIES
from reconciler.testing.cloudformation import lines
from reconciler.testing.shapes import SESSION

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"

KINDS = known_kinds()
INSTANCE = KINDS["connect.instance"]

SETTINGS = {"ListAttachedFilesConfigurations", "ListDefaultVocabularies", "SearchWorkspaceAssociations"}
"""Lists of settings of the instance or of its contents."""
NOTHING_THAT_LIVES = {
    "ListAnalyticsDataLakeDataSets", "ListTestCaseExecutions", "SearchContactEvaluations", "SearchResourceTags",
}  # fmt: skip
"""Lists of possible associations, of events, and of tags of resources that are listed elsewhere."""
KINDS_OF_OURS = {"LexBots", "PhoneNumbers"}
"""Lists of resources that our kinds read with other operations."""


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
        if each in spelled  # others are of another service
    }
    listed = {spelled[each.operation] for each in INSTANCE.unmanaged}
    known = {name.removeprefix("List").removeprefix("Search") for name in read | listed} | KINDS_OF_OURS
    left = {name for name in alone if name.removeprefix("List").removeprefix("Search") not in known}
    assert left == SETTINGS | NOTHING_THAT_LIVES
    assert not listed & read


def test_the_countries_are_those_of_the_model() -> None:
    assert set(SESSION.get_service_model("connect").shape_for("PhoneNumberCountryCode").enum) == COUNTRIES


def test_the_page_about_coverage_is_what_the_declarations_say() -> None:
    assert PAGE.read_text(encoding="utf-8").splitlines() == list(lines()), "run `make docs`"
