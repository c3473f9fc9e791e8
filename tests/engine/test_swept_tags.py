"""Tags of tables and buckets are read in every pass, with one search for all resources with our mark."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from moto.kms.models import kms_backends

from reconciler.applying import Quiet
from reconciler.aws.api import ServiceApi
from reconciler.cache_store import FileCache
from reconciler.errors import Refused
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Desired, Key, Place, Stack

REGION = "eu-west-2"
PLACE = Place("stack.yaml", 1, 1)
TABLE = {
    "attribute_definitions": [{"attribute_name": "id", "attribute_type": "S"}],
    "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
    "billing_mode": "PAY_PER_REQUEST",
    "tags": {"Team": "A"},
}
BUCKET: dict[str, Any] = {"tags": {"Team": "A"}}
EACH = 4
KINDS = {"dynamodb.table": TABLE, "s3.bucket": BUCKET}


class Account:
    """A few tables and buckets in the sandbox, and passes with a cache."""

    def __init__(
        self, box: Sandbox, clock: VirtualClock, folder: Path, kinds: Mapping[str, dict[str, Any]] = KINDS
    ) -> None:
        keys = [Key(kind, f"swept-{n}") for kind in kinds for n in range(EACH)]
        desired = {key: Desired(key, kinds[key.kind], PLACE) for key in keys}
        self.stack = Stack("swept", "dev", box.account, REGION, desired)
        self.box, self.clock, self._file = box, clock, folder / "cache.sqlite"

    def run(self) -> PassReport:
        self.clock.sleep(3600)
        aws = account_in(self.box, REGION, self.clock)
        cache = FileCache(self._file)
        return Pass(self.stack, known_kinds(), aws, self.clock, Options(), Quiet(), cache=cache).run()

    def client(self, service: str) -> Any:
        return self.box.session(REGION).client(service)

    def tag(self, kind: str, name: str, **tags: str) -> None:
        """Set exactly these tags besides our marks, as another client."""
        if kind == "s3.bucket":
            found = self.client("s3").get_bucket_tagging(Bucket=name)["TagSet"]
            kept = {each["Key"]: each["Value"] for each in found} | tags
            pairs = [{"Key": key, "Value": value} for key, value in kept.items() if value]
            self.client("s3").put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs})
            return
        arn = f"arn:aws:dynamodb:{REGION}:{self.box.account}:table/{name}"
        new = [{"Key": key, "Value": value} for key, value in tags.items() if value]
        if new:
            self.client("dynamodb").tag_resource(ResourceArn=arn, Tags=new)
        gone = [key for key, value in tags.items() if not value]
        if gone:
            self.client("dynamodb").untag_resource(ResourceArn=arn, TagKeys=gone)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with sandboxed() as (box, clock):
        found = Account(box, clock, tmp_path)
        assert found.run().outcome == "settled"
        assert found.run().mutating_calls == 0
        yield found


def changed(report: PassReport) -> dict[str, list[str]]:
    return {
        str(key): [each.field for each in action.differences] for key, action in report.plan.actions.items()
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("tags", "fields"), [({"Team": "B"}, ["tags.Team"]), ({"Team": ""}, ["tags.Team"])])
def test_a_tag_changed_by_hand_is_seen_by_the_next_pass(
    account: Account, kind: str, tags: dict[str, str], fields: list[str]
) -> None:
    account.tag(kind, "swept-1", **tags)
    report = account.run()
    assert changed(report) == {f"{kind}/swept-1": fields}
    assert report.outcome == "settled"
    assert account.run().mutating_calls == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_mark_taken_away_by_hand_is_seen_by_the_next_pass(account: Account, kind: str) -> None:
    account.tag(kind, "swept-1", **{"reconciler:stack": ""})
    assert changed(account.run()) == {f"{kind}/swept-1": ["tags.reconciler:stack"]}


def test_what_another_stack_has_taken_is_refused_by_the_next_pass(account: Account) -> None:
    account.tag("s3.bucket", "swept-1", **{"reconciler:stack": "other/dev"})
    report = account.run()
    assert report.outcome == "failed"
    assert 'has the mark of stack "other/dev"' in next(iter(report.results.values())).message


def test_a_quiet_pass_makes_one_search_for_all_kinds_and_neither_lists_names_nor_reads_tags_one_by_one(
    account: Account,
) -> None:
    calls = account.run().calls
    assert calls["resourcegroupstaggingapi:GetResources"] == 1
    one_by_one = {"s3:GetBucketTagging", "dynamodb:ListTagsOfResource"}
    assert not (one_by_one | {"s3:ListBuckets", "dynamodb:ListTables"}) & calls.keys()


def test_a_kind_of_which_a_mark_is_missing_is_listed(account: Account) -> None:
    account.client("dynamodb").delete_table(TableName="swept-1")
    report = account.run()
    assert [(str(key), action.verb) for key, action in report.plan.actions.items()] == [
        ("dynamodb.table/swept-1", "create")
    ]
    assert report.outcome == "settled"
    assert {"s3:ListBuckets", "dynamodb:ListTables"} & report.calls.keys() == {"dynamodb:ListTables"}


def test_the_audit_lists_names_too(account: Account) -> None:
    account.clock.sleep(24 * 3600)
    assert {"s3:ListBuckets", "dynamodb:ListTables"} <= account.run().calls.keys()


@pytest.fixture
def sweep(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], list[Any]]], None]:
    """Replace the replies to the search."""
    pages = ServiceApi.pages

    def answered_by(answer: Callable[[], list[Any]]) -> None:
        def instead(api: ServiceApi, operation: str, **parameters: Any) -> Any:
            return answer() if operation == "get_resources" else pages(api, operation, **parameters)

        monkeypatch.setattr(ServiceApi, "pages", instead)

    return answered_by


def test_what_is_deleted_and_still_found_is_made_again_in_the_same_pass(
    account: Account, sweep: Callable[[Callable[[], list[Any]]], None]
) -> None:
    late = account.client("resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"]
    sweep(lambda: late)
    for name in ("swept-1", "swept-2"):
        account.client("dynamodb").delete_table(TableName=name)
    report = account.run()
    made = [str(key) for key, action in report.plan.actions.items() if action.verb == "create"]
    assert (report.outcome, sorted(made)) == ("settled", ["dynamodb.table/swept-1", "dynamodb.table/swept-2"])
    assert len(report.plan.actions) == len(made)


def test_a_key_that_is_gone_and_still_found_is_made_again_in_the_same_pass(
    tmp_path: Path, sweep: Callable[[Callable[[], list[Any]]], None]
) -> None:
    with sandboxed() as (box, clock):
        account = Account(box, clock, tmp_path, {"kms.key": {"tags": {"Team": "A"}}})
        assert account.run().outcome == "settled"
        assert "kms:ListKeys" not in account.run().calls
        late = account.client("resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"]
        sweep(lambda: late)
        kms_backends[box.account][REGION].keys.pop(late[0]["ResourceARN"].rpartition("/")[2])
        report = account.run()
        assert [action.verb for action in report.plan.actions.values()] == ["create"]
        assert report.outcome == "settled"


def test_a_sweep_that_lags_behind_changes_nothing(
    account: Account, sweep: Callable[[Callable[[], list[Any]]], None]
) -> None:
    tagging = account.client("resourcegroupstaggingapi")
    late = tagging.get_resources()["ResourceTagMappingList"]
    for each in late:
        each["Tags"] = [{**tag, "Value": "old"} if tag["Key"] == "Team" else tag for tag in each["Tags"]]
    sweep(lambda: late)
    report = account.run()
    assert (report.outcome, report.mutating_calls) == ("settled", 0)


def test_a_tag_without_a_value_has_an_empty_one(
    account: Account, sweep: Callable[[Callable[[], list[Any]]], None]
) -> None:
    found = account.client("resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"]
    for each in found:
        each["Tags"].append({"Key": "Empty"})
    sweep(lambda: found)
    report = account.run()
    assert (report.outcome, report.mutating_calls) == ("settled", 0)


@pytest.mark.parametrize("answer", [[], [{}], [{"ResourceARN": "arn:aws:s3:::swept-1"}]])
def test_what_a_sweep_does_not_show_is_read_by_itself(
    account: Account, sweep: Callable[[Callable[[], list[Any]]], None], answer: list[Any]
) -> None:
    sweep(lambda: answer)
    account.tag("s3.bucket", "swept-1", Team="B")
    report = account.run()
    assert changed(report) == {"s3.bucket/swept-1": ["tags.Team"]}


def test_without_permission_to_sweep_tags_are_read_one_by_one(
    account: Account, sweep: Callable[[Callable[[], list[Any]]], None]
) -> None:
    def refused() -> list[Any]:
        raise Refused("get_resources", "AccessDeniedException", "not allowed")

    sweep(refused)
    account.tag("dynamodb.table", "swept-2", Team="B")
    report = account.run()
    assert changed(report) == {"dynamodb.table/swept-2": ["tags.Team"]}
    assert report.calls["s3:GetBucketTagging"] == EACH


ALARM = {
    "metric_name": "Errors",
    "namespace": "Shop",
    "statistic": "Sum",
    "period": 60,
    "evaluation_periods": 1,
    "threshold": 1.0,
    "comparison_operator": "GreaterThanThreshold",
    "tags": {"Team": "A"},
}
WITH_ROWS: dict[str, dict[str, Any]] = {
    "cloudwatch.alarm": ALARM,
    "logs.log_group": {"tags": {"Team": "A"}},
    "kms.key": {"tags": {"Team": "A"}},
}
"""Kinds whose list shows settings and no tags."""


def test_tags_that_no_row_shows_are_swept_by_every_pass(tmp_path: Path) -> None:
    with sandboxed() as (box, clock):
        account = Account(box, clock, tmp_path, WITH_ROWS)
        assert account.run().outcome == "settled"
        quiet = account.run()
        assert (quiet.outcome, quiet.mutating_calls) == ("settled", 0)
        assert quiet.calls["resourcegroupstaggingapi:GetResources"] == 1
        one_by_one = {"cloudwatch:ListTagsForResource", "logs:ListTagsForResource", "kms:ListResourceTags"}
        assert not one_by_one & quiet.calls.keys()
        swept = account.client("resourcegroupstaggingapi")
        arns = [
            row["ResourceARN"]
            for row in swept.get_resources(TagFilters=[{"Key": "Team"}])["ResourceTagMappingList"]
        ]
        assert len(arns) == EACH * len(WITH_ROWS)
        firsts = [
            next(arn for arn in arns if f":{service}:" in arn) for service in ("cloudwatch", "logs", "kms")
        ]
        account.client("cloudwatch").tag_resource(ResourceARN=firsts[0], Tags=[{"Key": "Team", "Value": "B"}])
        account.client("logs").tag_resource(resourceArn=firsts[1], tags={"Team": "B"})
        account.client("kms").tag_resource(KeyId=firsts[2], Tags=[{"TagKey": "Team", "TagValue": "B"}])
        report = account.run()
        assert report.outcome == "settled"
        differing = [[each.field for each in action.differences] for action in report.plan.actions.values()]
        assert differing == [["tags.Team"]] * len(WITH_ROWS)
        assert account.run().mutating_calls == 0
