"""Faults of pages: repeated and skipped items, empty pages, expired tokens."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from reconciler.sandbox.account import sandboxed
from reconciler.sandbox.fault_injection import Rules, SandboxSettings
from tests.sandbox.plain_clients import answer_to, client_in, make_instance

TOTAL = 7  # prompts of a new instance


def pages_under(rule: str) -> list[list[str]]:
    with sandboxed(settings=SandboxSettings(faults=Rules([rule]))) as (box, _):
        connect = client_in(box)
        instance = make_instance(connect)
        paginator = connect.get_paginator("list_prompts")
        found = paginator.paginate(InstanceId=instance, PaginationConfig={"PageSize": 3})
        pages = [[each["Id"] for each in page["PromptSummaryList"]] for page in found]
        assert len(box.journal.faulty()) == 1
        return pages


def test_a_page_may_repeat_the_last_item_of_the_page_before() -> None:
    pages = pages_under("connect:ListPrompts:1:page-repeats")
    assert [len(page) for page in pages] == [3, 4, 1]
    assert pages[1][0] == pages[0][-1]
    assert len({each for page in pages for each in page}) == TOTAL


def test_a_page_may_skip_an_item() -> None:
    pages = pages_under("connect:ListPrompts:2:page-skips")
    assert [len(page) for page in pages] == [3, 3, 0]


@pytest.mark.parametrize(("when", "sizes"), [(1, [0, 3, 3, 1]), (2, [3, 0, 3, 1]), (3, [3, 3, 0, 1])])
def test_a_page_may_be_empty_with_more_to_come(when: int, sizes: list[int]) -> None:
    pages = pages_under(f"connect:ListPrompts:{when}:page-empty")
    assert [len(page) for page in pages] == sizes
    assert len({each for page in pages for each in page}) == TOTAL


def test_the_token_of_a_page_may_expire() -> None:
    with pytest.raises(ClientError) as expired:
        pages_under("connect:ListPrompts:2:page-expired")
    assert answer_to(expired.value) == ("InvalidParameterException", 400)


def keys_under(rule: str) -> list[str]:
    with sandboxed(settings=SandboxSettings(faults=Rules([rule]))) as (box, _):
        s3: Any = client_in(box, "s3", "us-east-1")
        s3.create_bucket(Bucket="kept")
        for number in range(5):
            s3.put_object(Bucket="kept", Key=f"key {number}", Body=b"")
        found = s3.get_paginator("list_objects_v2").paginate(Bucket="kept", PaginationConfig={"PageSize": 2})
        return [each["Key"][-1] for page in found for each in page.get("Contents", ())]


@pytest.mark.parametrize(
    ("fault", "keys"), [("page-repeats", "011234"), ("page-skips", "0134"), ("page-empty", "01234")]
)
def test_pages_in_xml_are_spoilt_alike(fault: str, keys: str) -> None:
    assert "".join(keys_under(f"s3:ListObjectsV2:1:{fault}")) == keys


def test_pages_of_tables_are_spoilt_alike() -> None:
    with sandboxed(settings=SandboxSettings(faults=Rules(["dynamodb:ListTables:1:page-empty"]))) as (box, _):
        dynamodb = client_in(box, "dynamodb")
        for name in ("one", "two", "three"):
            dynamodb.create_table(
                TableName=name,
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
            )
        found = dynamodb.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2})
        assert [len(page["TableNames"]) for page in found] == [0, 2, 1]


def test_an_empty_page_says_that_more_follows_where_the_token_alone_does_not() -> None:
    with sandboxed(settings=SandboxSettings(faults=Rules(["kms:ListResourceTags:1:page-empty"]))) as (box, _):
        kms = client_in(box, "kms")
        key = kms.create_key(Tags=[{"TagKey": "Team", "TagValue": "a"}])["KeyMetadata"]["KeyId"]
        pages = list(kms.get_paginator("list_resource_tags").paginate(KeyId=key))
        assert [len(page["Tags"]) for page in pages] == [0, 1]
