"""Makes the files of an export: one for each kind, one for each document, and the header of the stack."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.contract import Adapter
from reconciler.desired.variables import escaped
from reconciler.editing.rendering import yaml_text
from reconciler.exporting.details import Details
from reconciler.exporting.survey import Survey
from reconciler.exporting.values import Values, Written
from reconciler.forms import stack_name_from
from reconciler.stack import Key


@dataclass(frozen=True)
class Place:
    """The environment of the export."""

    account: str
    region: str


@dataclass
class Export:
    """The files of an export, and what it does not contain."""

    files: dict[str, str] = field(default_factory=dict)
    """Their texts by path in the directory."""
    exported: int = 0
    referred: int = 0
    """How many resources are only referred to."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """What could not be exported, and why."""
    outside: Mapping[str, str] = field(default_factory=dict)
    """By place: what is outside of the export."""
    details: Details = field(default_factory=Details)
    """What was not read, because it needs calls for each resource."""
    unread: Sequence[str] = ()
    """What could not be read."""
    secrets: Sequence[str] = ()
    """The places of secrets that have to be stored before a pass can create these resources."""


def export_of(
    survey: Survey, kinds: Mapping[str, Adapter[Any]], place: Place, *, defaults: bool = False
) -> Export:
    """The files for a survey."""
    values = Values(survey, kinds, defaults=defaults)
    resources = [values.written(key) for key in sorted(survey.observed)]
    referred = sorted(values.referred - {each.key for each in resources})
    export = Export({"stack.yaml": _header(survey, place)}, len(resources), len(referred))
    bodies: dict[str, dict[str, Any]] = {}
    for each in resources:
        bodies.setdefault(each.key.kind, {})[each.key.name] = body_of(
            each, kinds[each.key.kind], export.files
        )
    for key in referred:
        bodies.setdefault(key.kind, {})[key.name] = {"existing": True}
    for kind in sorted(bodies):
        named = {escaped(name): body for name, body in sorted(bodies[kind].items())}
        export.files[f"{kind.rpartition('.')[2]}.yaml"] = yaml_text({kind: named})
    export.left_out = dict(sorted(survey.left_out.items()))
    export.unread, export.details = sorted(survey.unread), survey.details
    export.outside, export.secrets = dict(sorted(values.outside.items())), values.secrets
    return export


def _header(survey: Survey, place: Place) -> str:
    mark = survey.mark or f"{stack_name_from(survey.name) or 'exported'}/live"
    stack, _, environment = mark.partition("/")
    body = {"account": place.account, "region": place.region}
    return yaml_text({"stack": stack, "environments": {environment: body}})


def body_of(written: Written, adapter: Adapter[Any], files: dict[str, str]) -> dict[str, Any]:
    """The settings of one resource as they are written, in the order of its model; its documents become files."""
    body: dict[str, Any] = {}
    for name in (*(each for each in adapter.model.model_fields if each != "tags"), "tags"):
        if name in written.documents:
            path = _path(written.key, name, files)
            files[path] = (
                json.dumps(written.documents[name], indent=2, sort_keys=True, ensure_ascii=False) + "\n"
            )
            body[name] = {"file": path}
        elif name in written.settings:
            body[name] = written.settings[name]
    return body


def _path(key: Key, name: str, files: Mapping[str, str]) -> str:
    """A path for a document that no other file has, on any file system."""
    start = f"{key.kind.rpartition('.')[2]}_{name}/{_slug(key.name, '_')}"
    taken = {each.casefold() for each in files}
    path, number = f"{start}.json", 1
    while path.casefold() in taken:
        number += 1
        path = f"{start}_{number}.json"
    return path


def _slug(name: str, between: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", between, name).strip(between)[:60] or "unnamed"
