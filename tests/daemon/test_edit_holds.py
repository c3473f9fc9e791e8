"""The daemon holds what was edited in the console, writes it as a patch, and corrects it when the time is over."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.aws.redaction import SECRETS
from reconciler.daemon.edit_holds import EditHolds, HoldTimes
from reconciler.history.history_text import record_lines
from tests.daemon.watched import ACCOUNT, REGION, Scene, scene

HOLD = HoldTimes(7_200.0, {"connect.routing_profile": 0.0})
EVERY = 3_000.0
"""Seconds between two passes: an edit is held in the first three that see it, and corrected in the fourth; a daily audit
may come between."""
HEADER = f"""\
stack: shop
environments:
  dev: {{account: "{ACCOUNT}", region: {REGION}}}
"""
CENTRE = """\
connect.instance:
  shop: {identity_management_type: SAML, inbound_calls_enabled: true, outbound_calls_enabled: true}
connect.hours_of_operation:
  Day:
    time_zone: UTC
    config: [{day: MONDAY, start_time: "09:00", end_time: "17:00"}]
  Night: {time_zone: UTC, config: []}
connect.queue:
  Sales:
    hours_of_operation: Day
    description: All sales
    max_contacts: 100
    tags: {Team: blue}
  Help: {hours_of_operation: Day, max_contacts: 10}
  Late: {hours_of_operation: Night}
connect.routing_profile:
  Agent:
    description: Agents
    default_outbound_queue: Sales
    media_concurrencies: [{channel: VOICE, concurrency: 1}]
connect.security_profile:
  Admin: {existing: true}
connect.user:
  ada:
    identity_info: {first_name: Ada, last_name: Lovelace}
    phone_config: {phone_type: SOFT_PHONE, auto_accept: false, after_contact_work_time_limit: 30}
    routing_profile: Agent
    security_profiles: [Admin]
connect.contact_flow:
  Main: {type: CONTACT_FLOW, content: {file: main.json}}
"""
FLOW = """\
{
  "Version": "2019-10-30",
  "StartAction": "Welcome",
  "Actions": [
    {
      "Identifier": "Welcome",
      "Type": "MessageParticipant",
      "Parameters": {"Text": "Welcome"},
      "Transitions": {"NextAction": "End", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "End"}]}
    },
    {"Identifier": "End", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
  ]
}
"""


class Hand:
    """Somebody who edits a centre in the console while the daemon watches it."""

    def __init__(self, at: Scene) -> None:
        self.at, self.connect, self.instance = at, at.client("connect"), ""
        self.clean = {each: each.read_bytes() for each in at.files.iterdir()}

    def begin(self) -> None:
        """Let the daemon bring everything back to the files as they were at first."""
        for file, data in self.clean.items():
            file.write_bytes(data)
        self.remember(HoldTimes())
        self.passes(2)
        self.remember(HOLD)
        self.passes(1)
        assert self.condition == "settled"
        self.instance = self.at.instance
        self.at.heard.told.clear()

    def remember(self, times: HoldTimes = HOLD) -> None:
        """Start the daemon again: all that it knows is in its files."""
        holds = self.holds
        self.at.post.watch.holds = EditHolds(times, holds.places, holds.kinds, holds.clock, holds.history_of)
        self.at.post.watch.begin()

    @property
    def holds(self) -> EditHolds:
        holds = self.at.post.watch.holds
        assert holds is not None
        return holds

    @property
    def condition(self) -> str:
        return self.at.post.watch.condition

    @property
    def patch(self) -> Path:
        stack = self.at.post.watch.stack
        assert stack is not None
        return self.holds.places.patch(stack)

    @property
    def metrics(self) -> bytes:
        return self.at.daemon.metrics.text()

    def passes(self, number: int) -> None:
        for _ in range(number):
            self.at.next_pass()

    def limit(self, name: str, contacts: int) -> None:
        self.at.limit(name, contacts)
        self.at.clock.sleep(60)

    def contacts(self, name: str) -> int:
        return int(self.at.queue(name)["MaxContacts"])

    def git_apply(self) -> None:
        subprocess.run(["git", "apply", str(self.patch)], cwd=self.at.files, check=True)

    def changing_calls(self) -> int:
        (record,) = self.at.history.newest(limit=1)
        return int(self.at.history.get(record.number).report["mutating_calls"])

    def rewrite(self, old: str, new: str) -> None:
        file = self.at.files / "centre.yaml"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hand]:
    """A daemon that makes a pass every fifty minutes and holds edits for two hours."""
    folder = tmp_path_factory.mktemp("shop")
    files = folder / "files"
    files.mkdir()
    for name, text in (("stack.yaml", HEADER), ("centre.yaml", CENTRE), ("main.json", FLOW)):
        (files / name).write_text(text)
    with scene(folder, every=EVERY, hold=HOLD, files=files) as at:
        at.daemon.turn(at.post)
        yield Hand(at)


@pytest.fixture
def hand(shop: Hand) -> Hand:
    shop.begin()
    return shop


# -- the promise -------------------------------------------------------------------------------------------------------


def flow_of(hand: Hand) -> tuple[str, dict[str, Any]]:
    rows = hand.connect.list_contact_flows(InstanceId=hand.instance)["ContactFlowSummaryList"]
    (identity,) = (row["Id"] for row in rows if row["Name"] == "Main")
    shown = hand.connect.describe_contact_flow(InstanceId=hand.instance, ContactFlowId=identity)[
        "ContactFlow"
    ]
    return identity, json.loads(shown["Content"])


def user_of(hand: Hand) -> dict[str, Any]:
    (row,) = hand.connect.list_users(InstanceId=hand.instance)["UserSummaryList"]
    found: dict[str, Any] = hand.connect.describe_user(InstanceId=hand.instance, UserId=row["Id"])["User"]
    return found


def edit_all(hand: Hand) -> None:
    hand.at.limit("Sales", 7)
    phone = {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 30}
    user = user_of(hand)["Id"]
    hand.connect.update_user_phone_config(InstanceId=hand.instance, UserId=user, PhoneConfig=phone)
    identity, content = flow_of(hand)
    content["Actions"][0]["Parameters"]["Text"] = "Welcome back"
    text = json.dumps(content)
    hand.connect.update_contact_flow_content(InstanceId=hand.instance, ContactFlowId=identity, Content=text)
    hand.at.clock.sleep(60)


def edits_that_live(hand: Hand) -> list[bool]:
    flow, phone = flow_of(hand)[1], user_of(hand)["PhoneConfig"]
    says = flow["Actions"][0]["Parameters"]["Text"]
    return [hand.contacts("Sales") == 7, phone["AutoAccept"], says == "Welcome back"]


def test_a_flow_a_queue_and_a_user_are_held_until_git_apply_records_them(hand: Hand) -> None:
    edit_all(hand)
    hand.passes(1)
    data, written = hand.patch.read_bytes(), hand.patch.stat().st_mtime_ns
    for _ in range(2):
        hand.passes(1)
        assert edits_that_live(hand) == [True, True, True]
        assert hand.changing_calls() == 0
    assert hand.condition == "held"
    (record,) = hand.at.history.newest(limit=1)
    shown = [line.plain for line in record_lines(hand.at.history.get(record.number), record.started)]
    assert "Plan: 3 edited in AWS and held" in shown
    assert (hand.patch.read_bytes(), hand.patch.stat().st_mtime_ns) == (data, written)
    assert data.decode().count("held until") == 3
    hand.git_apply()
    hand.passes(1)
    assert edits_that_live(hand) == [True, True, True]
    assert (hand.condition, hand.changing_calls()) == ("settled", 0)
    assert not hand.patch.exists()
    assert hand.at.heard.titles == ["prod: edited in AWS, held for now", "prod: no edit is held any more"]


def test_without_the_patch_they_are_corrected_when_the_time_is_over(hand: Hand) -> None:
    edit_all(hand)
    hand.passes(3)
    assert edits_that_live(hand) == [True, True, True]
    assert b'reconciler_edits_held{environment="dev",stack="shop"} 3.0\n' in hand.metrics
    hand.passes(3)
    assert edits_that_live(hand) == [False, False, False]
    assert (hand.condition, hand.patch.exists()) == ("settled", False)
    assert max(each.drifted for each in hand.at.history.newest(limit=3)) == 3
    said = ["prod: drift corrected", "prod: edited in AWS, held for now", "prod: no edit is held any more"]
    assert sorted(hand.at.heard.titles) == said


# -- what is held ------------------------------------------------------------------------------------------------------


def test_changes_of_the_files_are_applied_at_once_beside_what_is_held(hand: Hand) -> None:
    hand.limit("Sales", 7)
    hand.passes(1)
    hand.rewrite("All sales", "Sales of all countries")
    hand.rewrite("max_contacts: 10}", "max_contacts: 20}")
    hand.rewrite("  Agent:\n", "  Second:\n    description: New\n    default_outbound_queue: Sales\n"
                 "    media_concurrencies: [{channel: VOICE, concurrency: 1}]\n  Agent:\n")  # fmt: skip
    hand.passes(1)
    sales = hand.at.queue("Sales")
    assert (sales["Description"], sales["MaxContacts"], hand.contacts("Help")) == (
        "Sales of all countries",
        7,
        20,
    )
    assert hand.condition == "held"
    (record,) = hand.at.history.newest(limit=1)
    (action,) = (
        each for each in hand.at.history.get(record.number).report["actions"] if each["name"] == "Sales"
    )
    notes = {each["field"]: each.get("note", "")[:24] for each in action["differences"]}
    assert notes == {"description": "", "max_contacts": "edited in AWS; held unti"}
    hand.rewrite("max_contacts: 100", "max_contacts: 90")  # somebody decides
    hand.passes(1)
    assert hand.contacts("Sales") == 90
    assert not hand.patch.exists()


def test_a_tag_and_a_name_are_held_and_what_no_patch_records_is_named(hand: Hand) -> None:
    queue = hand.at.queue("Sales")
    place = {"InstanceId": hand.instance, "QueueId": queue["QueueId"]}
    hand.connect.update_queue_name(**place, Name="Sales of today", Description="All sales")
    hand.connect.tag_resource(resourceArn=queue["QueueArn"], tags={"Team": "red"})
    hand.at.clock.sleep(60)
    hand.passes(2)
    hand.rewrite("max_contacts: 100", "max_contacts: 90")
    hand.passes(1)
    live = hand.at.queue("Sales of today")
    assert (live["Tags"]["Team"], live["MaxContacts"]) == ("red", 90)
    text = hand.patch.read_text()
    assert "# not in this patch: connect.queue/Sales.name: Sales of today in AWS is not a setting" in text
    assert "-    tags: {Team: blue}\n+    tags: {Team: red}\n" in text
    hand.git_apply()
    hand.passes(3)
    assert hand.at.queue("Sales")["Tags"]["Team"] == "red"


def test_another_edit_of_the_same_field_begins_anew_and_its_undoing_ends_it(hand: Hand) -> None:
    hand.limit("Sales", 7)
    hand.passes(2)
    hand.limit("Sales", 8)
    hand.passes(3)
    assert hand.contacts("Sales") == 8
    hand.limit("Sales", 100)
    hand.passes(1)
    assert (hand.condition, hand.changing_calls(), hand.patch.exists()) == ("settled", 0, False)


def test_a_kind_may_have_a_time_of_its_own_and_events_hold_too(hand: Hand) -> None:
    rows = hand.connect.list_routing_profiles(InstanceId=hand.instance)["RoutingProfileSummaryList"]
    (identity,) = (row["Id"] for row in rows if row["Name"] == "Agent")
    place = {"InstanceId": hand.instance, "RoutingProfileId": identity}
    hand.connect.update_routing_profile_name(**place, Name="Agent", Description="Others")
    request = hand.at.limit("Help", 3)
    hand.at.tell("UpdateQueueMaxContacts", **request)
    hand.at.listen()
    assert (hand.contacts("Help"), hand.condition) == (3, "held")
    assert "+  Help: {hours_of_operation: Day, max_contacts: 3}\n" in hand.patch.read_text()
    hand.at.clock.sleep(60)
    hand.passes(1)
    profile = hand.connect.describe_routing_profile(**place)["RoutingProfile"]
    assert (profile["Description"], hand.contacts("Help")) == ("Agents", 3)


def hours_of(hand: Hand) -> dict[str, str]:
    rows = hand.connect.list_hours_of_operations(InstanceId=hand.instance)["HoursOfOperationSummaryList"]
    return {row["Name"]: row["Id"] for row in rows}


def test_an_edit_is_the_same_for_a_pass_over_a_few_resources_and_over_all(hand: Hand) -> None:
    place = {"InstanceId": hand.instance, "QueueId": hand.at.queue("Sales")["QueueId"]}
    night = hours_of(hand)["Night"]
    hand.connect.update_queue_hours_of_operation(**place, HoursOfOperationId=night)
    request = {"instanceId": hand.instance, "queueId": place["QueueId"]}
    hand.at.tell("UpdateQueueHoursOfOperation", **request)
    hand.at.listen()
    ends = hand.holds.ends
    assert ends is not None
    hand.at.clock.sleep(60)
    hand.passes(1)
    assert (hand.holds.ends, hand.at.queue("Sales")["HoursOfOperationId"]) == (ends, night)


def test_what_was_deleted_is_created_again_and_what_was_chosen_instead_is_held(hand: Hand) -> None:
    before, queue = hours_of(hand), hand.at.queue("Late")["QueueId"]
    hand.connect.update_queue_hours_of_operation(
        InstanceId=hand.instance, QueueId=queue, HoursOfOperationId=before["Day"]
    )
    hand.connect.delete_hours_of_operation(InstanceId=hand.instance, HoursOfOperationId=before["Night"])
    hand.at.clock.sleep(60)
    hand.passes(2)
    assert hours_of(hand)["Night"] != before["Night"]
    assert hand.at.queue("Late")["HoursOfOperationId"] == before["Day"]
    assert "+  Late: {hours_of_operation: Day}\n" in hand.patch.read_text()


def test_a_patch_never_shows_a_secret(hand: Hand) -> None:
    place = {"InstanceId": hand.instance, "QueueId": hand.at.queue("Sales")["QueueId"]}
    hand.connect.update_queue_name(**place, Name="Sales", Description="call with pa55-w0rd-1")
    SECRETS.keep("pa55-w0rd-1")
    try:
        hand.limit("Sales", 7)
        hand.passes(1)
        text = hand.patch.read_text()
    finally:
        SECRETS.forget()
    assert "# not in this patch: connect.queue/Sales.description: the patch would show a secret\n" in text
    assert "+    max_contacts: 7\n" in text
    assert "pa55" not in text


# -- what a restart knows ----------------------------------------------------------------------------------------------


def test_the_time_goes_on_after_a_restart(hand: Hand) -> None:
    hand.limit("Sales", 7)
    hand.passes(2)
    hand.remember()
    hand.rewrite("max_contacts: 10}", "max_contacts: 20}")
    hand.passes(1)
    assert (hand.contacts("Sales"), hand.contacts("Help")) == (7, 20)
    hand.passes(2)
    assert hand.contacts("Sales") == 100


def test_without_its_memory_the_time_begins_anew_and_the_history_tells_what_the_files_changed(
    hand: Hand,
) -> None:
    hand.limit("Sales", 7)
    hand.passes(2)
    shutil.rmtree(hand.holds.places.folder)
    hand.remember()
    hand.rewrite("max_contacts: 10}", "max_contacts: 20}")
    hand.passes(3)
    assert (hand.contacts("Sales"), hand.contacts("Help")) == (7, 20)
    hand.passes(3)
    assert hand.contacts("Sales") == 100


def test_without_memory_and_history_every_difference_is_held(hand: Hand, tmp_path: Path) -> None:
    past, empty = hand.holds.history_of, type(hand.at.history)(tmp_path / "empty.sqlite")
    hand.limit("Sales", 7)
    hand.passes(1)
    shutil.rmtree(hand.holds.places.folder)
    hand.remember()
    hand.holds.history_of = lambda _: empty
    hand.rewrite("max_contacts: 10}", "max_contacts: 20}")
    hand.passes(3)
    assert (hand.contacts("Sales"), hand.contacts("Help")) == (7, 10)
    hand.passes(3)
    assert (hand.contacts("Sales"), hand.contacts("Help")) == (100, 20)
    hand.holds.history_of = past
