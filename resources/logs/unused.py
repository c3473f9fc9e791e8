"""When log groups are candidates for removal.

Sources: "Sending Lambda function logs to CloudWatch Logs" (AWS Lambda Developer Guide); LogGroup, LogStream (Amazon CloudWatch
Logs API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused, day

OF_FUNCTIONS = "/aws/lambda/"
MILLISECONDS = 1000


def _without_function(look: Considered) -> Iterator[Evidence]:
    shown, name = look.sighting.settings, look.sighting.name
    size, made = shown.get("storedBytes", 0), shown["creationTime"] / MILLISECONDS
    function = name.removeprefix(OF_FUNCTIONS)
    # Groups of Lambda@Edge have the Region of the function in their names, and it is in us-east-1.
    if name.startswith(OF_FUNCTIONS) and "." not in function:
        rows = list(look.api.beside("lambda").pages("list_functions"))
        written = {(row.get("LoggingConfig") or {}).get("LogGroup") for row in rows}
        if name not in written and function not in {row["FunctionName"] for row in rows}:
            last = f"last event {day(_last_event(look))}" if size else "no events"
            yield Evidence(f"there is no function {function}; {size} bytes, {last}; created {day(made)}")
    elif not size and look.is_before(made):
        yield Evidence(f"0 bytes; created {day(made)}")


def _last_event(look: Considered) -> float | None:
    streams = look.api.call(
        "describe_log_streams", **look.sighting.address, orderBy="LastEventTime", descending=True, limit=1
    )
    found = [each["lastEventTimestamp"] for each in streams["logStreams"] if "lastEventTimestamp" in each]
    return found[0] / MILLISECONDS if found else None


LOG_GROUP = Unused(
    "it is named after a function that does not exist, or is empty and older than the period",
    _without_function,
    ("lambda:list_functions", "describe_log_streams"),
)
