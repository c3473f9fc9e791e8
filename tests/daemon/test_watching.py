"""The daemon with drift, events, mistakes in the files and failures."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconciler.aws.account import Account
from reconciler.daemon.backoff import Backoff
from reconciler.daemon.events import event_of
from reconciler.daemon.row_files import RowFiles
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.logs import configure
from reconciler.runtime.shutdown import Stop
from reconciler.sandbox.fault_injection import FaultKind
from reconciler.sandbox.fault_injection.faults import Attempt
from tests.daemon.watched import ACCOUNT, Saved, Scene, scene

QUEUE = "CustomerService"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """The contact centre after two passes, and after AWS shows all changes."""
    folder = tmp_path_factory.mktemp("saved")
    configure(0)
    with scene(folder) as found:
        began = found.clock.now()
        found.daemon.turn(found.post)
        found.next_pass()
        assert found.post.watch.condition == "settled"
        found.clock.sleep(600)
        found.next_pass()
        return Saved(folder, found.box.snapshot(), found.clock.now() - began)


@pytest.fixture
def at(tmp_path: Path, saved: Saved) -> Iterator[Scene]:
    """A daemon that was restarted, after its first pass."""
    with scene(tmp_path, saved=saved) as found:
        found.daemon.turn(found.post)
        assert found.post.watch.condition == "settled"
        found.calls()
        yield found


# -- on schedule -------------------------------------------------------------------------------------------------------------


def test_drift_is_corrected_by_the_next_pass_and_told_once(at: Scene) -> None:
    wanted = at.queue(QUEUE)["MaxContacts"]
    at.limit(QUEUE, 7)
    began = at.clock.now()
    at.next_pass()
    assert at.queue(QUEUE)["MaxContacts"] == wanted
    assert at.clock.now() - began < 60 + 10
    at.next_pass()
    at.next_pass()
    assert at.heard.titles == ["prod: drift corrected"]
    assert at.heard.told[0].lines == ("connect.queue/CustomerService: max_contacts: done",)


def test_a_pass_that_creates_what_the_files_ask_for_is_no_drift(tmp_path: Path) -> None:
    with scene(tmp_path) as found:
        found.daemon.turn(found.post)
        found.next_pass()
        assert found.heard.titles == []
        assert [each.drifted for each in found.history.newest()] == [0, 0]


def test_the_history_says_what_a_daemon_did_that_was_stopped_within_a_pass(tmp_path: Path) -> None:
    with scene(tmp_path) as found:
        stop, watch = Stop(), found.post.watch

        def gate() -> None:
            if any(call.operation == "CreateHoursOfOperation" for call in found.box.journal):
                stop.ask()
            stop.check()

        account = watch.means.open_account(load(found.files, "dev", known_kinds()))
        assert isinstance(account, Account)
        account.gate = gate
        found.daemon.turn(found.post)
        found.next_pass()
        stopped = found.history.newest()[-1]
        assert stopped.outcome == "stopped"
        assert stopped.changes > 0


def test_a_daemon_that_only_reports_tells_of_drift_and_leaves_it(tmp_path: Path) -> None:
    with scene(tmp_path) as first:
        first.daemon.turn(first.post)
        first.next_pass()
        first.post.watch.correct = False
        first.limit(QUEUE, 7)
        first.clock.sleep(600)
        for _ in range(3):
            first.next_pass()
        assert first.queue(QUEUE)["MaxContacts"] == 7
        assert first.heard.titles == ["prod: drift"]


def test_an_audit_sees_what_no_change_time_tells(at: Scene) -> None:
    at.clock.sleep(86_400)
    at.next_pass()
    assert at.history.newest(limit=1)[0].trigger == "audit"
    assert {"SearchQueues", "SearchUsers", "SearchRoutingProfiles"} <= set(at.calls())


# -- events ------------------------------------------------------------------------------------------------------------------


def test_a_change_in_the_console_is_put_right_within_five_seconds(at: Scene) -> None:
    wanted = at.queue(QUEUE)["MaxContacts"]
    request = at.limit(QUEUE, 7)
    at.tell("UpdateQueueMaxContacts", **request)
    at.calls()
    began = at.clock.now()
    at.listen()
    took = at.clock.now() - began
    assert at.queue(QUEUE)["MaxContacts"] == wanted
    assert took <= 5.0
    assert at.waiting == 0
    assert at.heard.titles == ["prod: drift corrected"]
    (record,) = at.history.newest(limit=1)
    assert (record.trigger, record.changes) == ("event", 1)
    assert record.note == f"UpdateQueueMaxContacts by arn:aws:iam::{ACCOUNT}:user/ada"


def test_only_what_was_touched_is_looked_at(at: Scene) -> None:
    request = at.limit(QUEUE, 7)
    at.limit("PremiumSupportQueue", 8)
    at.tell("UpdateQueueMaxContacts", **request)
    at.calls()
    at.listen()
    calls = set(at.calls())
    assert at.queue("PremiumSupportQueue")["MaxContacts"] == 8
    assert not {"ListUsers", "SearchUsers", "ListSecurityProfiles", "ListInstanceAttributes"} & calls
    at.next_pass()
    assert at.queue("PremiumSupportQueue")["MaxContacts"] != 8


def test_the_same_event_twice_does_nothing_twice(at: Scene) -> None:
    request = at.limit(QUEUE, 7)
    for _ in range(2):
        at.tell("UpdateQueueMaxContacts", **request)
    at.calls()
    at.listen()
    assert at.calls().count("UpdateQueueMaxContacts") == 1
    at.tell("UpdateQueueMaxContacts", **request)
    at.listen()
    assert "UpdateQueueMaxContacts" not in at.calls()
    assert at.heard.titles == ["prod: drift corrected"]


def test_what_was_deleted_in_the_console_is_made_again(at: Scene) -> None:
    connect, instance = at.client("connect"), at.instance
    (user,) = (
        row["Id"]
        for row in connect.list_users(InstanceId=instance)["UserSummaryList"]
        if row["Username"] == "new.agent"
    )
    connect.delete_user(InstanceId=instance, UserId=user)
    at.tell("DeleteUser", instanceId=instance, userId=user)
    at.listen()
    names = [row["Username"] for row in connect.list_users(InstanceId=instance)["UserSummaryList"]]
    assert names.count("new.agent") == 1


def test_changes_of_what_is_not_ours_cost_nothing(at: Scene) -> None:
    for operation, parameters in (
        ("UpdateQueueMaxContacts", {"queueId": "12345678-0000-4000-8000-000000000000"}),
        ("CreateQueue", {"name": "Somebody's"}),
        ("PutBucketEncryption", {"bucketName": "somebodys"}),
    ):
        at.tell(operation, instanceId=at.instance, **parameters)
        at.calls()
        at.listen()
        assert set(at.calls()) == {"ReceiveMessage", "DeleteMessageBatch"}, operation
        assert at.waiting == 0, operation


def test_changes_in_another_account_or_region_cost_nothing(at: Scene) -> None:
    request = at.limit(QUEUE, 7)
    at.tell("UpdateQueueMaxContacts", account="999999999999", **request)
    at.calls()
    at.listen()
    assert set(at.calls()) == {"ReceiveMessage", "DeleteMessageBatch"}


def test_an_instances_own_change_touches_the_instance(at: Scene) -> None:
    request = {"InstanceId": at.instance, "AttributeType": "CONTACT_LENS", "Value": "false"}
    at.client("connect").update_instance_attribute(**request)
    at.tell("UpdateInstanceAttribute", instanceId=at.instance)
    at.listen()
    (record,) = at.history.newest(limit=1)
    assert record.trigger == "event"


@pytest.mark.parametrize("body", ["", "\x00"])
def test_what_sqs_does_not_take_is_no_event(body: str) -> None:
    assert event_of(body) is None


def test_what_is_no_event_is_taken_from_the_queue(at: Scene) -> None:
    for body in ("{}", "[]", "null", '{"detail": 3}', '{"Message": "no"}'):
        assert event_of(body) is None, body
        at.client("sqs").send_message(QueueUrl=at.queue_url, MessageBody=body)
        at.listen()
        assert at.waiting == 0, body


# -- files -------------------------------------------------------------------------------------------------------------------


def test_changed_files_are_picked_up_by_the_next_pass(at: Scene) -> None:
    _write_limit(at, 42)
    at.next_pass()
    assert at.queue(QUEUE)["MaxContacts"] == 42
    assert at.heard.titles == []


def test_invalid_files_keep_the_last_good_state_running_and_are_told_once(at: Scene) -> None:
    wanted = at.queue(QUEUE)["MaxContacts"]
    (at.files / "broken.yaml").write_text("connect.queue: {Sales: {max_contacts: many}}\n", encoding="utf-8")
    at.next_pass()
    at.limit(QUEUE, 7)
    at.next_pass()
    assert at.queue(QUEUE)["MaxContacts"] == wanted
    invalid, corrected = at.heard.told
    assert invalid.title == "prod: desired state invalid, the last good one keeps running"
    assert any("broken.yaml:1:" in line for line in invalid.lines)
    assert corrected.title == "prod: drift corrected"
    assert (
        b'reconciler_files_invalid{environment="dev",stack="contact-center"} 1.0' in at.daemon.metrics.text()
    )
    (at.files / "broken.yaml").unlink()
    at.next_pass()
    assert at.heard.titles[-1] == "prod: settled again"
    assert (
        b'reconciler_files_invalid{environment="dev",stack="contact-center"} 0.0' in at.daemon.metrics.text()
    )


def test_files_that_are_invalid_from_the_beginning_are_told_and_nothing_is_called(tmp_path: Path) -> None:
    with scene(tmp_path) as found:
        (found.files / "broken.yaml").write_text("connect.queue: 3\n", encoding="utf-8")
        found.calls()
        found.daemon.turn(found.post)
        assert found.calls() == []
        assert found.heard.titles == ["prod: desired state invalid, the last good one keeps running"]


# -- failures ----------------------------------------------------------------------------------------------------------------


def test_what_fails_rests_and_does_not_hide_the_rest(at: Scene) -> None:
    """A queue that AWS refuses to change is tried less and less often, while the others are corrected."""
    _write_limit(at, 42)
    at.box.inject(_refusing("UpdateQueueMaxContacts"))
    tries = []
    for _ in range(30):
        at.calls()
        at.next_pass()
        tries.append(at.calls().count("UpdateQueueMaxContacts"))
    assert sum(tries) <= 6
    assert tries[0] == 1
    assert at.heard.titles == ["prod: failing"]
    instance, hours = at.instance, at.client("connect")
    rows = hours.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"]
    (identity,) = (row["Id"] for row in rows if row["Name"] == "Extended Hours")
    hours.update_hours_of_operation(InstanceId=instance, HoursOfOperationId=identity, TimeZone="UTC")
    at.next_pass()
    found = hours.describe_hours_of_operation(InstanceId=instance, HoursOfOperationId=identity)
    assert found["HoursOfOperation"]["TimeZone"] != "UTC"
    at.box.end_faults()
    at.clock.sleep(3_600)
    at.next_pass()
    assert at.queue(QUEUE)["MaxContacts"] == 42
    assert at.heard.titles[-1] == "prod: settled again"


def test_what_has_failed_for_months_is_tried_again(at: Scene) -> None:
    """The number of failures is larger than the limit of the doubling."""
    _write_limit(at, 42)
    at.box.inject(_refusing("UpdateQueueMaxContacts"))
    at.next_pass()
    rests = at.post.watch.resting.rests
    (key,) = rests
    rests[key] = Backoff(2_000, at.clock.now())
    at.next_pass()
    assert rests[key].failures == 2_001
    assert 3_000 < rests[key].until - at.clock.now() <= 3_600


def test_new_files_end_every_rest(at: Scene) -> None:
    _write_limit(at, 42)
    at.box.inject(_refusing("UpdateQueueMaxContacts"))
    at.next_pass()
    at.next_pass()
    assert at.post.watch.resting.rests
    at.box.end_faults()
    _write_limit(at, 43)
    at.next_pass()
    assert at.queue(QUEUE)["MaxContacts"] == 43


def _write_limit(at: Scene, contacts: int) -> None:
    text = f"connect.queue:\n  {QUEUE}: {{max_contacts: {contacts}}}\n"
    (at.files / "environments").mkdir(exist_ok=True)
    (at.files / "environments" / "dev.yaml").write_text(text, encoding="utf-8")


def _refusing(operation: str) -> Callable[[Attempt], FaultKind | None]:
    def plan(attempt: Attempt) -> FaultKind | None:
        return FaultKind.ACCESS_DENIED if attempt.operation == operation else None

    return plan


def test_the_rows_of_a_feed_are_told_after_each_pass_and_for_each_mistake(at: Scene) -> None:
    at.post.watch.rows = RowFiles(at.files)
    rows, results = at.files / "staff.csv", at.files / "results.csv"
    (at.files / "staff.yaml").write_text(
        """\
users_from:
  staff:
    file: staff.csv
    name: {column: login}
    results: results.csv
    fields:
      identity_info: {first_name: Ada, last_name: {column: login}}
      phone_config: {phone_type: SOFT_PHONE}
      routing_profile: {column: profile}
      security_profiles: [AgentProfile]
      password: {secret: {ssm: "${secrets}/password"}}
"""
    )
    rows.write_text("login,profile\nada.new,AgentProfile\n")
    at.next_pass()
    assert results.read_text("utf-8-sig").splitlines()[1:] == ["staff,staff.csv,2,ada.new,create,done,"]
    rows.write_text("login,profile\nada.new,AgentProfil\n")
    at.next_pass()
    (line,) = results.read_text("utf-8-sig").splitlines()[1:]
    assert line.startswith("staff,staff.csv,2,ada.new,,refused,")
    rows.write_text("login,profile\nada.new,AgentProfile\n")
    at.next_pass()
    assert results.read_text("utf-8-sig").splitlines()[1:] == ["staff,staff.csv,2,ada.new,,unchanged,"]
