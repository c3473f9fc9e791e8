"""Stacks that were loaded before, kept by the hash of everything that they came from."""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog

from reconciler.contract import Adapter
from reconciler.desired.files import Folder, TooMuch
from reconciler.desired.load import load
from reconciler.desired.mistakes import Refused
from reconciler.model import Secret
from reconciler.stack import Desired, Key, Place, Policy, Stack

log = structlog.get_logger(__name__)

MARK = "$secret"
KEPT = 20
"""Stacks kept; the oldest goes."""


def load_parsed(
    directory: Path, environment: str | None, kinds: Mapping[str, Adapter[Any]], folder: Path
) -> Stack:
    """Load a stack, or take it from `folder` if nothing that it comes from has changed: files, environment, kinds, code.

    Only stacks without a mistake are kept, and of secrets only where they are kept.

    Raises:
        InvalidStack: with every mistake, as `load` does.
    """
    source = _digest(directory, environment, kinds)
    if source is None:
        return load(directory, environment, kinds)
    file = folder / f"{source}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _decoded(json.loads(file.read_text(encoding="utf-8"), object_hook=_secret_or_mapping))
    stack = load(directory, environment, kinds)
    if _digest(directory, environment, kinds) != source:
        return stack  # somebody is at work on the files: nobody knows which ones it came from
    try:
        _keep(file, stack)
    except (OSError, ValueError) as error:
        log.warning("stack not kept", error=str(error))
    return stack


def _digest(directory: Path, environment: str | None, kinds: Mapping[str, Adapter[Any]]) -> str | None:
    """The hash of all that a stack comes from; None where it is too much to hash."""
    packages = {
        Path(sys.modules[type(each).__module__.partition(".")[0]].__file__ or "").parent
        for each in kinds.values()
    }
    code = [
        file for package in {Path(__file__).parents[1], *packages} for file in sorted(package.rglob("*.py"))
    ]
    found = hashlib.sha256(repr((environment, sorted(kinds), sys.version_info[:2])).encode())
    found.update(os.fsencode(directory.resolve()))
    try:
        for part in _parts(directory):
            found.update(hashlib.sha256(part).digest())
    except TooMuch:
        return None
    for file in sorted(code):
        found.update(str(file.resolve()).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def _parts(directory: Path) -> Iterator[bytes]:
    """Names, contents and links of all that a stack may be read from, and nothing from outside its directory.

    Raises:
        TooMuch: it is too much to read.
    """
    folder = Folder(directory)
    for above, directories, names in os.walk(directory):
        directories.sort()
        for name in (*directories, *sorted(names)):
            path = os.path.join(above, name)  # noqa: PTH118 - names may be such that a Path's text has no bytes
            yield os.fsencode(path)
            with suppress(OSError):
                yield os.fsencode(os.readlink(path))  # noqa: PTH115
        for name in sorted(names):
            try:
                yield folder.content(os.path.relpath(f"{above}/{name}", directory))
            except TooMuch:
                raise
            except Refused as error:
                yield str(error).encode()


def _keep(file: Path, stack: Stack) -> None:
    text = json.dumps(_encoded(stack), separators=(",", ":"), ensure_ascii=False)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(written).replace(file)
    except BaseException:
        Path(written).unlink()
        raise
    older = sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime)
    for each in older[:-KEPT]:
        each.unlink(missing_ok=True)


def _encoded(stack: Stack) -> dict[str, Any]:
    return {
        "name": stack.name,
        "environment": stack.environment,
        "account": stack.account,
        "region": stack.region,
        "tags": dict(stack.tags),
        "prune": stack.prune,
        "release": stack.release,
        "files_hash": stack.files_hash,
        "resources": [_encoded_resource(each) for each in stack.resources.values()],
    }


def _encoded_resource(each: Desired) -> list[Any]:
    policy = None if each.policy == Policy() else asdict(each.policy)
    flags = [each.adopt, each.existing, each.renamed_from]
    return [each.key, _plain(each.settings), each.place, each.scope, dict(each.references), policy, *flags]


def _plain(value: Any) -> Any:
    """A value as JSON holds it.

    Raises:
        ValueError: it holds the key by which secrets are told.
    """
    if isinstance(value, Secret):
        return {MARK: [value.store, value.name, value.member]}
    if isinstance(value, Mapping):
        if MARK in value:
            raise ValueError(f"a mapping has the key {MARK}")
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _decoded(data: Mapping[str, Any]) -> Stack:
    resources = dict(_decoded_resource(each) for each in data["resources"])
    release = tuple(Key(*each) for each in data["release"])
    return Stack(**{**data, "resources": resources, "release": release})


def _decoded_resource(data: Iterable[Any]) -> tuple[Key, Desired]:
    key, settings, place, scope, references, policy, adopt, existing, renamed_from = data
    targets = {field: tuple(Key(*each) for each in found) for field, found in references.items()}
    policy = Policy(**{**policy, "ignore": tuple(policy["ignore"])}) if policy else Policy()
    desired = Desired(
        Key(*key),
        settings,
        Place(*place),
        Key(*scope) if scope else None,
        targets,
        policy,
        adopt,
        existing,
        renamed_from,
    )
    return desired.key, desired


def _secret_or_mapping(value: dict[str, Any]) -> Any:
    """What `json` makes of an object: a secret's place, or the mapping itself."""
    return Secret(*value[MARK]) if MARK in value else value
