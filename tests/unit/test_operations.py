"""docs/operations.md and deploy/ agree with the code."""

import json
import re
import shlex
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import botocore.session
import pytest
import typer
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from reconciler.cli import app
from reconciler.cli.commands.daemon import PATIENCE
from reconciler.daemon.config import DaemonPart, HttpPart, read_config
from reconciler.daemon.daemon_grants import needs
from reconciler.daemon.metrics import Metrics
from reconciler.desired import load
from reconciler.iam import policy_of, services_of
from reconciler.kinds import known_kinds
from reconciler.model import Part

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "systemd" / "reconciler.service").read_text(encoding="utf-8")


# -- the settings ------------------------------------------------------------------------------------------------------


def parts_in(annotation: Any) -> Iterator[type[Part]]:
    """The structures in a field."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    elif get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from parts_in(each)


def settings_of(part: type[Part], path: str = "") -> Iterator[tuple[str, str]]:
    """Every setting with its default, in the form of the document."""
    for name, field in part.model_fields.items():
        here = f"{path}{name}"
        if name == "watches":
            (_, watch) = get_args(field.annotation)
            yield from settings_of(watch, f"{here}.NAME.")
            continue
        inner = list(parts_in(field.annotation))
        if not inner or field.default is None:
            yield here, _spelled(field)
        for each in inner:
            yield from settings_of(each, f"{here}.")


def _spelled(field: Any) -> str:
    if field.is_required():
        return "needed"
    if field.default is None:
        return "none"
    return f"`{json.dumps(field.default).strip(chr(34))}`"


def test_every_setting_is_described_with_its_default() -> None:
    table = OPERATIONS.partition("<!-- settings -->")[2].partition("<!-- end of settings -->")[0]
    described = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", table, re.MULTILINE)
    assert dict(described) == dict(settings_of(DaemonPart))
    assert len(described) == len(dict(described))


def test_the_example_has_every_setting_and_can_be_read() -> None:
    config = read_config(DEPLOY / "daemon.yaml")
    assert config.history is not None
    text = (DEPLOY / "daemon.yaml").read_text(encoding="utf-8")
    written = set(re.findall(r"\b([a-z_]+):", text))
    wanted = {path.rpartition(".")[2] for path, _ in settings_of(DaemonPart)}
    assert wanted - written == set()
    for watch in config.watches.values():
        assert (DEPLOY / watch.stack / "stack.yaml").is_file()


# -- figures -----------------------------------------------------------------------------------------------------------


def test_every_metric_is_described() -> None:
    registered = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in Metrics().registry.collect()
    }
    assert set(re.findall(r"^\| `(reconciler_[a-z_]+)` \|", OPERATIONS, re.MULTILINE)) == registered


def test_alerts_speak_of_metrics_that_there_are() -> None:
    families = {metric.name for metric in Metrics().registry.collect()}
    spoken = set(re.findall(r"\breconciler_[a-z_]+", OPERATIONS))
    assert {re.sub(r"_(total|bucket)$", "", name) for name in spoken} == families


# -- the packages of production -----------------------------------------------------------------------------------------


def locked(file: Path) -> dict[str, str]:
    pairs = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pairs}


def needed(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> set[str]:
    """A package and its dependencies here, according to the installed packages."""
    if (name, extras) in seen:
        return set()
    seen.add((name, extras))
    found = {name}
    for line in requires(name) or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in (extras or {""})):
            found |= needed(canonicalize_name(requirement.name), frozenset(requirement.extras), seen)
    return found


@pytest.mark.parametrize(
    ("lock", "extra", "foreign"),
    [
        (DEPLOY / "requirements.lock", "daemon", {"moto", "pytest", "werkzeug"}),
        (ROOT / "requirements-demo.lock", "sandbox", {"mypy", "pytest", "ruff"}),
    ],
    ids=["production", "demo"],
)
def test_a_lock_holds_what_its_extra_needs_and_nothing_else(
    lock: Path, extra: str, foreign: set[str]
) -> None:
    packages = locked(lock)
    wanted = needed("connect-reconciler", frozenset({extra}), set()) - {"connect-reconciler"}
    assert set(packages) == wanted
    assert packages.keys().isdisjoint(foreign)
    assert packages.items() <= locked(ROOT / "requirements.lock").items()


LOCKS = [*ROOT.glob("*.lock"), *DEPLOY.glob("*.lock")]


@pytest.mark.parametrize("lock", LOCKS, ids=[str(each.relative_to(ROOT)) for each in LOCKS])
def test_a_lock_names_hashes_of_every_package(lock: Path) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked(lock)) > 20
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


# -- stopping, health, places ------------------------------------------------------------------------------------------


def test_whoever_stops_it_waits_longer_than_it_takes() -> None:
    (unit,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)
    assert int(unit) > PATIENCE
    assert container()["StopTimeout"] > PATIENCE


def test_health_is_asked_for_where_it_is_answered() -> None:
    asked = f"'127.0.0.1', {HttpPart().port}"
    assert asked in CONTAINERFILE
    assert asked in " ".join(container()["HealthCheck"]["Command"]).replace('"', "'")


def test_what_is_written_is_on_the_volume() -> None:
    (volume,) = re.findall(r"^VOLUME (\S+)$", CONTAINERFILE, re.MULTILINE)
    written = re.findall(r"XDG_(?:CACHE|STATE)_HOME=(\S+)", CONTAINERFILE)
    assert len(written) == 2
    assert all(each.startswith(f"{volume}/") for each in written)
    assert [each["ContainerPath"] for each in container()["MountPoints"]] == [volume]
    (user,) = re.findall(r"^USER (\S+)$", CONTAINERFILE, re.MULTILINE)
    assert (container()["User"], container()["ReadonlyRootFilesystem"]) == (user, True)


# -- the CloudFormation template ---------------------------------------------------------------------------------------


class Template(yaml.SafeLoader):
    """YAML with CloudFormation's functions, each as `{"Fn": name, "of": value}`."""


def _function(loader: Template, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {"Fn": tag, "of": loader.construct_scalar(node)}
    assert isinstance(node, yaml.SequenceNode)
    return {"Fn": tag, "of": loader.construct_sequence(node, deep=True)}


Template.add_multi_constructor("!", _function)


def resources() -> dict[str, Any]:
    text = (DEPLOY / "cloudformation" / "controller.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Template)["Resources"]
    return found


def container() -> dict[str, Any]:
    found: list[dict[str, Any]] = resources()["Task"]["Properties"]["ContainerDefinitions"]
    (only,) = found
    return only


def statements(value: Any) -> Iterator[dict[str, Any]]:
    """Every statement of every policy in a template."""
    if isinstance(value, dict):
        if "Effect" in value:
            yield value
        for each in value.values():
            yield from statements(each)
    elif isinstance(value, list):
        for each in value:
            yield from statements(each)


def actions(found: Iterator[dict[str, Any]]) -> set[str]:
    return {
        each
        for one in found
        for each in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }


def test_the_event_rule_hears_every_service_of_our_kinds() -> None:
    heard = resources()["EventRule"]["Properties"]["EventPattern"]["detail"]["eventSource"]
    models = botocore.session.get_session()
    services = {adapter.service.name for adapter in known_kinds().values()}
    assert {f"{models.get_service_model(name).endpoint_prefix}.amazonaws.com" for name in services} <= {
        *heard
    }


def test_the_task_may_do_what_the_daemon_needs_and_no_more() -> None:
    (policy,) = resources()["TaskRole"]["Properties"]["Policies"]
    expected = policy_of(needs(read_config(DEPLOY / "daemon.yaml"), {}, services_of(known_kinds())))
    assert actions(statements(policy)) == actions(iter(expected["Statement"]))


def test_no_statement_allows_everything_or_everywhere() -> None:
    allowed = [each for each in statements(resources()) if each["Effect"] == "Allow"]
    assert len(allowed) > 10
    everywhere = [each for each in allowed if each.get("Resource") == "*"]
    assert [each["Action"] for each in everywhere] == ["ecr:GetAuthorizationToken"]
    assert all("*" not in action for action in actions(iter(allowed)))


def test_only_the_rule_may_put_events_into_the_queue() -> None:
    rule = {"aws:SourceArn": {"Fn": "GetAtt", "of": "EventRule.Arn"}}
    found = resources()["EventsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert {each["Effect"]: each["Condition"] for each in found if each["Action"] == "sqs:SendMessage"} == {
        "Allow": {"ArnEquals": rule},
        "Deny": {"ArnNotEquals": rule},
    }


# -- the workflow ------------------------------------------------------------------------------------------------------


WORKFLOWS = ("reconciler", "stages", "stage")


def workflow(name: str = "reconciler") -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load((DEPLOY / "github" / f"{name}.yml").read_text(encoding="utf-8"))
    return found


def all_steps() -> list[dict[str, Any]]:
    """The steps of all workflows."""
    jobs = (job for name in WORKFLOWS for job in workflow(name)["jobs"].values())
    return [step for job in jobs for step in job.get("steps", ())]


def test_the_workflow_knows_no_secret_and_runs_nothing_of_a_fork_with_rights() -> None:
    for name in WORKFLOWS:
        assert "secrets." not in (DEPLOY / "github" / f"{name}.yml").read_text(encoding="utf-8")
        assert workflow(name)["permissions"] == {}
    assert set(workflow()[True]) == {"pull_request", "push", "schedule"}  # YAML 1.1 reads `on` as true
    for name in ("reconciler", "stages"):
        steps = workflow(name)["jobs"]["pull-request"]["steps"]
        at = next(number for number, step in enumerate(steps) if "configure-aws" in step.get("uses", ""))
        assert all(step["if"].startswith("env.OURS == 'true'") for step in steps[at:])


def test_nothing_that_others_write_is_pasted_into_a_script() -> None:
    scripts = [step["run"] for step in all_steps() if "run" in step]
    assert len(scripts) > 16
    assert all("${{" not in script for script in scripts)


def test_actions_are_named_by_release() -> None:
    used = [step["uses"] for step in all_steps() if "uses" in step]
    assert all(re.fullmatch(r"[a-z-]+/[a-z-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})", each) for each in used)


def words_of_commands() -> Iterator[list[str]]:
    """The words of each command of ours in the workflows, with those of `set --`, which the next line uses."""
    for script in (step["run"] for step in all_steps() if "run" in step):
        for line in script.replace("\\\n", " ").splitlines():
            found = re.search(r"(?:python -m reconciler|set --) (?!\"\$@\")(.*)", line)
            if found:
                yield shlex.split(found[1].partition(" || ")[0].partition(" > ")[0])


def test_every_command_of_the_workflow_has_these_options() -> None:
    commands: Any = typer.main.get_command(app)
    names = []
    for name, *words in words_of_commands():
        command = commands.commands[name]
        known = {option for each in command.params for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= known, name
        names.append(name)
    of_stages = ["validate", "once", "once", "rollback", "once", "rollback", "smoke"]
    assert names == ["validate", "once", "once", "smoke", "once", *of_stages]


def test_the_smoke_test_comes_after_the_apply_and_keeps_its_results() -> None:
    found = workflow()["jobs"]["smoke"]
    assert found["needs"] == "apply"
    assert "environment" not in found
    kept = [step for step in found["steps"] if "upload-artifact" in step.get("uses", "")]
    assert [(step["if"], step["with"]["path"]) for step in kept] == [("always()", "smoke.xml")]


def test_each_role_of_the_workflow_is_in_our_stack_and_trusts_only_its_jobs() -> None:
    stack = load(DEPLOY / "github" / "stack", "prod", known_kinds())
    roles = {key.name: each for key, each in stack.resources.items() if key.kind == "iam.role"}
    used = re.findall(
        r"vars\.AWS_(\w+)_ROLE", (DEPLOY / "github" / "reconciler.yml").read_text(encoding="utf-8")
    )
    assert {f"reconciler-github-{each.lower()}" for each in used} == set(roles)
    subjects = {}
    for name, role in roles.items():
        (statement,) = role.settings["assume_role_policy_document"]["Statement"]
        wanted = statement["Condition"]["StringEquals"]
        assert wanted["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
        subjects[name] = wanted["token.actions.githubusercontent.com:sub"]
    assert subjects == {
        "reconciler-github-apply": "repo:ORG/REPO:environment:production",
        "reconciler-github-read": ["repo:ORG/REPO:pull_request", "repo:ORG/REPO:ref:refs/heads/main"],
        "reconciler-github-smoke": "repo:ORG/REPO:ref:refs/heads/main",
    }


def test_two_applies_never_run_at_once() -> None:
    found = workflow()["jobs"]["apply"]
    assert found["concurrency"] == {"group": "reconciler-apply", "cancel-in-progress": False}
    assert found["environment"] == "production"
    of_stage = workflow("stage")["jobs"]["apply"]
    group = {"group": "reconciler-apply-${{ inputs.environment }}", "cancel-in-progress": False}
    assert of_stage["concurrency"] == group


def test_each_environment_waits_for_the_one_before_and_for_approval() -> None:
    jobs, stage = workflow("stages")["jobs"], workflow("stage")["jobs"]
    order = {name: job.get("needs") for name, job in jobs.items() if "uses" in job}
    assert order == {"dev": None, "stg": "dev", "prod": "stg", "rollback": None}
    assert {job["uses"] for job in jobs.values() if "uses" in job} == {
        "./.github/workflows/reconciler-stage.yml"
    }
    assert {name: job.get("needs") for name, job in stage.items()} == {
        "plan": None,
        "apply": "plan",
        "smoke": "apply",
    }
    assert [name for name, job in stage.items() if "environment" in job] == ["apply"]
    stack = DEPLOY.parent / workflow("stage")["env"]["STACK"]
    for name in ("dev", "stg", "prod"):
        assert load(stack, name, known_kinds()).region == workflow("stage")["env"]["AWS_REGION"]
