"""Unwanted changes in the console: what breaks something, and how one sees that it is whole again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Clients = Callable[[str], Any]
"""A boto3 client by the name of its service."""


def resident_mib(process: int | str = "self") -> float:
    """The MiB that a process holds in memory (Linux's /proc)."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    (line,) = (each for each in lines if each.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


@dataclass(frozen=True)
class Unwanted:
    """One unwanted change: the words of the AWS CLI that do it, and whether what it broke holds."""

    what: str
    words: Sequence[str]
    holds: Callable[[], bool]


class People:
    """Somebody who changes what the examples `contact_center` and `stamp_rally` ask for."""

    def __init__(self, centre: Clients, rally: Clients) -> None:
        self._connect = centre("connect")
        self._s3, self._dynamodb = rally("s3"), rally("dynamodb")
        self._instance = str(self._connect.list_instances()["InstanceSummaryList"][0]["Id"])

    def changes(self) -> list[Unwanted]:
        """Every change, with the ids of now."""
        queue, user = self._queue("CustomerService"), self._user("john.smith")
        at = ["--instance-id", self._instance]
        other = self._profile("SalesAgentProfile")
        before = self._connect.describe_user(InstanceId=self._instance, UserId=user)["User"][
            "RoutingProfileId"
        ]
        arn = self._connect.describe_queue(InstanceId=self._instance, QueueId=queue)["Queue"]["QueueArn"]
        tag = next(each for each in self._tags(arn) if not each.startswith("reconciler:"))
        bucket = self._s3.list_buckets()["Buckets"][0]["Name"]
        table = self._dynamodb.list_tables()["TableNames"][0]
        gone = self._user("new.agent")
        return [
            Unwanted(
                "a queue renamed",
                ["connect", "update-queue-name", *at, "--queue-id", queue, "--name", "Hotline"],
                lambda: self._described(queue)["Name"] == "CustomerService",
            ),
            Unwanted(
                "a queue's limit lowered",
                ["connect", "update-queue-max-contacts", *at, "--queue-id", queue, "--max-contacts", "7"],
                lambda: self._described(queue).get("MaxContacts") != 7,
            ),
            Unwanted(
                "an agent moved to another routing profile",
                [
                    "connect",
                    "update-user-routing-profile",
                    *at,
                    "--user-id",
                    user,
                    "--routing-profile-id",
                    other,
                ],
                lambda: self._profile_of(user) == before,
            ),
            Unwanted(
                "a tag taken away",
                ["connect", "untag-resource", "--resource-arn", arn, "--tag-keys", tag],
                lambda: tag in self._tags(arn),
            ),
            Unwanted(
                "an agent deleted",
                ["connect", "delete-user", *at, "--user-id", gone],
                lambda: self._names().count("new.agent") == 1,
            ),
            Unwanted(
                "a bucket's encryption removed",
                ["s3api", "delete-bucket-encryption", "--bucket", bucket],
                lambda: self._encrypted(bucket),
            ),
            Unwanted(
                "a table's backups switched off",
                [
                    *("dynamodb", "update-continuous-backups", "--table-name", table),
                    *("--point-in-time-recovery-specification", "PointInTimeRecoveryEnabled=false"),
                ],
                lambda: self._backed_up(table),
            ),
        ]

    def _described(self, queue: str) -> dict[str, Any]:
        found: dict[str, Any] = self._connect.describe_queue(InstanceId=self._instance, QueueId=queue)[
            "Queue"
        ]
        return found

    def _tags(self, arn: str) -> dict[str, str]:
        found: dict[str, str] = self._connect.list_tags_for_resource(resourceArn=arn)["tags"]
        return found

    def _profile_of(self, user: str) -> str:
        found = self._connect.describe_user(InstanceId=self._instance, UserId=user)["User"]
        return str(found["RoutingProfileId"])

    def _names(self) -> list[str]:
        users = self._connect.list_users(InstanceId=self._instance)["UserSummaryList"]
        return [str(each["Username"]) for each in users]

    def _queue(self, name: str) -> str:
        rows = self._connect.list_queues(InstanceId=self._instance, QueueTypes=["STANDARD"])[
            "QueueSummaryList"
        ]
        return next(str(each["Id"]) for each in rows if each["Name"] == name)

    def _user(self, name: str) -> str:
        rows = self._connect.list_users(InstanceId=self._instance)["UserSummaryList"]
        return next(str(each["Id"]) for each in rows if each["Username"] == name)

    def _profile(self, name: str) -> str:
        rows = self._connect.list_routing_profiles(InstanceId=self._instance)["RoutingProfileSummaryList"]
        return next(str(each["Id"]) for each in rows if each["Name"] == name)

    def _encrypted(self, bucket: str) -> bool:
        found = self._s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
        (rule,) = found["Rules"]
        return str(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]) == "aws:kms"

    def _backed_up(self, table: str) -> bool:
        found = self._dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
        return str(found["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]) == "ENABLED"
