"""`reconciler export` without an instance, against an account with every kind that somebody filled by hand."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from reconciler.cache_store import NoCache
from reconciler.cli.exits import FAILED, INVALID
from reconciler.desired import load
from reconciler.errors import Refused
from reconciler.exporting.survey import Wanted, survey
from reconciler.kinds import known_kinds
from reconciler.observing.observer import ReadContext
from reconciler.planning.ownership import MARKS
from reconciler.sandbox.account import sandboxed
from reconciler.stack import Stack
from tests.end_to_end.account_by_hand import fill_with_boto3
from tests.end_to_end.live_centre import LiveCentre
from tests.end_to_end.request_steps import ACCOUNT, ALIAS, REGION, TEAM

ALL = ("--kind", "*")
INSIDE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(sg|subnet|vpc)-[0-9a-f]{8,}")


@dataclass(frozen=True)
class Whole:
    """The export of a whole account."""

    folder: Path
    files: dict[str, str]
    told: str
    empty: bytes
    """The sandbox before anything was in it."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveCentre, Whole]]:
    with sandboxed(ACCOUNT) as (box, clock):
        account, empty = LiveCentre(box, clock), box.snapshot()
        fill_with_boto3(box.session(REGION))
        out = tmp_path_factory.mktemp("whole") / "out"
        typed = account.type("export", "--region", REGION, "--out", out, *ALL)
        assert typed.exit_code == 0, typed.stderr
        yield account, Whole(out, texts(out), typed.stdout, empty)


@pytest.fixture
def account(whole: tuple[LiveCentre, Whole]) -> LiveCentre:
    return whole[0]


@pytest.fixture
def export(whole: tuple[LiveCentre, Whole]) -> Whole:
    return whole[1]


def exported(account: LiveCentre, out: Path, *words: str) -> dict[str, str]:
    """The files of an export, by path."""
    typed = account.type("export", "--region", REGION, "--out", out, *words)
    assert typed.exit_code == 0, typed.stderr
    return texts(out)


def texts(out: Path) -> dict[str, str]:
    return {str(file.relative_to(out)): file.read_text() for file in sorted(out.rglob("*")) if file.is_file()}


def loaded(out: Path) -> Stack:
    return load(out, None, known_kinds())


def fill_in(out: Path, account: LiveCentre) -> None:
    """What AWS does not show: code, passwords, and what a stage serves."""
    (out / "code").mkdir()
    (out / "code" / "main.py").write_text("def handler(event, context):\n    return {}\n")
    functions = out / "function.yaml"
    functions.write_text(functions.read_text().replace("adopt: true", "code: {folder: code}"))
    layers = out / "layer.yaml"
    layers.write_text(layers.read_text().replace("adopt: true", "content: {folder: code}"))
    stages, apis = out / "stage.yaml", out / "rest_api.yaml"
    current = "deployment_id: ${apigateway.rest_api:rally#deployment}"
    stages.write_text(stages.read_text().replace("adopt: true", current))
    apis.write_text(apis.read_text().replace("  rally:\n", "  rally:\n    publish: true\n"))
    for desired in loaded(out).resources.values():
        if "password" in desired.settings:
            name = desired.settings["password"].name
            store = account.box.session(REGION).client("ssm")
            store.put_parameter(Name=name, Value="Passw0rd!", Type="SecureString")


CHOSEN = re.compile(r"(\+44)\d{9,}|(eu-west-2_)\w{9}|(client_id: )\S+")
"""What AWS chooses anew in each account: phone numbers, and the ids of user pools and of their clients."""


def without_chosen(files: dict[str, str]) -> dict[str, str]:
    return {
        path: CHOSEN.sub(lambda found: "".join(each or "" for each in found.groups()), text)
        for path, text in files.items()
    }


def test_a_plan_over_an_export_only_adopts(account: LiveCentre, export: Whole) -> None:
    files, stack = export.files, loaded(export.folder)
    managed = {key.kind for key, each in stack.resources.items() if not each.existing}
    assert managed == known_kinds().keys()
    assert stack.warnings == ()
    actions = account.run(stack, dry_run=True).plan.actions.values()
    assert {(action.verb, action.refusal) for action in actions} == {("adopt", None)}
    fields = {each.field for action in actions for each in action.differences}
    assert fields <= {f"tags.{mark}" for mark in MARKS}
    text = "".join(text for path, text in files.items() if path != "stack.yaml")
    assert INSIDE.search(text) is None
    assert set(re.findall(r"arn:aws[^\"]*", text)) == {"arn:aws:iam::${account}:root"}
    assert ACCOUNT not in text
    variables = yaml.safe_load(files["function.yaml"])["lambda.function"]["lookup"]["environment"][
        "variables"
    ]
    assert variables == {
        "TABLE": "Orders",
        "TOPIC": "${sns.topic:alarms}",
        "JOBS": "${sqs.queue:jobs#id}",
        "DESK": "https://desk.example.com/${kms.key:orders#id}/x",
    }


def test_an_export_applied_to_an_empty_account_is_exported_as_the_same(
    account: LiveCentre, export: Whole, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(export.folder, tmp_path / "out"))
    filled = account.box.snapshot()
    account.box.restore(export.empty)
    fill_in(out, account)
    report = account.run(loaded(out))
    assert report.outcome == "settled", [each for each in report.results.items() if each[1].outcome != "done"]
    second = exported(account, tmp_path / "second", "--owned-by", "out/live")
    account.box.restore(filled)
    assert without_chosen(second) == without_chosen(export.files)


def test_a_rule_names_alarms_by_references(export: Whole) -> None:
    rules = yaml.safe_load(export.files["composite_alarm.yaml"])["cloudwatch.composite_alarm"]
    assert rules["everything"]["alarm_rule"] == (
        "AT_LEAST(1, ALARM, (${cloudwatch.alarm:busy#name}, ${cloudwatch.composite_alarm:shop#name}))"
    )
    assert rules["shop"]["alarm_rule"] == (
        '(ALARM("${cloudwatch.alarm:lookup errors#name}")  OR ALARM("${cloudwatch.alarm:lookup errors}")) AND '
        "NOT OK(${cloudwatch.alarm:busy})"
    )
    assert rules["shop"]["actions_suppressor"] == "${cloudwatch.alarm:busy#name}"


def test_an_api_names_the_function_it_invokes_by_a_reference(export: Whole) -> None:
    assert "uri: ${lambda.function:lookup#invoke_arn}" in "".join(export.files.values()).replace('"', "")


def test_the_places_of_secrets_are_names_of_parameters(export: Whole) -> None:
    """A level of such a name is not empty, also if the name of the resource begins with a slash."""
    places = re.findall(r'secret: \{ssm: "?([^"}]+)', "".join(export.files.values()))
    assert [each for each in places if "ssm.parameter/" in each]
    assert [each for each in places if "//" in each] == []


def test_what_aws_manages_is_listed_with_the_reason(export: Whole) -> None:
    assert "  ec2.security_group/default: AWS created it, and manages it\n" in export.told
    assert re.search(r"  kms.key/[0-9a-f-]{36}: it has no name by which a pass finds it", export.told)
    assert re.search(r"  kms.key/old: AWS deletes it on ", export.told)
    assert "Code to add, in place of `adopt: true`, before a pass creates these:" in export.told


def test_what_looks_like_a_secret_is_listed_and_not_written(export: Whole) -> None:
    assert "not-for-files" not in "".join((export.told, *export.files.values()))
    assert (
        "lambda.function/lookup.environment.variables.DESK_TOKEN: its value looks like a secret"
        in export.told
    )


def test_kinds_and_tags_choose_what_is_written(account: LiveCentre, tmp_path: Path) -> None:
    files = exported(
        account, tmp_path / "out", "--kind", "s3.bucket", "--kind", "kms.*", "--tag", "team=blue"
    )
    assert {each for each in files if "/" not in each} == {"bucket.yaml", "key.yaml", "stack.yaml"}
    assert [*yaml.safe_load(files["bucket.yaml"])["s3.bucket"]] == ["acme-orders"]
    assert yaml.safe_load(files["stack.yaml"])["stack"] == "out"


def test_what_is_new_is_merged_into_the_files(account: LiveCentre, export: Whole, tmp_path: Path) -> None:
    out = Path(shutil.copytree(export.folder, tmp_path / "out"))
    fill_in(out, account)
    functions = out / "function.yaml"
    functions.write_text("# Written by hand.\n" + functions.read_text())
    filled, session = account.box.snapshot(), account.box.session(REGION)
    session.client("logs").create_log_group(logGroupName="/new")
    session.client("sns").delete_topic(TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms")
    environment = {"Variables": {"TABLE": "Orders", "STAGE": "prod"}}
    session.client("lambda").update_function_configuration(
        FunctionName="lookup", Environment=environment, MemorySize=512
    )
    words = ("--kind", "logs.*", "--kind", "lambda.*", "--kind", "sns.*", "--update")
    typed = account.type("export", "--region", REGION, "--out", out, *words)
    account.box.restore(filled)
    assert (typed.exit_code, typed.stderr) == (0, "")
    assert "Added:\n  logs.log_group//new\n" in typed.stdout
    assert "In the files, and not in AWS:\n  sns.topic/alarms\n" in typed.stdout
    text = functions.read_text()
    assert text.startswith("# Written by hand.\n")
    function = yaml.safe_load(text)["lambda.function"]["lookup"]
    assert (function["memory_size"], function["code"]) == (512, {"folder": "code"})
    assert function["environment"]["variables"]["STAGE"] == "prod"
    assert "adopt" not in function


def test_a_kind_that_cannot_be_listed_is_told_and_a_failure(
    account: LiveCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refused("list_buckets", "AccessDenied", "no")

    monkeypatch.setattr(type(known_kinds()["s3.bucket"]), "list", refuse)
    words = ("--kind", "s3.bucket", "--kind", "logs.log_group", "--tag", "team=blue")
    typed = account.type("export", "--region", REGION, "--out", tmp_path / "out", *words)
    assert typed.exit_code == FAILED
    assert "  s3.bucket: could not be listed: list_buckets" in typed.stdout
    assert typed.stderr == "not everything could be read: s3.bucket\n"
    assert texts(tmp_path / "out").keys() == {
        "log_group.yaml",
        "log_group_resource_policy/aws_lambda_lookup.json",
        "stack.yaml",
    }


def test_many_resources_without_tags_are_not_read_one_by_one(
    account: LiveCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled, logs = account.box.snapshot(), account.box.session(REGION).client("logs")
    for number in range(3):
        logs.create_log_group(logGroupName=f"/bare/{number}")
    wanted = Wanted(frozenset({"logs.log_group"}))
    calls: dict[int, int] = {}
    for most in (3, 2):
        monkeypatch.setattr("reconciler.observing.tag_reader.ALONE_AT_MOST", most)
        reached = account.account()
        context = ReadContext(known_kinds(), reached.api, account.clock, NoCache(), reached.width)
        found = survey(None, wanted, context).observed
        tags = {key.name: each.tags for key, each in found.items()}
        assert tags == {"/aws/lambda/lookup": TEAM} | {f"/bare/{number}": {} for number in range(3)}
        calls[most] = reached.tally.calls["logs:ListTagsForResource"]
    account.box.restore(filled)
    assert calls == {3: 3, 2: 0}


def test_an_instance_and_its_surroundings_are_one_stack(account: LiveCentre, tmp_path: Path) -> None:
    kinds = ("--kind", "connect.instance", "--kind", "lambda.function")
    files = exported(account, tmp_path / "out", "--instance", ALIAS, *kinds)
    instance = yaml.safe_load(files["instance.yaml"])["connect.instance"][ALIAS]
    assert instance["lambda_functions"] == ["${lambda.function:lookup}"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name the resources to export: --instance ALIAS, or --kind, --tag or --owned-by"),
        (("--kind", "s3.buckets"), 'there is no such kind; did you mean "s3.bucket"?'),
        (("--kind", "x.*"), "--kind x.*: there is no such kind"),
        (("--kind", "s3.bucket", "--tag", "team=red"), "nothing in the account, of these kinds"),
        (("--kind", "s3.bucket", "--owned-by", "a/b"), "--owned-by a/b: nothing in the account"),
    ],
)
def test_a_wrong_input_is_one_clear_line(
    account: LiveCentre, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    typed = account.type("export", "--region", REGION, "--out", tmp_path / "out", *words)
    assert (typed.exit_code, typed.stdout) == (INVALID, "")
    assert said in typed.stderr
    assert not (tmp_path / "out").exists()
