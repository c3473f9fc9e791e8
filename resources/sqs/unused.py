"""When queues are candidates for removal.

Sources: GetQueueAttributes, ListDeadLetterSourceQueues (Amazon SQS API Reference); "Available CloudWatch metrics for Amazon
SQS" (Developer Guide).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Metric, Unused, day

SENT = Metric("AWS/SQS", "NumberOfMessagesSent", "QueueName")
RECEIVED = Metric("AWS/SQS", "NumberOfMessagesReceived", "QueueName")
WAITING = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


def _idle(look: Considered) -> Iterator[Evidence]:
    if look.counted(SENT) or look.counted(RECEIVED):
        return
    at = look.sighting.address
    asked = [*WAITING, "CreatedTimestamp"]
    shown = look.api.call("get_queue_attributes", **at, AttributeNames=asked)["Attributes"]
    if any(int(shown.get(each, 0)) for each in WAITING):
        return
    # A queue for what others could not deliver is idle as long as all is well.
    if not list(look.api.pages("list_dead_letter_source_queues", **at)):
        made = day(float(shown["CreatedTimestamp"])) if "CreatedTimestamp" in shown else day(None)
        yield Evidence(f"0 messages sent and 0 received from {look.period}, and none in it; created {made}")


QUEUE = Unused(
    "nothing was sent or received in the period, it is empty, and no other queue sends its dead letters to it",
    _idle,
    ("get_queue_attributes", "list_dead_letter_source_queues"),
    metrics=(SENT, RECEIVED),
)
