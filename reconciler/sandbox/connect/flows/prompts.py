"""Prompts: audio files that flows play."""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, created
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import invalid
from reconciler.sandbox.connect.core.resource_types import PROMPT

S3_URI = re.compile(r"(?i:s3)://[^/]+/.+|https://[^/]+\.amazonaws\.com/.+")

operations = Operations()

operations.describe("DescribePrompt", PROMPT, "Prompt")
operations.list_all("ListPrompts", PROMPT, "PromptSummaryList")
operations.search("SearchPrompts", PROMPT, "Prompts")
operations.delete("DeletePrompt", PROMPT)


@operations.on_instance
def create_prompt(
    instance: Instance, Name: str, Tags: Mapping[str, str] | None = None, **settings: Any
) -> Reply:
    """Create a prompt from a file in S3, which the sandbox does not read."""
    _require_uri(settings["S3Uri"])
    return created(instance.add(PROMPT, Name, settings, tags=Tags))


@operations.on_instance
def update_prompt(instance: Instance, PromptId: str, Name: str | None = None, **changes: Any) -> Reply:
    """Change the members in the request; the audio is replaced if S3Uri is given."""
    record = instance.get(PROMPT, PromptId)
    if "S3Uri" in changes:
        _require_uri(changes["S3Uri"])
    instance.change(record, changes, Name)
    return created(record)


@operations.on_instance
def get_prompt_file(instance: Instance, PromptId: str) -> Reply:
    """Return a URL of the audio file."""
    record = instance.get(PROMPT, PromptId)
    host = f"prod-{instance.plane.region_name}-prompts.s3.amazonaws.com"
    url = f"https://{host}/{instance.id}/{record.id}.wav?X-Amz-Signature=sandbox"
    return {"PromptPresignedUrl": url, **record.stamp()}


def _require_uri(uri: str) -> None:
    if not S3_URI.fullmatch(uri):
        raise invalid(f"S3Uri {uri} is not valid.")
