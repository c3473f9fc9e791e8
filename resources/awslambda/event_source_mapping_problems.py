"""Finds mistakes that AWS Lambda would refuse and that depend on the source of a mapping.

Source: CreateEventSourceMapping (AWS Lambda API Reference).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import parse_token
from reconciler.model import Finding

SERVICES = {
    "sqs": "a queue of SQS",
    "kinesis": "a data stream",
    "dynamodb": "the stream of a table",
    "kafka": "an MSK cluster",
    "mq": "a broker of Amazon MQ",
    "rds": "a DocumentDB cluster",
    "own": "a Kafka cluster of your own",
}
"""The sources by the service in their ARN; `own` has no ARN."""
STREAMS = frozenset({"kinesis", "dynamodb"})
KAFKA = frozenset({"kafka", "own"})
POSITIONED = STREAMS | KAFKA | {"rds"}
ONLY_FOR: Mapping[str, frozenset[str]] = {
    "starting_position": POSITIONED,
    "parallelization_factor": STREAMS,
    "maximum_record_age_in_seconds": STREAMS | KAFKA,
    "bisect_batch_on_function_error": STREAMS | KAFKA,
    "maximum_retry_attempts": STREAMS | KAFKA,
    "tumbling_window_in_seconds": STREAMS,
    "destination_config": STREAMS | KAFKA,
    "scaling_config": frozenset({"sqs"}),
    "topics": KAFKA,
    "queues": frozenset({"mq"}),
    "amazon_managed_kafka_event_source_config": frozenset({"kafka"}),
    "self_managed_kafka_event_source_config": frozenset({"own"}),
    "document_db_event_source_config": frozenset({"rds"}),
}
"""By field: the sources that have it."""
NEEDED = {"starting_position": POSITIONED, "topics": KAFKA, "queues": frozenset({"mq"})}
SMALL_BATCH, LARGEST_FIFO = 10, 10


def problems(files: InFiles) -> Iterator[Finding]:
    """Every mistake, each with its field."""
    written = files.values
    if files.lacks("event_source_arn") and files.lacks("self_managed_event_source"):
        yield Finding("a mapping needs a source; write event_source_arn or self_managed_event_source")
    if "event_source_arn" in written and "self_managed_event_source" in written:
        said = "a mapping has one source; remove this or event_source_arn"
        yield Finding(said, ("self_managed_event_source",))
        return
    source = _source(written)
    if source is not None:
        yield from _of_source(source, files, written)
    at, timestamp = written.get("starting_position"), "starting_position_timestamp"
    if at == "AT_TIMESTAMP" and timestamp not in written and timestamp not in files.wrong:
        yield Finding("AT_TIMESTAMP needs starting_position_timestamp; write it", ("starting_position",))
    if timestamp in written and at not in (None, "AT_TIMESTAMP"):
        yield Finding(f"it is only for starting_position AT_TIMESTAMP, and here it is {at}", (timestamp,))


def _source(written: Mapping[str, Any]) -> str | None:
    """The service of the source; None if the files do not tell it."""
    if "self_managed_event_source" in written:
        return "own"
    arn = str(written.get("event_source_arn", ""))
    token = parse_token(arn)
    service = token.word.partition(".")[0] if token else f"{arn}::".split(":")[2]
    return service if service in SERVICES else None


def _of_source(source: str, files: InFiles, written: Mapping[str, Any]) -> Iterator[Finding]:
    for field, sources in ONLY_FOR.items():
        if field in written and source not in sources:
            has = " and ".join(SERVICES[each] for each in SERVICES if each in sources)
            yield Finding(f"it is only for {has}, and the source is {SERVICES[source]}; remove it", (field,))
    for field, sources in NEEDED.items():
        if source in sources and files.lacks(field):
            values = ": TRIM_HORIZON, LATEST or AT_TIMESTAMP" if field == "starting_position" else ""
            yield Finding(f"{SERVICES[source]} needs {field}; write it{values}")
    size, fifo = written.get("batch_size", 1), str(written.get("event_source_arn")).endswith(".fifo")
    if source == "sqs" and fifo and size > LARGEST_FIFO:
        yield Finding(f"a FIFO queue has batches of at most {LARGEST_FIFO}", ("batch_size",))
    elif source == "sqs" and size > SMALL_BATCH and files.lacks("maximum_batching_window_in_seconds"):
        said = f"more than {SMALL_BATCH} messages of a queue need maximum_batching_window_in_seconds of 1 or more; write it"
        yield Finding(said, ("batch_size",))
