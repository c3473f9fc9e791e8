"""The handler of a function is looked for in the folder of its code."""

from typing import Any

import pytest

from reconciler.archives import Archive, Member, archive_of
from reconciler.resources.awslambda.handler_problems import handler_problems

MISSING = "the folder code has no file "


def problems(files: dict[str, str], handler: str, runtime: str = "python3.13", **more: Any) -> list[str]:
    members = {path: Member(text.encode(), executable=False) for path, text in files.items()}
    written = {"code": {"folder": archive_of("code", members)}, "handler": handler, "runtime": runtime}
    return [("warning: " if each.warning else "") + each.message for each in handler_problems(written | more)]


@pytest.mark.parametrize(
    ("files", "handler", "runtime"),
    [
        ({"app.py": "def handler(event, context): ..."}, "app.handler", "python3.13"),
        ({"app/main.py": "async def handler(event, context): ..."}, "app.main.handler", "python3.13"),
        ({"app/__init__.py": "from app.main import handler"}, "app.handler", "python3.13"),
        ({"app.py": "from elsewhere import *"}, "app.handler", "python3.13"),
        ({"app.py": "import elsewhere as handler"}, "app.handler", "python3.13"),
        ({"app.py": "handler = lambda event, context: 1"}, "app.handler", "python3.13"),
        ({"app.py": "def __getattr__(name): ..."}, "app.handler", "python3.13"),
        ({"app.py": "def ("}, "app.handler", "python3.13"),
        ({"index.mjs": ""}, "index.handler", "nodejs22.x"),
        ({"src/index.js": ""}, "src/index.handler", "nodejs22.x"),
        ({}, "/opt/nodejs/index.handler", "nodejs22.x"),
        ({"app.rb": ""}, "app.Main.run", "java21"),
        ({}, "com.example.Handler::run", "java21"),
        ({}, "bootstrap", "provided.al2023"),
    ],
)
def test_a_handler_that_is_there(files: dict[str, str], handler: str, runtime: str) -> None:
    assert problems(files, handler, runtime) == []


@pytest.mark.parametrize(
    ("files", "handler", "runtime", "said"),
    [
        ({"app.py": ""}, "main.handler", "python3.13", f"{MISSING}main.py"),
        ({"app.py": ""}, "app.main.handler", "python3.13", f"{MISSING}app/main.py"),
        ({"index.py": ""}, "index.handler", "nodejs22.x", f"{MISSING}index.js"),
        ({"app.py": ""}, "handler", "python3.13", "expected FILE.NAME, such as app.handler"),
        (
            {"app.py": "def run(): ..."},
            "app.handler",
            "python3.13",
            "warning: app.py does not define handler",
        ),
    ],
)
def test_a_handler_that_is_missing(files: dict[str, str], handler: str, runtime: str, said: str) -> None:
    assert problems(files, handler, runtime) == [said]


def test_a_layer_may_have_the_handler() -> None:
    assert problems({}, "other.handler", layers=["arn"]) == [f"warning: {MISSING}other.py"]


def test_code_that_is_not_in_a_folder_is_not_read() -> None:
    known = {"code": {"folder": Archive("code", "digest")}, "handler": "x.y", "runtime": "python3.13"}
    assert list(handler_problems(known)) == []
    assert list(handler_problems({**known, "code": {"s3_bucket": "b"}})) == []
