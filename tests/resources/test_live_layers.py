"""Passes over layers: of folders and of packages, with the functions that use them."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from moto.awslambda.models import lambda_backends

from reconciler import wheels
from reconciler.archives import Member, archive_of
from reconciler.desired import InvalidStack
from tests.resources.live_harness import REGION, LiveHarness, messages
from tests.resources.test_live_aliases import TRUST
from tests.resources.wheels import make_wheel, only_from

TOOLS = {"LayerName": "tools"}
PACKAGES = {"lock": "requirements.lock", "python": "3.13", "architecture": "x86_64"}


class Desk:
    """A stack with a layer and a function that has it."""

    def __init__(self, harness: LiveHarness, folder: Path) -> None:
        self.harness = harness
        self.client = harness.client("lambda")
        self.wheels = folder / "wheels"
        self.write("tools/python/tools.py", "TOOL = 1\n")
        self.write("code/app.py", "import tools\n")

    def write(self, path: str, text: str) -> None:
        file = self.harness.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def lock(self, text: str) -> None:
        """Write a lock file of one package that holds a text."""
        line = make_wheel(self.wheels, "tools", "1.0", {"tools/__init__.py": text})
        self.write("requirements.lock", f"# of this test\n{line}")

    def resources(self, content: Any = None, **settings: Any) -> dict[str, Any]:
        function = {
            "role": "${iam.role:lookup}",
            "runtime": "python3.13",
            "handler": "app.handler",
            "code": {"folder": "code"},
            "layers": ["${lambda.layer:tools}"],
        }
        return {
            "iam.role": {"lookup": {"assume_role_policy_document": TRUST}},
            "lambda.function": {"lookup": function},
            "lambda.layer": {"tools": {"content": content or {"folder": "tools"}, **settings}},
        }

    def versions(self) -> list[int]:
        rows = self.client.list_layer_versions(**TOOLS)["LayerVersions"]
        return [each["Version"] for each in rows]

    def used(self) -> list[str]:
        """The last parts of the ARNs of the layers that the function has."""
        rows = self.client.get_function_configuration(FunctionName="lookup").get("Layers", [])
        return [each["Arn"].partition(":layer:")[2] for each in rows]

    @property
    def published(self) -> int:
        return sum(operation == "PublishLayerVersion" for operation, _ in self.harness.calls)


@pytest.fixture
def desk(harness: LiveHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(harness, tmp_path)
    only_from(made.wheels, tmp_path / "cache", monkeypatch)
    return made


def test_a_changed_folder_is_published_once_and_functions_get_it_in_the_same_pass(desk: Desk) -> None:
    desk.harness.settle(desk.resources())
    assert (desk.versions(), desk.used()) == ([1], ["tools:1"])
    desk.write("tools/python/tools.py", "TOOL = 2\n")
    report = desk.harness.run(desk.resources())
    assert (report.outcome, desk.published) == ("settled", 1), messages(report)
    assert (desk.versions(), desk.used()) == ([2, 1], ["tools:2"])
    desk.harness.require_quiet(desk.resources())


def test_the_marks_move_with_each_version_and_permissions_too(desk: Desk) -> None:
    partner = {"statement_id": "partner", "action": "lambda:GetLayerVersion", "principal": "210987654321"}
    desk.harness.settle(desk.resources(permissions=[partner]))
    desk.harness.settle(desk.resources(description="For all", permissions=[partner]))
    policy = desk.client.get_layer_version_policy(**TOOLS, VersionNumber=2)["Policy"]
    assert policy.count('"partner"') == 1
    desk.harness.run(
        {**desk.resources(), "lambda.layer": {}, "lambda.function": {}},
        prune=True,
        guard={"max_percent": 100},
    )
    assert desk.client.list_layers()["Layers"] == []
    assert desk.versions() == []


def test_a_pass_that_ends_before_the_marks_are_copied_publishes_nothing_twice(desk: Desk) -> None:
    desk.harness.settle(desk.resources())
    same = archive_of("", {"python/tools.py": Member(b"TOOL = 1\n")}).content
    desk.client.publish_layer_version(**TOOLS, Content={"ZipFile": same})
    report = desk.harness.run(desk.resources())
    assert (report.outcome, desk.published, desk.versions()) == ("settled", 0, [2, 1]), messages(report)
    assert desk.used() == ["tools:2"]
    desk.harness.require_quiet(desk.resources())


def test_packages_of_a_lock_file_are_a_layer(desk: Desk, tmp_path: Path) -> None:
    desk.lock("TOOL = 1")
    planned = desk.harness.run(desk.resources(PACKAGES), dry_run=True)
    assert planned.outcome == "pending"
    assert not (tmp_path / "cache").exists(), "a dry run fetches nothing"
    desk.harness.settle(desk.resources(PACKAGES, description="Tools"))
    shown = desk.client.get_layer_version(**TOOLS, VersionNumber=1)["Description"]
    assert shown.startswith("Tools [lock: ")
    assert shown.endswith(" 3.13 x86_64]")
    (wheel,) = (tmp_path / "cache").rglob("*.whl")
    assert wheel.name == "tools-1.0-py3-none-any.whl"
    with zipfile.ZipFile(io.BytesIO(_kept(desk))) as archive:
        assert archive.read("python/tools/__init__.py") == b"TOOL = 1"


def _kept(desk: Desk) -> bytes:
    """The content of the first version, which the sandbox keeps."""
    backend: Any = lambda_backends[desk.harness.box.account][REGION]
    content: bytes = backend.content_of_layer(_arn(desk, 1))
    return content


def test_only_other_packages_publish_a_version(desk: Desk) -> None:
    desk.lock("TOOL = 1")
    desk.harness.settle(desk.resources(PACKAGES))
    file = desk.harness.directory / "requirements.lock"
    file.write_text(f"# another comment\n\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    desk.harness.require_quiet(desk.resources(PACKAGES))
    desk.lock("TOOL = 2")
    desk.harness.settle(desk.resources(PACKAGES))
    assert (desk.versions(), desk.used()) == ([2, 1], ["tools:2"])
    desk.harness.settle(desk.resources({**PACKAGES, "python": "3.12"}))
    assert desk.versions() == [3, 2, 1]


def test_packages_that_cannot_be_fetched_change_nothing(desk: Desk) -> None:
    desk.write("requirements.lock", f"absent==1.0 --hash=sha256:{'0' * 64}\n")
    report = desk.harness.run(desk.resources(PACKAGES))
    (said,) = (each for each in messages(report) if each.startswith("lambda.layer"))
    assert "its packages could not be fetched: " in said
    assert "absent==1.0" in said
    assert desk.client.list_layers()["Layers"] == []


def test_a_wheel_in_the_cache_is_checked(desk: Desk, tmp_path: Path) -> None:
    desk.lock("TOOL = 1")
    wheels.main([str(desk.harness.directory / "requirements.lock"), "3.13", "x86_64"])
    (wheel,) = (tmp_path / "cache").rglob("*.whl")
    wheel.write_bytes(b"damaged")
    desk.harness.settle(desk.resources(PACKAGES))
    assert wheel.read_bytes() != b"damaged"
    for each in desk.wheels.iterdir():
        each.unlink()
    desk.harness.settle(desk.resources(PACKAGES, license_info="MIT"))


def test_old_versions_are_deleted_but_none_that_a_function_uses(desk: Desk) -> None:
    desk.harness.settle(desk.resources(kept_versions=2))
    other = {**desk.resources()["lambda.function"]["lookup"], "layers": [_arn(desk, 1)]}
    for number in (2, 3, 4):
        desk.write("tools/python/tools.py", f"TOOL = {number}\n")
        resources = desk.resources(kept_versions=2)
        resources["lambda.function"]["pinned"] = other
        desk.harness.settle(resources)
    assert desk.versions() == [4, 3, 1]


def _arn(desk: Desk, number: int) -> str:
    found: str = desk.client.get_layer_version(**TOOLS, VersionNumber=number)["LayerVersionArn"]
    return found


LINE = f"tools==1.0 --hash=sha256:{'0' * 64}\n"


@pytest.mark.parametrize(
    ("lock", "settings", "said"),
    [
        ("tools==1.0\n", {}, "line 1: tools has no --hash=sha256:...; make it with hashes"),
        (f"{LINE}\n-r other.txt\n", {}, "line 3: expected NAME==VERSION"),
        ("tools>=1.0 --hash=sha256:0\n", {}, "line 1: expected NAME==VERSION"),
        (
            f'tools==1.0 ; python_version < "3.9" --hash=sha256:{"0" * 64}',
            {},
            "line 1: a condition is not read",
        ),
        (f"{LINE}{LINE}", {}, "line 2: tools is there twice"),
        ("# nothing\n", {}, "it has no packages"),
        (None, {}, '"requirements.lock": there is no such file'),
        (LINE, {"architecture": "x86"}, "expected one of x86_64, arm64"),
        (LINE, {"python": 3.13}, "expected text"),
        (LINE, {"python": "3"}, "expected a version of Python in quotes"),
        (LINE, {"python": None}, "AWS cannot clear this"),
        (LINE, {"folder": "tools"}, "write exactly one of folder, lock, s3_bucket"),
    ],
)
def test_a_wrong_layer_is_one_line_before_any_call(
    desk: Desk, lock: str | None, settings: dict[str, Any], said: str
) -> None:
    if lock is not None:
        desk.write("requirements.lock", lock)
    with pytest.raises(InvalidStack) as refused:
        desk.harness.run(desk.resources({**PACKAGES, **settings}))
    (mistake,) = refused.value.mistakes
    assert str(mistake).startswith("resources.yaml:1:")
    assert said in str(mistake)
