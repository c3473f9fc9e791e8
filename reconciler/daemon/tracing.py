"""Sends passes and calls as OpenTelemetry traces, if a collector is configured; traces hold no values."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from reconciler.pass_report import PassReport
from reconciler.stack import Stack

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""OpenTelemetry's own variables for the address of a collector."""


class NotInstalled(Exception):
    """Raised when a collector is configured and OpenTelemetry is not installed; its text says what to do."""


class Trace:
    """The spans of one watch; this class makes none."""

    def passing(self, stack: Stack, trigger: str) -> AbstractContextManager[None]:
        """A context manager around one pass."""
        del stack, trigger
        return nullcontext()

    def calling(self, service: str, operation: str) -> AbstractContextManager[None]:
        """A context manager around one call, in any thread of the pass."""
        del service, operation
        return nullcontext()

    def passed(self, report: PassReport) -> None:
        """Note the outcome of the present pass."""


class Spans(Trace):
    """The spans of a tracer of OpenTelemetry."""

    def __init__(self, tracer: "Tracer") -> None:
        self._tracer = tracer
        self._context: Context | None = None

    @contextmanager
    def passing(self, stack: Stack, trigger: str) -> Iterator[None]:
        from opentelemetry.trace import set_span_in_context  # noqa: PLC0415 -- an extra

        about = {"reconciler.stack": stack.name, "reconciler.environment": stack.environment}
        with self._tracer.start_as_current_span(
            "pass",
            attributes={**about, "reconciler.trigger": trigger},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            self._context = set_span_in_context(span)
            try:
                yield
            finally:
                self._context = None

    @contextmanager
    def calling(self, service: str, operation: str) -> Iterator[None]:
        from opentelemetry.trace import SpanKind, StatusCode  # noqa: PLC0415

        with self._tracer.start_as_current_span(
            f"{service}.{operation}",
            context=self._context,  # calls are made in threads, which know nothing of the pass
            kind=SpanKind.CLIENT,
            attributes={"rpc.system": "aws-api", "rpc.service": service, "rpc.method": operation},
            record_exception=False,  # its text may hold what was sent
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(StatusCode.ERROR, type(error).__name__)
                raise

    def passed(self, report: PassReport) -> None:
        from opentelemetry.trace import get_current_span  # noqa: PLC0415

        get_current_span().set_attributes(
            {
                "reconciler.outcome": report.outcome,
                "reconciler.changes": report.count("done"),
                "reconciler.calls": sum(report.calls.values()),
                "reconciler.throttled_calls": report.throttled_calls,
            }
        )


def tracer_of(environment: Mapping[str, str]) -> "Tracer | None":
    """A tracer that exports to the collector in the environment variables; None if there is none.

    Raises:
        NotInstalled: a collector is configured, but the extra is missing.
    """
    named = next((name for name in ENDPOINTS if environment.get(name)), None)
    if named is None:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        said = f"{named} is set, and traces are not installed; pip install 'connect-reconciler[telemetry]'"
        raise NotInstalled(said) from None
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("reconciler")
