"""The table of prices, and cost sheets."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from reconciler.costs.change import CostChange
from reconciler.costs.forms import change_csv, change_markdown, money
from reconciler.costs.prices import ANY, COLUMNS, TABLE, BadPrices, Price, read_table
from reconciler.costs.sheet import CostLine, Sheets
from reconciler.kinds import known_kinds
from reconciler.model import Settings
from reconciler.stack import Key, Stack

ROOT = Path(__file__).parents[2]
REGIONS = ("ap-northeast-1", "eu-west-2", "us-east-1")
HOSTS = {"pricing.us-east-1.amazonaws.com", "aws.amazon.com", "docs.aws.amazon.com"}
FUNCTION, TABLE_KEY = Key("lambda.function", "f"), Key("dynamodb.table", "t")


def lines(
    resources: Mapping[Key, Settings], volumes: Mapping[Key, Settings], region: str = "eu-west-2"
) -> dict[str, CostLine]:
    stack = Stack("small", "dev", "123456789012", region, {})
    sheet = Sheets(known_kinds(), volumes, read_table()).of(stack, resources)
    return {each.what: each for each in sheet.lines}


def test_each_price_is_one_of_aws_with_its_date_and_some_kind_uses_it() -> None:
    rows = read_table().rows
    declared = "".join(each.read_text("utf-8") for each in (ROOT / "resources").glob("*/costs.py"))
    assert {urlsplit(row.source).hostname for row in rows} <= HOSTS
    assert [
        row for row in rows if f'"{row.usage}"' not in declared or f'"{row.service}"' not in declared
    ] == []
    units = Counter((row.service, row.region, row.usage) for row in rows)
    assert [unit for unit, number in units.items() if number > 1] == []
    services = {region: {row.service for row in rows if row.region in (region, ANY)} for region in REGIONS}
    common = {
        "AWSLambda",
        "AmazonCloudWatch",
        "AmazonConnect",
        "AmazonDynamoDB",
        "AmazonS3",
        "AWSQueueService",
    }
    assert all(common <= found for found in services.values())


def test_every_kind_says_what_aws_charges() -> None:
    by_us = [each for each in known_kinds().values() if type(each).__module__.startswith("reconciler.")]
    assert [each.kind for each in by_us if each.costs is None] == []


def test_a_function_costs_its_requests_and_its_memory_for_the_time_that_it_runs() -> None:
    volumes = {FUNCTION: {"requests": 1_000_000, "milliseconds": 200}}
    found = lines({FUNCTION: {"memory_size": 512, "ephemeral_storage": {"size": 1536}}}, volumes)
    assert found["requests"].usd == Decimal("0.2")
    assert found["duration"].amount == 100_000
    assert found["duration"].usd == Decimal("1.66667")
    assert found["disk beyond 512 MB"].amount == 200_000
    arm = lines({FUNCTION: {"architectures": ["arm64"]}}, volumes)
    assert arm["duration"].usage == "Lambda-GB-Second-ARM"
    assert arm["duration"].amount == 25_000
    assert arm["requests"].usd is None  # the table has no price of it in this Region


def test_a_table_costs_its_capacity_or_its_requests() -> None:
    throughput = {"read_capacity_units": 10, "write_capacity_units": 5}
    index = {"index_name": "i", "provisioned_throughput": throughput}
    provisioned = {"provisioned_throughput": throughput, "global_secondary_indexes": [index]}
    found = lines({TABLE_KEY: provisioned}, {}, "us-east-1")
    assert found["write capacity"].usd == Decimal("4.745")  # 10 units, 730 hours, 0.00065 USD
    assert found["read capacity"].fixed
    assert {"writes", "reads"}.isdisjoint(found)
    assert found["storage"].amount is None
    assert found["storage"].usd is None
    rare = {"billing_mode": "PAY_PER_REQUEST", "table_class": "STANDARD_INFREQUENT_ACCESS"}
    on_demand = lines({TABLE_KEY: rare}, {TABLE_KEY: {"writes": 5}})
    assert on_demand["writes"].usage == "IA-WriteRequestUnits"
    assert on_demand["writes"].price is None
    assert "write capacity" not in on_demand


def test_the_cache_of_a_stage_is_charged_by_its_size_and_hour() -> None:
    stage = Key("apigateway.stage", "live")
    assert lines({stage: {"cache_cluster_enabled": False, "cache_cluster_size": "6.1"}}, {}) == {}
    for settings, size in (({}, "0.5"), ({"cache_cluster_size": "6.1"}, "6.1")):
        cache = lines({stage: {"cache_cluster_enabled": True, **settings}}, {})["cache"]
        assert cache.usage == f"ApiGatewayCacheUsage:{size}GB"
        assert cache.amount == 730
        assert cache.usd is None  # the table has no price of it


def test_a_client_of_a_pool_is_charged_if_it_gets_tokens_for_machines() -> None:
    client = Key("cognito.user_pool_client", "web")
    assert lines({client: {"allowed_oauth_flows": ["code"]}}, {}) == {}
    charged = lines(
        {client: {"allowed_oauth_flows": ["client_credentials"]}}, {client: {"token_requests": 5}}
    )
    assert {what: line.amount for what, line in charged.items()} == {
        "client for machines": 1,
        "tokens for machines": 5,
    }


def test_a_volume_of_nothing_costs_nothing_even_without_a_price() -> None:
    number = Key("connect.phone_number", "main")
    found = lines({number: {"country_code": "JP", "type": "TOLL_FREE"}}, {number: {"inbound_minutes": 0}})
    assert found["number"].usage == "JP-tollfree-numbers"
    assert found["inbound"].usd == 0
    assert found["outbound"].usd is None


def test_a_price_without_a_region_is_that_of_every_region() -> None:
    instance = Key("connect.instance", "i")
    found = lines({instance: {}}, {instance: {"voice_minutes": 1000}}, "ap-northeast-1")
    assert found["voice"].usd == 38
    assert found["voice"].price is not None
    assert found["voice"].price.region == ANY


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,eu-west-2,B,GB,cheap,2026-10-01,own,https://a.example", ':2: "cheap" is no price in USD'),
        ("A,eu-west-2,B,GB,-1,2026-10-01,own,https://a.example", ':2: "-1" is no price in USD'),
        ("A,eu-west-2,B,GB,NaN,2026-10-01,own,https://a.example", ':2: "NaN" is no price in USD'),
        ("A,eu-west-2,B,GB,1,yesterday,own,https://a.example", ':2: "yesterday" is no date'),
        ("A,eu-west-2,B,GB,1,2026-10-01,own,here", ":2: expected the https address"),
        ("A,eu-west-2", ":2: expected 8 values, got 2"),
    ],
)
def test_a_table_of_ones_own_is_checked_line_by_line(tmp_path: Path, row: str, said: str) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(f"{','.join(COLUMNS)}\n{row}\n")
    with pytest.raises(BadPrices) as caught:
        read_table(file)
    assert said in str(caught.value)
    file.write_text("a,b\n")
    with pytest.raises(BadPrices, match="expected the heading service,region"):
        read_table(file)
    with pytest.raises(BadPrices, match="no such file"):
        read_table(tmp_path / "none.csv")


def test_a_change_as_csv_and_markdown_has_both_sides() -> None:
    stack = Stack("small", "dev", "123456789012", "eu-west-2", {})
    sheets = Sheets(known_kinds(), {}, read_table())
    key, secret = Key("kms.key", "k"), Key("secretsmanager.secret", "s")
    change = CostChange(sheets.of(stack, {key: {}}), sheets.of(stack, {secret: {"replicas": [{}]}}), ())
    assert change.usd == Decimal("-0.2")
    heading, *rows = change_csv(change).splitlines()
    assert heading == "kind,name,charge,amount_before,amount_after,usd_per_month"
    assert "kms.key,k,key,1,0,-1" in rows
    assert "kms.key,k,requests,,0," in rows
    assert "secretsmanager.secret,s,secret,0,2,0.8" in rows
    markdown = change_markdown(change)
    assert "| `kms.key/k` | `key` | `1 key-month` | `nothing` | `-1.00` |" in markdown
    assert "| `secretsmanager.secret/s` | `requests` | `nothing` | `no volume` | `not known` |" in markdown


def test_money_is_shown_in_cents_and_what_is_less_as_less() -> None:
    shown = [money(Decimal(each)) for each in ("0", "0.004", "0.005", "0.0051", "1234.5")]
    assert shown == ["0.00", "<0.01", "<0.01", "0.01", "1,234.50"]
    assert Price._fields == COLUMNS
    assert TABLE.is_file()
