"""`reconciler accept` as a user types it, after edits with plain boto3."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.cli.completing import candidates
from reconciler.cli.exits import FAILED, INVALID
from tests.end_to_end.edited_centre import Files, Hands, edited_centre

QUEUE, USER, FLOW = (
    "connect.queue/CustomerService",
    "connect.user/john.smith",
    "connect.contact_flow/MainFlow",
)
PREMIUM, THIRD = "connect.queue/PremiumSupportQueue", "connect.queue/Third"
HOURS = "connect.hours_of_operation/Extended Hours"
DAY_HOURS = "connect.hours_of_operation/UK Business Hours"
PROFILE = "connect.routing_profile/SalesAgentProfile"


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    with edited_centre(tmp_path_factory.mktemp("centre") / "stack") as hands:
        yield hands


@pytest.fixture
def files(hands: Hands, tmp_path: Path) -> Files:
    """The files as they were applied; every test edits other fields of the centre."""
    return Files(hands, tmp_path / "stack")


def test_a_queue_a_user_and_a_flow_are_accepted_in_exactly_their_lines(hands: Hands, files: Files) -> None:
    queue, user, flow = hands.ids[QUEUE], hands.ids[USER], hands.ids[FLOW]
    hands.call("update_queue_max_contacts", QueueId=queue, MaxContacts=75)
    hours = hands.ids[HOURS]
    hands.call("update_queue_hours_of_operation", QueueId=queue, HoursOfOperationId=hours)
    phone = {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 30}
    hands.call("update_user_phone_config", UserId=user, PhoneConfig=phone)
    shown = json.loads(hands.call("describe_contact_flow", ContactFlowId=flow)["ContactFlow"]["Content"])
    for action in shown["Actions"]:
        if action["Identifier"] == "Welcome":
            action["Parameters"]["Text"] = "Welcome back"
        if action["Identifier"] == "Set customer service":
            action["Parameters"]["QueueId"] = hands.ids[PREMIUM]
    hands.call("update_contact_flow_content", ContactFlowId=flow, Content=json.dumps(shown))
    dry = files.accept(QUEUE, USER, FLOW, "--dry-run")
    assert dry.exit_code == 0, dry.stderr
    assert "--- a/routing.yaml\n+++ b/routing.yaml\n" in dry.stdout
    assert "+    max_contacts: 75  # agreed\n" in dry.stdout
    assert files.changes() == {}
    said = files.accept(QUEUE, USER, FLOW)
    assert said.exit_code == 0, said.stderr
    assert said.stdout.splitlines() == [
        f"accepted: {QUEUE}.hours_of_operation",
        f"accepted: {QUEUE}.max_contacts",
        f"accepted: {USER}.phone_config",
        f"accepted: {FLOW}.content",
        "written: flows/main.json",
        "written: people.yaml",
        "written: routing.yaml",
        "flows/main.json is for the other environments, too",
        "people.yaml is for the other environments, too",
        "routing.yaml is for the other environments, too",
    ]
    phones = "    phone_config: {phone_type: SOFT_PHONE, auto_accept: %s, after_contact_work_time_limit: 30}"
    old = "Thank you for calling customer service. Calls may be recorded for training."
    assert files.changes() == {
        "flows/main.json": [
            f'-       "Parameters": {{"Text": "{old}"}},',
            '+       "Parameters": {"Text": "Welcome back"},',
            '-       "Parameters": {"QueueId": "${queue:CustomerService}"},',
            '+       "Parameters": {"QueueId": "${queue:PremiumSupportQueue}"},',
        ],
        "people.yaml": [f"- {phones % 'false'}", f"+ {phones % 'true'}"],
        "routing.yaml": [
            "-     hours_of_operation: UK Business Hours",
            "+     hours_of_operation: Extended Hours",
            "-     max_contacts: 100  # agreed",
            "+     max_contacts: 75  # agreed",
        ],
    }
    assert files.pending() == set()
    again = files.accept(QUEUE, USER, FLOW)
    assert (again.exit_code, again.stdout) == (0, "nothing to accept: 3 resources as in the files\n")


def test_a_variable_is_changed_where_it_is_written(hands: Hands, files: Files) -> None:
    hands.call("update_queue_max_contacts", QueueId=hands.ids[PREMIUM], MaxContacts=60)
    assert files.accept(f"{PREMIUM}.max_contacts").exit_code == 0
    assert files.changes() == {"stack.yaml": ["-       limit: 50", "+       limit: 60"]}


def test_a_text_keeps_its_variables_or_is_refused(hands: Hands, files: Files) -> None:
    queue = hands.ids[PREMIUM]
    hands.call("update_queue_name", QueueId=queue, Description="All of dev help desk")
    assert files.accept(f"{PREMIUM}.description").exit_code == 0
    assert files.changes() == {
        "routing.yaml": [
            "-     description: Premium ${environment} support queue",
            '+     description: "All of ${environment} help desk"',
        ]
    }
    hands.call("update_queue_name", QueueId=queue, Description="Without it")
    said = files.accept(f"{PREMIUM}.description")
    assert said.exit_code == FAILED
    assert said.stderr == (
        f"{PREMIUM}.description: routing.yaml:42:18: the text has the variable ${{environment}}, and the live text does "
        "not have its value; change the text by hand\nnothing was written\n"
    )


def test_a_variable_that_others_have_is_refused(hands: Hands, files: Files) -> None:
    hands.call("update_queue_max_contacts", QueueId=hands.ids[THIRD], MaxContacts=7)
    said = files.accept(f"{THIRD}.max_contacts")
    assert said.exit_code == FAILED
    assert said.stderr == (
        "connect.queue/Fourth.max_contacts would change, too, because it has the same variable (stack.yaml:15:15); "
        "write values of their own first\nnothing was written\n"
    )
    assert files.changes() == {}


def test_the_file_of_the_environment_is_changed_if_it_has_the_value(hands: Hands, files: Files) -> None:
    hands.call("update_hours_of_operation", HoursOfOperationId=hands.ids[HOURS], Description="Nearly: always")
    said = files.accept(HOURS)
    assert (said.exit_code, said.stderr) == (0, "")
    assert said.stdout == f"accepted: {HOURS}.description\nwritten: environments/dev.yaml\n"
    assert files.changes() == {
        "environments/dev.yaml": [
            '-   Extended Hours: {description: "Every day, in dev"}',
            '+   Extended Hours: {description: "Nearly: always"}',
        ]
    }


def test_a_default_of_the_kind_becomes_a_value_of_the_resource(hands: Hands, files: Files) -> None:
    hands.call("update_queue_name", QueueId=hands.ids[THIRD], Description="The third")
    said = files.accept(f"{THIRD}.description")
    assert (said.exit_code, said.stderr) == (0, "")
    start = "Third: {hours_of_operation: UK Business Hours,"
    assert files.changes() == {
        "routing.yaml": [
            f'-   {start} max_contacts: "${{shared}}"}}',
            f'+   {start} description: The third, max_contacts: "${{shared}}"}}',
        ]
    }


def test_what_is_referred_to_and_not_in_the_files_is_added(hands: Hands, files: Files) -> None:
    day = {"Hours": 9, "Minutes": 0}
    config = [{"Day": "MONDAY", "StartTime": day, "EndTime": {"Hours": 17, "Minutes": 0}}]
    made = hands.call("create_hours_of_operation", Name="Nights", TimeZone="UTC", Config=config)
    hands.call(
        "update_queue_hours_of_operation",
        QueueId=hands.ids["connect.queue/Fourth"],
        HoursOfOperationId=made["HoursOfOperationId"],
    )
    said = files.accept("connect.queue/Fourth.hours_of_operation")
    assert (said.exit_code, said.stderr) == (0, "")
    assert files.changes() == {
        "routing.yaml": [
            "+   Nights: {existing: true}",
            '-   Fourth: {hours_of_operation: UK Business Hours, max_contacts: "${shared}"}',
            '+   Fourth: {hours_of_operation: Nights, max_contacts: "${shared}"}',
        ]
    }


def test_rows_of_a_list_keep_their_lines(hands: Hands, files: Files) -> None:
    profile = hands.ids[PROFILE]
    reference = {"QueueId": hands.ids[QUEUE], "Channel": "VOICE"}
    hands.call(
        "update_routing_profile_queues",
        RoutingProfileId=profile,
        QueueConfigs=[{"QueueReference": reference, "Priority": 2, "Delay": 45}],
    )
    other = {"QueueId": hands.ids[THIRD], "Channel": "VOICE"}
    hands.call(
        "associate_routing_profile_queues",
        RoutingProfileId=profile,
        QueueConfigs=[{"QueueReference": other, "Priority": 3, "Delay": 0}],
    )
    hands.call(
        "disassociate_routing_profile_queues",
        RoutingProfileId=profile,
        QueueReferences=[{"QueueId": hands.ids[PREMIUM], "Channel": "VOICE"}],
    )
    said = files.accept(PROFILE)
    assert (said.exit_code, said.stderr) == (0, "")
    assert files.changes() == {
        "routing.yaml": [
            "-       - {queue: PremiumSupportQueue, channel: VOICE, priority: 1, delay: 0}",
            "-       - {queue: CustomerService, channel: VOICE, priority: 2, delay: 30}",
            "+       - {queue: CustomerService, channel: VOICE, priority: 2, delay: 45}",
            "+       - {queue: Third, channel: VOICE, priority: 3, delay: 0}",
        ]
    }
    assert PROFILE not in files.pending()


def test_tags_and_cleared_fields(hands: Hands, files: Files) -> None:
    hands.connect.tag_resource(resourceArn=hands.arns["connect.user/new.agent"], tags={"Project": "other"})
    hands.call("update_user_hierarchy", UserId=hands.ids["connect.user/new.agent"])
    said = files.accept("connect.user/new.agent")
    assert (said.exit_code, said.stderr) == (0, "")
    assert files.changes() == {
        "people.yaml": [
            "-     hierarchy_group: Sales",
            "+     hierarchy_group: null",
            "+     tags: {Project: other}",
        ]
    }
    assert "connect.user/new.agent" not in files.pending()


def test_a_value_of_an_item_is_changed_in_the_item(hands: Hands, files: Files) -> None:
    paris, north = hands.ids["connect.queue/line-paris"], hands.ids["connect.queue/desk-north"]
    hands.call("update_queue_max_contacts", QueueId=paris, MaxContacts=60)
    hands.call("update_queue_hours_of_operation", QueueId=paris, HoursOfOperationId=hands.ids[DAY_HOURS])
    hands.call("update_queue_max_contacts", QueueId=north, MaxContacts=9)
    said = files.accept("connect.queue/line-paris", "connect.queue/desk-north")
    assert (said.exit_code, said.stderr) == (0, "")
    assert files.changes() == {
        "routing.yaml": [
            "-       paris: {hours: Extended Hours, most: 50}",
            "+       paris: {hours: UK Business Hours, most: 60}",
        ],
        "stack.yaml": ["-       desks: {north: 5, south: 6}", "+       desks: {north: 9, south: 6}"],
    }
    assert not {"connect.queue/line-paris", "connect.queue/desk-north"} & files.pending()


def test_what_is_no_value_of_one_item_is_refused_with_its_place(hands: Hands, files: Files) -> None:
    london = hands.ids["connect.queue/line-london"]
    caller = {"OutboundCallerIdName": "Other"}
    hands.call("update_queue_outbound_caller_config", QueueId=london, OutboundCallerConfig=caller)
    hands.call("update_queue_name", QueueId=london, Description="Calls to the city")
    hands.call("update_queue_max_contacts", QueueId=hands.ids["connect.queue/each-two"], MaxContacts=9)
    said = files.accept("connect.queue/line-london", "connect.queue/each-two")
    assert said.exit_code == FAILED
    several = {
        "connect.queue/line-london.description": ("50:18", "line"),
        "connect.queue/line-london.outbound_caller_config": ("53:55", "line"),
        "connect.queue/each-two.max_contacts": ("45:97", "each"),
    }
    assert said.stderr.splitlines() == [
        f"{path}: routing.yaml:{at}: `{name}-${{each.key}}` makes several resources, and this is not the value of one item; "
        f'write `{path.rpartition(".")[2]}` below "{path.rpartition(".")[0].rpartition("/")[2]}" in environments/dev.yaml'
        for path, (at, name) in several.items()
    ] + ["nothing was written"]
    over = files.folder / "environments" / "dev.yaml"
    over.write_text(over.read_text() + "connect.queue:\n  line-london: {description: In dev}\n")
    files.before = files.texts()
    said = files.accept("connect.queue/line-london")
    assert (said.exit_code, said.stderr) == (0, "")
    assert files.changes() == {
        "environments/dev.yaml": [
            "-   line-london: {description: In dev}",
            "+   line-london: {description: Calls to the city, outbound_caller_config: {outbound_caller_id_name: Other}}",
        ]
    }
    assert "connect.queue/line-london" not in files.pending()


def test_what_is_gone_is_refused(hands: Hands, files: Files) -> None:
    hands.call("delete_quick_connect", QuickConnectId=hands.ids["connect.quick_connect/Emergency Line"])
    said = files.accept("connect.quick_connect/Emergency Line")
    assert said.exit_code == FAILED
    assert said.stderr == (
        "connect.quick_connect/Emergency Line: AWS does not have it, so there is nothing to accept\n"
        "nothing was written\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Sales",), "Sales: write a resource as KIND/NAME, or a field of it as KIND/NAME.FIELD"),
        (("connect.queue/",), "connect.queue/: write a resource as KIND/NAME"),
        (("/CustomerService",), "/CustomerService: write a resource as KIND/NAME"),
        (("connect.queue/CustomerServic",), 'did you mean "connect.queue/CustomerService"?'),
        (("connect.que/CustomerService",), 'did you mean "connect.queue/CustomerService"?'),
        ((f"{QUEUE}.max_contact",), 'did you mean "max_contacts"?'),
        ((f"{QUEUE}.max_contacts.x",), "the stack has no resource"),
        ((f"{QUEUE}.outbound_email_config",), 'the files do not set "outbound_email_config" of connect.queue/CustomerSer'),
        (("connect.security_profile/Admin",), "connect.security_profile/Admin is only referred to (`existing`)"),
        ((QUEUE, "--env", "test"), 'no environment named "test"; there are dev, prod'),
        (("CustomerService.max_contacts",), "write a resource as KIND/NAME, or a field of it as KIND/NAME.FIELD"),
    ],
)  # fmt: skip
def test_wrong_words_are_one_line_each(files: Files, words: tuple[str, ...], said: str) -> None:
    typed = files.accept(*words)
    first, *more = typed.stderr.splitlines()
    assert typed.exit_code == INVALID
    assert said in first
    assert more in ([], ["1 mistake; no call was made"])
    assert files.changes() == {}


def test_every_wrong_word_is_named(files: Files) -> None:
    assert files.accept("x", f"{QUEUE}.y", QUEUE).stderr.count("\n") == 2
    missing = files.hands.centre.type("accept", files.folder / "none", QUEUE)
    assert (missing.exit_code, missing.stderr.count("\n")) == (INVALID, 1)


def test_resources_and_fields_are_completed(files: Files) -> None:
    found = candidates(["accept", str(files.folder), "--env", "dev", f"{QUEUE}.m"])
    assert found == [f"{QUEUE}.max_contacts"]
