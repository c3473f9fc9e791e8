"""The IAM policy of the daemon: it allows every call that the daemon makes, and no others."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reconciler.aws import account
from reconciler.cli import app
from reconciler.cli.commands.daemon import _Given
from reconciler.daemon.config import read_config
from reconciler.daemon.daemon_grants import needs
from reconciler.daemon.schedule import Moment
from reconciler.daemon.threads import Daemon
from reconciler.daemon.wiring import CannotStart, HostEnvironment, WrongSettings, assemble
from reconciler.desired import load
from reconciler.errors import Unreachable
from reconciler.history import S3History, s3_store
from reconciler.history.history_location import bucket_and_prefix
from reconciler.iam import grants, policy_of, services_of
from reconciler.kinds import known_kinds
from reconciler.permissions import Location
from reconciler.runtime.shutdown import Stop
from reconciler.sandbox import Call, Sandbox
from reconciler.sandbox.fault_injection import Attempt
from tests.faults.iam_evaluator import needs_of

ROOT = Path(__file__).parents[2]
ACCOUNT, REGION = "123456789012", "eu-west-2"
SERVICES = services_of(known_kinds())
PLACE = Location("aws", REGION, ACCOUNT)
STACK = """\
stack: small
environments:
  dev: {account: "123456789012", region: eu-west-2}
dynamodb.table:
  Things:
    attribute_definitions: [{attribute_name: id, attribute_type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
    billing_mode: PAY_PER_REQUEST
    deletion_protection_enabled: true
"""
SETTINGS = """\
watches:
  small: {stack: small, every: 86400}
lease: {table: leases, region: eu-west-2, name: ours}
events: {queue_url: QUEUE, region: eu-west-2}
announce: {sns: TOPIC, webhook: {ssm: /webhook}, region: eu-west-2}
history: {at: "s3://past/small/dev", region: eu-west-2}
"""


@dataclass
class Lived:
    """A daemon that has done all its types of work, and its calls."""

    settings: Path
    calls: list[Call]
    history: Any

    @property
    def policy(self) -> dict[str, Any]:
        return policy_of(needs(read_config(self.settings), {None: ACCOUNT}, SERVICES))

    @property
    def whole(self) -> list[dict[str, Any]]:
        """The statements of this policy and of the stack's policy."""
        stack = load(self.settings.parent / "small", None, known_kinds())
        return [*self.policy["Statement"], *policy_of(grants(stack, known_kinds(), PLACE))["Statement"]]


def write(folder: Path, box: Sandbox) -> Path:
    """Write the files, and create what they refer to."""
    client = box.session(REGION).client
    (folder / "small").mkdir()
    (folder / "small" / "stack.yaml").write_text(STACK, encoding="utf-8")
    client("dynamodb").create_table(
        TableName="leases",
        AttributeDefinitions=[{"AttributeName": "lease", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "lease", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client("s3").create_bucket(Bucket="past", CreateBucketConfiguration={"LocationConstraint": REGION})
    client("ssm").put_parameter(Name="/webhook", Value="http://127.0.0.1:9/hook", Type="SecureString")
    queue = client("sqs").create_queue(QueueName="events")["QueueUrl"]
    topic = client("sns").create_topic(Name="told")["TopicArn"]
    settings = folder / "daemon.yaml"
    settings.write_text(SETTINGS.replace("QUEUE", queue).replace("TOPIC", topic), encoding="utf-8")
    return settings


def surroundings(folder: Path) -> HostEnvironment:
    return HostEnvironment(
        kinds=known_kinds(),
        history_file=folder / "history.sqlite",
        who="test",
        holder="this one",
        cache_folder=folder,
        environment={},
        stop=Stop(),
    )


def live(daemon: Daemon, box: Sandbox) -> None:
    """Take the lease, create, receive an event, correct drift, notify, renew the lease and release it."""
    assert daemon.lease
    assert daemon.queue
    client = box.session(REGION).client
    (post,) = daemon.posts
    daemon.lease.turn()
    for _ in range(4):  # the first pass creates, the others change nothing, the last removes old records
        post.watch.schedule.begin(Moment.of(daemon.clock))
        daemon.turn(post)
    client("dynamodb").update_table(TableName="Things", DeletionProtectionEnabled=False)
    detail = {
        "eventName": "UpdateTable",
        "recipientAccountId": ACCOUNT,
        "requestParameters": {"tableName": "Things"},
    }
    client("sqs").send_message(QueueUrl=daemon.queue.url, MessageBody=json.dumps({"detail": detail}))
    daemon.hear(0)
    daemon.turn(post)
    daemon.lease.turn()
    for outbox in daemon.outboxes.each:
        outbox.deliver()
    daemon.lease.release()


@contextmanager
def ours(box: Sandbox) -> Iterator[list[Call]]:
    """The calls except those of the test."""
    calls: list[Call] = []
    box.journal.clear()
    box.journal.watch(calls.append)
    yield calls


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("lived")
    with Sandbox(ACCOUNT) as box, pytest.MonkeyPatch.context() as patch:
        patch.setattr(s3_store, "TIDY_EVERY", 1)
        patch.setattr(s3_store, "KEPT", -3600.0)
        settings = write(folder, box)
        with ours(box) as calls:
            daemon = assemble(read_config(settings), folder, surroundings(folder))
            live(daemon, box)
            following = assemble(read_config(settings), folder, surroundings(folder))
            assert following.lease
            following.lease.turn()
            following.turn(following.posts[0])  # reads from the history which files were applied
        history = daemon.watches[0].means.history_of(load(folder / "small", None, known_kinds()))
        yield Lived(settings, calls, history)


def asked(calls: list[Call]) -> set[tuple[str, str]]:
    """Every action on every resource that these calls need."""
    found: set[tuple[str, str]] = set()
    for number, call in enumerate(calls, 1):
        attempt = Attempt(number, call.service, call.operation, call.params)
        found |= set(needs_of(attempt, PLACE))
    return found


def allows(statements: list[dict[str, Any]], action: str, resource: str) -> bool:
    return any(
        action in each["Action"] and any(fnmatchcase(resource, pattern) for pattern in each["Resource"])
        for each in statements
    )


NOT_ITS_OWN = {"sqs:SendMessage"}
"""The actions of the test itself."""


def test_the_policy_allows_every_call(lived: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked(lived.calls)
    denied = {(action, arn) for action, arn in found if not allows(lived.whole, action, arn)}
    assert {action for action, _ in denied} == NOT_ITS_OWN


def test_the_policy_allows_nothing_that_no_call_asks_for(
    lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = asked(lived.calls)
    for statement in lived.policy["Statement"]:
        for action in statement["Action"]:
            assert any(allows([statement], action, arn) for each, arn in found if each == action), action


def test_the_history_of_the_settings_is_the_one_that_is_written(lived: Lived) -> None:
    assert isinstance(lived.history, S3History)
    assert {call.params["Bucket"] for call in lived.calls if call.name == "s3:PutObject"} == {"past"}
    assert all(
        call.params["Key"].startswith("small/dev/") for call in lived.calls if call.name == "s3:PutObject"
    )


def test_conditions_hold_for_what_is_ours_alone(lived: Lived) -> None:
    conditions = {
        action: statement.get("Condition", {})
        for statement in lived.policy["Statement"]
        for action in statement["Action"]
    }
    assert conditions["dynamodb:PutItem"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["ours"]}}
    assert conditions["s3:ListBucket"] == {"StringLike": {"s3:prefix": ["small/dev/*"]}}
    listed = [call.params["Prefix"] for call in lived.calls if call.name == "s3:ListObjectsV2"]
    assert listed
    assert all(prefix.startswith("small/dev/") for prefix in listed)


def test_a_daemon_that_is_told_little_needs_nothing_for_itself(tmp_path: Path) -> None:
    settings = tmp_path / "daemon.yaml"
    settings.write_text("watches: {a: {stack: a}}\nhistory: {at: past.sqlite}\n", encoding="utf-8")
    assert list(needs(read_config(settings), {}, SERVICES)) == []


def test_if_every_stack_has_a_role_it_writes_the_history_and_its_policy_may_allow_that(
    tmp_path: Path,
) -> None:
    role = ', role: "arn:aws:iam::123456789012:role/reconciler"}'
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "stack.yaml").write_text(STACK.replace("eu-west-2}", f"eu-west-2{role}"))
    settings = tmp_path / "daemon.yaml"
    past = 'history: {at: "s3://past/small", region: eu-west-2'
    for profile, actions in (
        ("", {"sts:AssumeRole"}),
        (", profile: shared", {"sts:AssumeRole", *S3_ACTIONS}),
    ):
        settings.write_text(f"watches: {{a: {{stack: small}}}}\n{past}{profile}}}\n", encoding="utf-8")
        assert allowed("--daemon", settings) == actions
    assert allowed(tmp_path / "small") & S3_ACTIONS == set()
    assert allowed(tmp_path / "small", "--history", "s3://past/small") > S3_ACTIONS


S3_ACTIONS = {"s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"}


def allowed(*words: object) -> set[str]:
    """The actions that the printed policy allows."""
    printed = CliRunner().invoke(app, ["iam-policy", *map(str, words)])
    assert printed.exit_code == 0, printed.output
    return {action for each in json.loads(printed.stdout)["Statement"] for action in listed(each["Action"])}


def listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


def test_a_table_of_another_profile_may_be_in_any_account(tmp_path: Path) -> None:
    settings = tmp_path / "daemon.yaml"
    lease = "lease: {table: leases, region: cn-north-1, profile: shared}\n"
    settings.write_text(f"watches: {{a: {{stack: a}}}}\n{lease}", encoding="utf-8")
    found = {grant.resource for grant in needs(read_config(settings), {None: ACCOUNT}, SERVICES)}
    assert found == {"arn:aws-cn:dynamodb:cn-north-1:*:table/leases"}


def test_a_secret_that_cannot_be_read_is_told_with_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_account: object, _secret: object) -> str:
        raise Unreachable("get_parameter", "EndpointConnectionError", "nobody answers")

    monkeypatch.setattr(account.Account, "reveal", refuse)
    text = "watches: {a: {stack: a}}\nannounce: {webhook: {ssm: /hook}, region: eu-west-2}\n"
    (tmp_path / "daemon.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CannotStart, match=r"^announce\.webhook: the secret cannot be read: get_parameter: "):
        assemble(read_config(tmp_path / "daemon.yaml"), tmp_path, surroundings(tmp_path))


def test_a_stack_or_a_history_that_can_never_be_used_is_named_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    for text, said in {
        "watches: {a: {stack: gone}}": rf"^watches\.a\.stack: {tmp_path}/gone: there is no such directory$",
        "watches: {a: {stack: small}}\nhistory: {at: small}": r"^history\.at: .*small is a directory; name a file$",
    }.items():
        (tmp_path / "daemon.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(WrongSettings, match=said):
            assemble(read_config(tmp_path / "daemon.yaml"), tmp_path, surroundings(tmp_path))


# -- the settings of the history ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("s3://past", ("past", "")),
        ("s3://past/", ("past", "")),
        ("s3://past/a/b/", ("past", "a/b")),
        ("past.sqlite", ("", "")),
        ("sqlite:past.sqlite", ("", "")),
    ],
)
def test_where_in_s3_a_history_is(location: str, found: tuple[str, str]) -> None:
    assert bucket_and_prefix(location) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{at: 's3://past/a'}", "`region` is needed: the Region of the bucket"),
        ("{at: 's3:///a'}", "a history is kept in sqlite:FILE or s3://BUCKET/PREFIX"),
        ("{at: 'https://past'}", "a history is kept in sqlite:FILE or s3://BUCKET/PREFIX"),
    ],
)
def test_a_history_that_is_kept_nowhere_is_a_mistake(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "daemon.yaml").write_text(
        f"watches: {{a: {{stack: a}}}}\nhistory: {text}\n", encoding="utf-8"
    )
    result = CliRunner().invoke(app, ["daemon", "--config", str(tmp_path / "daemon.yaml")])
    assert result.exit_code == 3
    assert said in result.stderr


@pytest.mark.parametrize(
    ("written", "expected"),
    [(None, "s3://past/all"), ("history: {at: mine.sqlite}\n", "mine.sqlite")],
)
def test_the_environment_names_the_history_where_the_settings_do_not(
    written: str | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILER_HISTORY", "s3://past/all")
    monkeypatch.setenv("AWS_REGION", REGION)
    settings = tmp_path / "daemon.yaml"
    settings.write_text(f"watches: {{a: {{stack: a}}}}\n{written or ''}", encoding="utf-8")
    given = _Given(None, None, settings, 60.0, 9400, dry_run=False)
    history = given.read().history
    assert history is not None
    assert history.at == expected
    assert history.region == (None if written else REGION)


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_prints_it() -> None:
    settings = ROOT / "deploy" / "daemon.yaml"
    result = CliRunner().invoke(app, ["iam-policy", "--daemon", str(settings)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == policy_of(needs(read_config(settings), {None: ACCOUNT}, SERVICES))


@pytest.mark.parametrize("word", [["--read-only"], ["--env", "dev"], ["desired_state"]])
def test_the_settings_name_their_stacks_themselves(word: list[str]) -> None:
    result = CliRunner().invoke(app, ["iam-policy", "--daemon", "deploy/daemon.yaml", *word])
    assert (result.exit_code, result.stdout) == (3, "")
    assert (
        "leave out the directory, --env, --drills, --extra, --destroy, --history, --read-only, --smoke and --unused"
        in result.stderr
    )


def test_settings_with_mistakes_are_told(tmp_path: Path) -> None:
    (tmp_path / "daemon.yaml").write_text("watches: {}\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["iam-policy", "--daemon", str(tmp_path / "daemon.yaml")])
    assert result.exit_code == 3
    assert "daemon.yaml:1:10: watches: expected 1 or more" in result.stderr


def test_a_daemon_may_assume_the_roles_of_its_stacks_and_no_others(tmp_path: Path) -> None:
    role = "arn:aws:iam::123456789012:role/reconciler"
    (tmp_path / "small").mkdir()
    header = STACK.replace("region: eu-west-2}", f"region: eu-west-2, role: '{role}'}}")
    (tmp_path / "small" / "stack.yaml").write_text(header, encoding="utf-8")
    (tmp_path / "daemon.yaml").write_text(
        "watches: {small: {stack: small, every: 86400}}\n", encoding="utf-8"
    )
    result = CliRunner().invoke(app, ["iam-policy", "--daemon", str(tmp_path / "daemon.yaml")])
    assert result.exit_code == 0, result.output
    statements = json.loads(result.stdout)["Statement"]
    assert [(each["Action"], each["Resource"]) for each in statements] == [(["sts:AssumeRole"], [role])]
