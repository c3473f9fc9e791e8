"""Finds mistakes that AWS would refuse and that depend on several fields of a queue."""

from collections.abc import Iterator, Mapping

from reconciler.contract import InFiles
from reconciler.interpolation import parse_token
from reconciler.model import Finding, Settings
from reconciler.resources.fifo import fifo_name, fifo_problems

OF_FIFO = ("content_based_deduplication", "deduplication_scope", "fifo_throughput_limit")


def name_of(name: str, settings: Settings) -> str:
    """The name of a queue in SQS."""
    return fifo_name(name, settings, "fifo_queue")


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one queue."""
    written = files.values
    yield from fifo_problems(files, "fifo_queue", "queue", OF_FIFO)
    if written.get("sqs_managed_sse_enabled") and "kms_master_key_id" in written:
        said = "a queue has one type of encryption; write false, or leave out kms_master_key_id"
        yield Finding(said, ("sqs_managed_sse_enabled",))
    period = "kms_data_key_reuse_period_seconds"
    if period in written and files.lacks("kms_master_key_id"):
        yield Finding(
            "only a queue with kms_master_key_id has it; write that as well, or leave it out", (period,)
        )
    limit, scope = written.get("fifo_throughput_limit"), written.get("deduplication_scope")
    if limit == "perMessageGroupId" and (scope == "queue" or files.lacks("deduplication_scope")):
        said = "perMessageGroupId needs deduplication_scope: messageGroup"
        yield Finding(said, ("fifo_throughput_limit",))
    yield from _dead_letters(files)


def _dead_letters(files: InFiles) -> Iterator[Finding]:
    """A dead-letter queue that is the queue itself, or of the other type."""
    policy = files.values.get("redrive_policy")
    target = policy.get("deadLetterTargetArn") if isinstance(policy, Mapping) else None
    token = parse_token(target) if isinstance(target, str) else None
    if token is None or token.word != "sqs.queue":
        return
    place = ("redrive_policy",)  # a finding about a reference itself is left out
    if token.name == files.name:
        yield Finding("a queue cannot be its own dead-letter queue; name another one", place)
        return
    other = files.others("sqs.queue", token.name)
    if other is not None and _is_fifo(token.name, other) != _is_fifo(files.name, files.settings):
        yield Finding(
            f"{token.name} is not of the same type: a FIFO queue needs a FIFO dead-letter queue, a standard queue a standard one",
            place,
        )


def _is_fifo(name: str, settings: Settings) -> bool:
    return name_of(name, settings).endswith(".fifo")
