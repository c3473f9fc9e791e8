"""A pass is a span, each of its calls is a span within it, and spans contain no values."""

from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from reconciler.daemon.tracing import ENDPOINTS, Spans, tracer_of
from reconciler.sandbox.fault_injection import FaultKind
from tests.daemon.watched import scene


def test_calls_are_spans_within_their_pass(tmp_path: Path) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    spans = Spans(provider.get_tracer("test"))
    with scene(tmp_path, trace=spans) as at:
        at.daemon.turn(at.post)
        exporter.clear()
        at.box.inject(
            lambda attempt: FaultKind.ACCESS_DENIED if attempt.operation == "ListFlowAssociations" else None
        )
        at.next_pass()
    *calls, whole = exporter.get_finished_spans()
    assert whole.name == "pass"
    assert whole.attributes is not None
    assert whole.attributes["reconciler.stack"] == "contact-center"
    assert whole.attributes["reconciler.outcome"] == "failed"
    assert whole.attributes["reconciler.calls"] == len(calls)
    assert {each.parent and each.parent.span_id for each in calls} == {whole.context.span_id}
    failed = [each for each in calls if not each.status.is_ok and each.status.description]
    assert ("connect.ListFlowAssociations", "AccessDeniedException") in {
        (each.name, each.status.description) for each in failed
    }
    assert not any(each.events for each in calls)


def test_nothing_is_traced_where_no_collector_is_named() -> None:
    assert tracer_of({}) is None


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_collector_that_is_named_gets_a_tracer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert tracer_of({name: "http://127.0.0.1:9"}) is not None
