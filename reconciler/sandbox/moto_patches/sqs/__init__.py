"""Amazon SQS: keeps every attribute of queues, refuses what AWS refuses, and does not block other requests in long polls.

Known-lossy: changes are visible at once, and a deleted queue is gone at once; tasks that move messages stay moto's; it is not
checked that keys and source queues exist.
"""

from collections.abc import Mapping

from moto.sqs.responses import SQSResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.sqs import long_polls
from reconciler.sandbox.moto_patches.sqs.queues import Queues


def install() -> None:
    """Replace moto's queues; messages stay moto's."""
    long_polls.install()
    extension.extend("sqs", Sqs, "moto.sqs", SQSResponse.dispatch)


class Sqs(Queues):
    """The control plane of queues. moto's handlers call its methods, because they know the URLs of queues."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, extension.Operation] = {}
