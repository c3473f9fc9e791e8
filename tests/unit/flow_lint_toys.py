"""Runs the lint over flows, and defines flows for its tests."""

from typing import Any

from reconciler.model import DocumentContext
from reconciler.resources.connect.flow_lint import check
from tests.unit.flow_documents import action, error, flow

HERE = DocumentContext({"type": "CONTACT_FLOW"}, "111111111111", "eu-west-2")


def mistakes(document: Any, context: DocumentContext = HERE) -> list[str]:
    return [found.message for found in check(document, context) if not found.warning]


def warnings(document: Any, context: DocumentContext = HERE) -> list[str]:
    return [found.message for found in check(document, context) if found.warning]


def queued(**parts: Any) -> dict[str, Any]:
    """A flow that sets a queue."""
    errors = {"Errors": [error("NoMatchingError")], **parts.pop("Transitions", {})}
    return flow(action("UpdateContactTargetQueue", Transitions=errors, **parts))


MESSAGE = 'action "a" (MessageParticipant): '
