"""Makes the files of an export: one for each kind, one for each document, and the header of the stack."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.contract import Adapter
from reconciler.desired.resource_builder import scope_field
from reconciler.desired.variables import escaped
from reconciler.editing.rendering import yaml_text
from reconciler.exporting.details import Details
from reconciler.exporting.survey import Survey
from reconciler.exporting.values import Values, Written
from reconciler.forms import stack_name_from
from reconciler.stack import Key

NO_FIELDS = ("policy", "adopt")
"""The keys of a resource in a file that are no fields and that an export writes."""


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
    archives: Sequence[str] = ()
    """The places of code, which AWS does not show."""


def export_of(
    survey: Survey, kinds: Mapping[str, Adapter[Any]], place: Place, *, defaults: bool = False
) -> Export:
    """The files for a survey."""
    values = Values(survey, kinds, defaults=defaults, account=place.account)
    resources = [values.written(key) for key in sorted(survey.observed)]
    referred = sorted(values.referred - {each.key for each in resources})
    export = Export({"stack.yaml": _header(survey, place)}, len(resources), len(referred))
    bodies: dict[str, dict[str, Any]] = {}
    scopes = _scopes([*(each.key for each in resources), *referred], survey, kinds)
    for each in resources:
        body = body_of(each, kinds[each.key.kind], export.files)
        bodies.setdefault(each.key.kind, {})[each.key.name] = {**scopes.get(each.key, {}), **body}
    for key in referred:
        bodies.setdefault(key.kind, {})[key.name] = {**scopes.get(key, {}), "existing": True}
    for kind in sorted(bodies):
        named = {escaped(name): body for name, body in sorted(bodies[kind].items())}
        export.files[f"{_file_of(kind, bodies)}.yaml"] = yaml_text({kind: named})
    export.left_out = dict(sorted(survey.left_out.items()))
    export.unread, export.details = sorted(survey.unread), survey.details
    export.outside, export.secrets = dict(sorted(values.outside.items())), values.secrets
    export.archives = values.archives
    return export


def _scopes(
    keys: Sequence[Key], survey: Survey, kinds: Mapping[str, Adapter[Any]]
) -> dict[Key, dict[str, str]]:
    """By resource: the field that says in what it lives, if the files have several resources of that kind."""
    homes = Counter(each.kind for each in keys)
    scoped = {key: survey.homes[key] for key in keys if key in survey.homes}
    return {
        key: {scope_field(kinds[key.kind]) or "": escaped(home.name)}
        for key, home in scoped.items()
        if homes[home.kind] > 1
    }


def _file_of(kind: str, kinds: Iterable[str]) -> str:
    """The name of the file of a kind: without the service, if no other kind has the same name."""
    short = kind.rpartition(".")[2]
    return short if sum(each.rpartition(".")[2] == short for each in kinds) == 1 else kind.replace(".", "_")


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
    return body | {name: written.settings[name] for name in NO_FIELDS if name in written.settings}


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
