"""Checks that the code of a function has the file and the name of its handler.

Sources: "Define Lambda function handler" for Python, Node.js and Ruby (AWS Lambda Developer Guide).
"""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.archives import Archive
from reconciler.model import Finding

SUFFIXES = {"python": (".py", "/__init__.py"), "nodejs": (".js", ".mjs", ".cjs"), "ruby": (".rb",)}
"""By the beginning of the runtime: how a file of a handler ends. Other runtimes name a class or a program."""


def handler_problems(written: Mapping[str, Any]) -> Iterator[Finding]:
    """A handler whose file or name is not in the folder of code.

    Layers may bring the file, and some bring a handler of their own: then it is only a warning.
    """
    archive, handler = (written.get("code") or {}).get("folder"), written.get("handler")
    suffixes = _suffixes(str(written.get("runtime", "")))
    if not isinstance(archive, Archive) or archive.content is None or not handler or not suffixes:
        return
    module, dot, name = handler.rpartition(".")
    if not dot or not module or not name:
        yield Finding("expected FILE.NAME, such as app.handler", ("handler",))
        return
    paths = [_path_of(module, suffixes) + suffix for suffix in suffixes]
    files = archive.files()
    found = next((path for path in paths if path in files), None)
    if found is None and not module.startswith("/"):
        said = f"the folder {archive.folder} has no file {paths[0]}"
        yield Finding(said, ("handler",), warning=bool(written.get("layers")))
    elif found is not None and found.endswith(".py") and not _binds(files[found], name):
        yield Finding(f"{found} does not define {name}", ("handler",), warning=True)


def _suffixes(runtime: str) -> tuple[str, ...]:
    return next((found for language, found in SUFFIXES.items() if runtime.startswith(language)), ())


def _path_of(module: str, suffixes: tuple[str, ...]) -> str:
    return module.replace(".", "/") if ".py" in suffixes else module


def _binds(source: bytes, name: str) -> bool:
    """Whether a module of Python has a name; also if this cannot be known."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return True
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                bound = {node.name, "*"} if node.name == "__getattr__" else {node.name}
            case ast.Name(ctx=ast.Store()):
                bound = {node.id}
            case ast.ImportFrom() | ast.Import():
                bound = {(each.asname or each.name).partition(".")[0] for each in node.names}
            case _:
                continue
        if not bound.isdisjoint({name, "*"}):
            return True
    return False
