"""`reconciler cost`: the cost sheet of a stack, the cost of a change, and the table beside the Price List API."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.cli.exits import FAILED, INVALID, PENDING
from reconciler.costs.prices import TABLE
from reconciler.kinds import known_kinds
from reconciler.sandbox.fault_injection import FaultKind
from tests.end_to_end.checked_stack import write_checked_stack
from tests.end_to_end.live_centre import REGION, LiveCentre, live
from tests.end_to_end.typed import ROOT

DEV = ("--env", "dev")
PLATFORM = ROOT / "desired_state" / "connect_platform"
VOLUMES = """\
volumes:
  lambda.function: {lookup: {requests: 1000000, milliseconds: 1000}}
  dynamodb.table: {Callers: {writes: 2000000}}
environments:
  prod: {volumes: {lambda.function: {lookup: {requests: 2000000}}}}
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    stack = write_checked_stack(tmp_path / "stack")
    (stack / "cost.yaml").write_text(VOLUMES)
    return stack


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCentre]:
    with live(write_checked_stack(tmp_path_factory.mktemp("cost"))) as centre:
        yield centre


def test_a_sheet_needs_no_account_and_leaves_nothing_out(centre: LiveCentre, directory: Path) -> None:
    asked = centre.asked
    typed = centre.type("cost", directory, *DEV)
    assert typed.exit_code == 0
    *lines, total = typed.stdout.splitlines()
    assert centre.asked == asked
    told = {" ".join(line.split()) for line in lines}
    assert "kms.key/main key 1 x 1 USD per key-month = 1.00 USD (fixed)" in told
    assert "lambda.function/lookup duration 125000 x 0.0000166667 USD per GB-second = 2.08 USD" in told
    assert "dynamodb.table/Callers writes 2000000 x 0.0000007423 USD per unit = 1.48 USD" in told
    assert "dynamodb.table/Callers reads 0.0000001487 USD per unit; cost.yaml gives no volume" in told
    assert "AWS charges nothing for 1 resource itself: iam.role (1)" in told
    assert total == (
        "checked/dev in eu-west-2: 5.87 USD a month: 2.10 fixed, 3.77 by volume; not in it: 4 charges without a "
        "volume; prices of 2026-06-08 to 2026-10-01, without taxes and free tiers"
    )
    prod = json.loads(centre.type("cost", directory, "--env", "prod", "--json").stdout)
    assert (prod["fixed"], prod["by_volume"]) == ("2.1", "6.051275")


def test_each_form_has_every_line(centre: LiveCentre, directory: Path) -> None:
    data = json.loads(centre.type("cost", directory, *DEV, "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(centre.type("cost", directory, *DEV, "--csv").stdout)))
    markdown = centre.type("cost", directory, *DEV, "--markdown").stdout
    assert len(rows) == len(data["lines"]) + len(data["free"]) == 11
    function = next(row for row in rows if row["charge"] == "duration")
    assert (function["amount"], function["usd_per_unit"], function["usd_per_month"]) == (
        "125000", "0.0000166667", "2.0833375",
    )  # fmt: skip
    assert function["source"].endswith("/AWSLambda/current/eu-west-2/index.json")
    assert rows[-1]["name"] == "runs"
    assert rows[-1]["charge"] == "nothing"
    assert (
        "| `lambda.function/lookup` | `duration` | `125000 GB-second` | `0.0000166667` | `2.08` |" in markdown
    )
    assert data["currency"] == "USD"
    assert data["free"] == ["iam.role/runs"]


def test_what_has_no_price_is_named(centre: LiveCentre, directory: Path) -> None:
    (directory / "topic.yaml").write_text("sns.topic: {alerts: {}}\n")
    (directory / "cost.yaml").write_text("volumes: {sns.topic: {alerts: {requests: 5, emails: 0}}}\n")
    typed = centre.type("cost", directory, *DEV)
    told = {" ".join(line.split()) for line in typed.stdout.splitlines()}
    assert "sns.topic/alerts requests no price is known: AmazonSNS Requests-Tier1" in told
    assert "not in it: 1 charge without a price, 7 charges without a volume" in typed.stdout


def test_a_dry_run_shows_the_cost_of_a_change(centre: LiveCentre, directory: Path) -> None:
    assert centre.type("cost", directory, *DEV, "--dry-run").stdout.splitlines() == [
        "checked/dev in eu-west-2: 5.87 USD a month lives, 5.87 with the files: +0.00"
    ]
    more = (directory / "all.yaml").read_text()
    more = more.replace("    timeout: 1\n", "    timeout: 1\n    memory_size: 256\n")
    more = more[: more.index("cloudwatch.alarm:")]
    (directory / "all.yaml").write_text(f"{more}secretsmanager.secret: {{token: {{generated: {{}}}}}}\n")
    header = directory / "stack.yaml"
    header.write_text(f"{header.read_text()}prune: true\n")
    before = len(list(centre.box.journal))
    typed = centre.type("cost", directory, *DEV, "--dry-run")
    assert typed.exit_code == 0, typed.output
    *lines, total = typed.stdout.splitlines()
    assert lines == [
        "cloudwatch.alarm/errors  metrics with an alarm: 1 metric-month -> nothing, -0.10 USD",
        "lambda.function/lookup  duration: 125000 GB-second -> 250000 GB-second, +2.08 USD",
        "secretsmanager.secret/token  secret: nothing -> 1 secret-month, +0.40 USD",
        "secretsmanager.secret/token  requests: nothing -> no volume, the volume is not known",
    ]
    assert total == (
        "checked/dev in eu-west-2: 5.87 USD a month lives, 8.25 with the files: +2.38; not in it: 1 charge without "
        "a price or a volume"
    )
    called = [each.operation for each in list(centre.box.journal)[before:]]
    assert [each for each in called if not each.startswith(("Describe", "Get", "List", "Search"))] == []
    data = json.loads(centre.type("cost", directory, *DEV, "--dry-run", "--json").stdout)
    assert data["difference"] == "2.3833375"


def test_what_cannot_be_read_fails_the_comparison(centre: LiveCentre, directory: Path) -> None:
    centre.box.inject(lambda attempt: FaultKind.ACCESS_DENIED if attempt.operation == "ListTables" else None)
    try:
        typed = centre.type("cost", directory, *DEV, "--dry-run")
    finally:
        centre.box.end_faults()
    assert typed.exit_code == FAILED
    assert "dynamodb.table/Callers could not be seen: list_tables: AccessDenied" in typed.stderr


def test_the_table_is_compared_with_the_price_list(
    centre: LiveCentre, directory: Path, tmp_path: Path
) -> None:
    typed = centre.type("cost", directory, *DEV, "--refresh")
    assert typed.exit_code == 0, typed.output
    (line,) = typed.stdout.splitlines()
    assert line == "8 prices compared with the AWS Price List API: 8 same"
    own = tmp_path / "own.csv"
    rows = TABLE.read_text().splitlines()
    old = [row for row in rows if ",eu-west-2,KMS-Requests," not in row]
    old = [
        row.replace(",1.00,", ",0.90,") if row.startswith("awskms,eu-west-2,KMS-Keys,") else row
        for row in old
    ]
    own.write_text("\n".join(old) + "\n")
    typed = centre.type("cost", directory, *DEV, "--refresh", "--prices", own)
    assert typed.exit_code == PENDING
    assert typed.stdout.splitlines() == [
        "awskms KMS-Keys in eu-west-2: the table says 0.9 USD of 2026-09-11, the API says 1 USD",
        "awskms KMS-Requests in eu-west-2: the table has no price, the API says 0.000003 USD",
        "8 prices compared with the AWS Price List API: 6 same, 1 differs, 1 new",
    ]
    typed = centre.type("cost", directory, *DEV, "--refresh", "--prices", own, "--json")
    outcomes = {each["usage"]: each["outcome"] for each in json.loads(typed.stdout)["prices"]}
    assert outcomes["KMS-Keys"] == "differs"
    assert "1.80 fixed" not in centre.type("cost", directory, *DEV).stdout
    assert "1.90 fixed" in centre.type("cost", directory, *DEV, "--prices", own).stdout


def test_a_service_that_cannot_be_read_is_named(centre: LiveCentre, directory: Path) -> None:
    centre.box.inject(lambda attempt: FaultKind.ACCESS_DENIED if attempt.operation == "GetProducts" else None)
    try:
        typed = centre.type("cost", directory, *DEV, "--refresh")
    finally:
        centre.box.end_faults()
    assert typed.exit_code == FAILED
    assert "the prices of AWSLambda could not be read: get_products: AccessDenied" in typed.stderr


def test_any_client_reads_the_price_list_of_the_sandbox(centre: LiveCentre) -> None:
    client = centre.box.session("us-east-1").client("pricing")
    filters = [
        {"Type": "TERM_MATCH", "Field": "regionCode", "Value": REGION},
        {"Type": "TERM_MATCH", "Field": "usagetype", "Value": "EUW2-Request"},
    ]
    (text,) = client.get_products(ServiceCode="AWSLambda", Filters=filters)["PriceList"]
    (term,) = json.loads(text)["terms"]["OnDemand"].values()
    (tier,) = term["priceDimensions"].values()
    assert tier["pricePerUnit"] == {"USD": "0.0000002"}
    pages = client.get_paginator("get_products").paginate(
        ServiceCode="AWSLambda", PaginationConfig={"PageSize": 4}
    )
    assert [len(page["PriceList"]) for page in pages] == [4, 4, 3]
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_products(ServiceCode="Nothing")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--json", "--csv"), "--json and --csv are forms of one sheet"),
        (("--refresh", "--dry-run"), "--refresh compares prices"),
        (("--prices", "nowhere.csv"), "nowhere.csv: no such file or directory"),
    ],
)
def test_wrong_words_are_one_line(
    centre: LiveCentre, directory: Path, words: tuple[str, ...], said: str
) -> None:
    asked = centre.asked
    typed = centre.type("cost", directory, *DEV, *words)
    assert typed.exit_code == INVALID
    assert said in typed.stderr
    assert centre.asked == asked


@pytest.mark.parametrize("env", ["dev", "staging", "prod"])
def test_the_example_gives_every_volume(centre: LiveCentre, env: str) -> None:
    data = json.loads(centre.type("cost", PLATFORM, "--env", env, "--json").stdout)
    assert [line for line in data["lines"] if line["amount"] is None] == []
    assert data["undeclared"] == []
    assert float(data["total"]) > 100


def test_the_page_has_the_volumes_of_each_kind() -> None:
    page = (ROOT / "docs" / "cost.md").read_text("utf-8")
    rows = [
        f"| `{kind}` | {', '.join(f'`{name}`' for name in each.costs.volumes.model_fields)} |"
        for kind, each in sorted(known_kinds().items())
        if each.costs and each.costs.volumes.model_fields
    ]
    assert [
        line for line in page.splitlines() if line.startswith("| `") and "." in line.split("`")[1]
    ] == rows


def test_a_mistake_in_the_file_is_one_of_the_stack(centre: LiveCentre, directory: Path) -> None:
    (directory / "cost.yaml").write_text("volumes:\n  lambda.function:\n    lookup: {calls: 5}\n")
    for command in ("cost", "validate"):
        typed = centre.type(command, directory, *DEV)
        assert typed.exit_code == INVALID
        assert "cost.yaml:3:14: volumes.lambda.function.lookup.calls: there is no such field" in typed.stderr
