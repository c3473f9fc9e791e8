"""When functions, versions of layers and event source mappings are candidates for removal.

Sources: "Types of metrics for Lambda functions" (AWS Lambda Developer Guide); FunctionConfiguration, LayerVersionsListItem,
EventSourceMappingConfiguration (API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Metric, Unused, day

INVOCATIONS = Metric("AWS/Lambda", "Invocations", "FunctionName")


def _never_called(look: Considered) -> Iterator[Evidence]:
    if not look.counted(INVOCATIONS):
        changed = look.sighting.settings.get("LastModified")
        last = f"; last changed {changed[:10]}" if changed else ""
        yield Evidence(f"no invocation from {look.period}{last}")


def _old_versions(look: Considered) -> Iterator[Evidence]:
    rows = list(look.api.pages("list_layer_versions", **look.sighting.address))
    newest = max((row["Version"] for row in rows), default=0)
    used = {
        layer["Arn"]
        for function in look.api.pages("list_functions", FunctionVersion="ALL")
        for layer in function.get("Layers") or ()
    }
    for row in sorted(rows, key=lambda row: row["Version"]):
        if row["Version"] != newest and row["LayerVersionArn"] not in used:
            said = f"published {row['CreatedDate'][:10]}; version {newest} is newer, and no function of the account uses it"
            yield Evidence(said, f"version {row['Version']}")


def _disabled(look: Considered) -> Iterator[Evidence]:
    shown = look.sighting.settings
    if shown.get("State") == "Disabled":
        yield Evidence(f"Disabled; last changed {day(shown.get('LastModified'))}")


FUNCTION = Unused("it was not invoked in the period", _never_called, metrics=(INVOCATIONS,))
LAYER = Unused(
    "a version that is not the newest, and that no function of the account uses",
    _old_versions,
    ("list_layer_versions", "list_functions"),
)
EVENT_SOURCE_MAPPING = Unused("it is disabled", _disabled)
