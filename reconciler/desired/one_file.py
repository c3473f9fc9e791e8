"""Reads one YAML file into a model, independent of any stack: the daemon's settings."""

import os
import stat
from pathlib import Path
from typing import TypeVar

from reconciler.desired.files import MIB, YAML_LIMIT
from reconciler.desired.mistakes import Mistakes, Refused
from reconciler.desired.nodes import Allowance, plain
from reconciler.desired.validation import WrittenFields, validate
from reconciler.desired.yamltext import parse_yaml
from reconciler.model import Part
from reconciler.stack import Place

P = TypeVar("P", bound=Part)


def read_file(path: Path, model: type[P], mistakes: Mistakes) -> P | None:
    """The model's instance from a file; None if it has mistakes, which are noted."""
    file = str(path)
    start = Place(file, 1, 1)
    try:
        root, _ = parse_yaml(_text(path), file, mistakes, Allowance())
    except OSError as error:
        mistakes.add(start, f"this file cannot be read: {(error.strerror or 'unknown').lower()}")
        return None
    except UnicodeDecodeError as error:
        mistakes.add(start, f"this file is not UTF-8 text: byte {error.start + 1} is wrong")
        return None
    except Refused as error:
        if not mistakes.doubted(start):
            mistakes.add(start, str(error))
        return None
    if root is not None and not isinstance(root.value, dict):
        mistakes.add(root.place, "expected a mapping")
        return None
    members = root.members if root else {}
    written = WrittenFields(members, start, lambda _: "")
    return validate(model, {key: plain(node) for key, node in members.items()}, written, mistakes)


def _text(path: Path) -> str:
    """The text of a regular file: a pipe or a device may never end."""
    # Without O_NONBLOCK a pipe would keep us waiting for a writer.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Refused("this is not a regular file")
        data = stream.read(YAML_LIMIT + 1)
    if len(data) > YAML_LIMIT:
        raise Refused(f"this file is larger than {YAML_LIMIT // MIB} MiB")
    return data.decode("utf-8-sig")
