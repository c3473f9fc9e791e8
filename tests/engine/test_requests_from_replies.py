"""Requests that need a value of an earlier reply: a new release is created when content changes, and then used."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from reconciler.contract import Calls, Change, Create, Delete, Request, patch_list
from reconciler.model import Resource
from reconciler.stack import Stack
from tests.engine.small_faults import SORTS, Fault, Sort
from tests.engine.small_harness import Harness, kinds_with, messages, outcomes, stack, want
from tests.engine.small_service import Service, Toy, ToyResource


class Site(Resource):
    """A resource that shows one of its releases."""

    content: str | None = None
    title: str | None = None
    open: bool | None = None
    seats: int | None = None


def show(change: Change, release: str) -> Request:
    return Request("show_site", {**change.address, "Release": release})


def publish(change: Change) -> Iterator[Request]:
    """Create a release of the content, unless the last one has it and was never shown; then show it."""
    content, last = change.desired.get("Content"), change.reported.get("Last") or {}
    if last.get("Content") == content:
        yield show(change, last["Release"])
    else:
        made = {**change.address, "Content": content}
        yield Request("release_site", made, then=lambda reply: [show(change, reply["Release"])])


PATHS = {"Title": "/title", "Open": "/open", "Seats": "/seats"}


class SiteAdapter(Toy):
    kind, model = "toy.site", Site
    create = Create("create_site")
    updates = (
        Calls(publish, ("content",), ("release_site", "show_site")),
        Calls(patch_list("patch_site", PATHS), ("title", "open", "seats"), ("patch_site",)),
    )
    delete = Delete("delete_site")


@dataclass
class Sites(Service):
    """The small service with sites: a description has the shown content and the last release."""

    patched: tuple[Mapping[str, str], ...] = ()
    silent: bool = False
    """Whether a reply omits the new release."""

    def _do(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        reply = super()._do(operation, parameters)
        if operation == "describe_site" and reply.get("Releases"):
            releases, shown = reply.pop("Releases"), reply.pop("Shown", None)
            reply["Last"] = {"Release": str(len(releases) - 1), "Content": releases[-1]}
            reply["Content"] = None if shown is None else releases[int(shown)]
        return reply

    def _release(self, _operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        releases = resource.members.setdefault("Releases", [])
        releases.append(members["Content"])
        self._note(f"release {members['Content']}")
        return {"Other": ""} if self.silent else {"Release": str(len(releases) - 1)}

    def _show(self, _operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        resource.members["Shown"] = members["Release"]
        self._note(f"show {members['Release']}")
        return {}

    def _patch(self, _operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        self.patched = tuple(members["patchOperations"])
        for each in self.patched:
            name, text = each["path"].removeprefix("/").title(), each.get("value")
            resource.members[name] = (
                json.loads(text) if text and re.fullmatch("true|false|[0-9]+", text) else text
            )
        self._note(f"patch {resource.name}")
        return {}


ALL = kinds_with(SiteAdapter)


def with_site(**settings: Any) -> Stack:
    return stack(want("toy.site/Shop", settings, kinds=ALL))


@pytest.fixture
def harness() -> Harness:
    return Harness.settled(Sites, with_site(content="one", title="Shop", open=True), ALL)


def sites(harness: Harness) -> Sites:
    assert isinstance(harness.service, Sites)
    return harness.service


def releases(harness: Harness) -> tuple[list[str], str]:
    """All releases, and the shown one."""
    members = harness.service.live("Shop").members
    return members["Releases"], members["Releases"][int(members["Shown"])]


def test_a_request_is_made_of_the_reply_to_another_one(harness: Harness) -> None:
    assert harness.run(with_site(content="two"), ALL).outcome == "settled"
    assert harness.service.journal == ["release two", "show 1"]
    assert releases(harness) == (["one", "two"], "two")


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("operation", ["release_site", "show_site"])
def test_whatever_fails_one_release_is_made_and_shown(harness: Harness, operation: str, sort: Sort) -> None:
    harness.run_with(Fault(operation, sort), with_site(content="two"), ALL)
    harness.settle(with_site(content="two"), passes=2, kinds=ALL)
    assert releases(harness) == (["one", "two"], "two")


def test_a_reply_that_says_nothing_is_told_and_made_good(harness: Harness) -> None:
    sites(harness).silent = True
    report = harness.run(with_site(content="two"), ALL)
    assert (outcomes(report)["Shop"], 'has no "Release"' in messages(report)["Shop"]) == ("unsure", True)
    harness.settle(with_site(content="two"), kinds=ALL)
    assert releases(harness) == (["one", "two"], "two")


def test_patches_are_sent_in_one_list_with_texts_for_values(harness: Harness) -> None:
    assert harness.run(with_site(title=None, open=False, seats=4), ALL).outcome == "settled"
    assert list(sites(harness).patched) == [
        {"op": "remove", "path": "/title"},
        {"op": "replace", "path": "/open", "value": "false"},
        {"op": "replace", "path": "/seats", "value": "4"},
    ]
    assert harness.service.journal == ["patch Shop"]
