"""A daemon over a stack whose environment has a role: each call of a pass is made with it, also those of its history."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.daemon.config import read_config
from reconciler.daemon.schedule import Moment
from reconciler.daemon.threads import Daemon
from reconciler.daemon.wiring import HostEnvironment, assemble
from reconciler.kinds import known_kinds
from reconciler.runtime.shutdown import Stop
from reconciler.sandbox import Call, Sandbox

OWN, OTHER, REGION = "123456789012", "222222222222", "eu-west-2"
ROLE = f"arn:aws:iam::{OTHER}:role/reconciler"
STACK = f"""\
stack: small
environments:
  prod:
    account: "{OTHER}"
    region: {REGION}
    role: {{arn: "{ROLE}", external_id: acme}}
sns.topic:
  told: {{display_name: Told}}
"""
SETTINGS = f"""\
watches:
  small: {{stack: small, every: 86400, hold: 2h}}
history: {{at: "s3://past/small", region: {REGION}}}
"""


@dataclass
class Lived:
    """A daemon after three passes, and the calls of these."""

    daemon: Daemon
    calls: list[Call]

    def made(self, service: str, account: str) -> set[str]:
        """The operations of a service that were called with credentials of an account."""
        return {each.operation for each in self.calls if (each.service, each.account) == (service, account)}


def passes(daemon: Daemon, number: int) -> None:
    (post,) = daemon.posts
    for _ in range(number):
        post.watch.schedule.begin(Moment.of(daemon.clock))
        daemon.turn(post)


def assembled(folder: Path) -> Daemon:
    around = HostEnvironment(
        kinds=known_kinds(),
        history_file=folder / "history.sqlite",
        who="test",
        holder="this one",
        cache_folder=folder,
        environment={},
        stop=Stop(),
    )
    return assemble(read_config(folder / "daemon.yaml"), folder, around)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("role")
    (folder / "small").mkdir()
    (folder / "small" / "stack.yaml").write_text(STACK)
    (folder / "daemon.yaml").write_text(SETTINGS)
    with Sandbox(OWN) as box:
        own = box.session(REGION).client("sts")
        found = own.assume_role(RoleArn=ROLE, RoleSessionName="hand", ExternalId="acme")["Credentials"]
        hand = {
            "aws_access_key_id": found["AccessKeyId"],
            "aws_secret_access_key": found["SecretAccessKey"],
            "aws_session_token": found["SessionToken"],
        }
        place = {"LocationConstraint": REGION}
        client = box.session(REGION).client
        client("s3", **hand).create_bucket(Bucket="past", CreateBucketConfiguration=place)
        box.journal.clear()
        daemon = assembled(folder)
        passes(daemon, 2)
        sns = client("sns", **hand)
        (topic,) = sns.list_topics()["Topics"]
        sns.set_topic_attributes(
            TopicArn=topic["TopicArn"], AttributeName="DisplayName", AttributeValue="Edited"
        )
        passes(daemon, 1)
        yield Lived(daemon, list(box.journal))


def test_the_role_is_assumed_and_every_other_call_is_made_with_it(lived: Lived) -> None:
    own = [each for each in lived.calls if each.account == OWN]
    assert {each.operation for each in own} == {"AssumeRole"}
    assert {(each.params["RoleArn"], each.params["RoleSessionName"]) for each in own} >= {
        (ROLE, "reconciler-small-prod")
    }
    assert lived.made("sts", OTHER) == {"GetCallerIdentity"}
    assert {"CreateTopic", "GetTopicAttributes"} <= lived.made("sns", OTHER)


def test_the_history_is_written_and_read_with_the_role(lived: Lived) -> None:
    assert {"ListObjectsV2", "PutObject"} <= lived.made("s3", OTHER)
    (watch,) = lived.daemon.watches
    assert watch.stack is not None
    newest = watch.means.history_of(watch.stack).newest("small", "prod")
    assert [(each.account, each.outcome) for each in newest] == [
        (OTHER, "pending"),
        (OTHER, "settled"),
        (OTHER, "settled"),
    ]
    assert watch.condition == "held"
