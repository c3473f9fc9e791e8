"""Writes a line for each request into the access log of a stage, in the stage's format.

Source: "Set up CloudWatch logging for REST APIs in API Gateway" (API Gateway Developer Guide).
"""

import hashlib

from moto.logs.models import logs_backends

from reconciler.sandbox.execute_api.answers import Answer
from reconciler.sandbox.execute_api.exchange import Exchange
from reconciler.sandbox.execute_api.variables import replaced

NO_VALUE = "-"


def write(exchange: Exchange, answer: Answer) -> None:
    """Write the line of a request. A log group that is missing gets none; neither does a stream of Firehose."""
    exchange.context |= {
        "status": str(answer.status),
        "responseLength": len(answer.body),
        "responseLatency": exchange.milliseconds(),
    }
    settings = exchange.stage.get("accessLogSettings") or {}
    _, _, service, region, account, *rest = settings.get("destinationArn", ":::::").split(":")
    if service != "logs":
        return
    groups = logs_backends[account][region].groups
    group = groups.get(rest[1]) if len(rest) > 1 else None
    if group is None:
        return
    stream = hashlib.md5(
        f"{exchange.api.id}/{exchange.incoming.stage}".encode(), usedforsecurity=False
    ).hexdigest()
    if stream not in group.streams:
        group.create_log_stream(stream)
    line = replaced(settings.get("format", ""), exchange, NO_VALUE)
    group.put_log_events(stream, [{"timestamp": int(exchange.began * 1000), "message": line}])
