"""The daemon's metrics, in Prometheus' format."""

from collections import Counter as Counted

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from reconciler.pass_report import PassReport

STACK = ("stack", "environment")
SECONDS = (0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200)


class Metrics:
    """The metrics of one daemon."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # theirs, without types
        self.registry = CollectorRegistry()

        def gauge(name: str, words: str, labels: tuple[str, ...] = STACK) -> Gauge:
            return Gauge(f"reconciler_{name}", words, labels, registry=self.registry)

        def counter(name: str, words: str, labels: tuple[str, ...]) -> Counter:
            return Counter(f"reconciler_{name}", words, labels, registry=self.registry)

        self._drift = gauge("drift", "Resources that differed in the last pass, by kind", (*STACK, "kind"))
        self._owned = gauge("resources_owned", "Live resources that have the stack's mark")
        self._desired = gauge("resources_desired", "Resources that the files ask for")
        self._resting = gauge("resources_backing_off", "Resources not tried for a while, because they failed")
        self._postponed = gauge(
            "resources_postponed",
            "Resources absent from the files that are not deleted yet, because the files changed recently",
        )
        self._held = gauge("edits_held", "Edits in AWS that are not corrected yet, because they are held")
        self._held_until = gauge(
            "edits_held_until_timestamp_seconds", "When the first held edit is corrected; 0 if none is held"
        )
        self._settled = gauge(
            "last_settled_timestamp_seconds", "When a pass last ended with everything as desired"
        )
        self._last = gauge("last_pass_timestamp_seconds", "When the last pass ended")
        self._invalid = gauge("files_invalid", "1 while the files have mistakes and the last good state runs")
        self._leader = gauge("leader", "1 while this daemon is the active one", ())
        self._passes = counter("passes", "Passes, by trigger and outcome", (*STACK, "trigger", "outcome"))
        self._calls = counter("calls", "Calls to AWS", ("service", "operation"))
        self._throttled = counter("throttled_calls", "Calls that AWS throttled", ("service", "operation"))
        self._events = counter(
            "events", "Events from CloudTrail, by whether they touched a resource", ("touched",)
        )
        self._dropped = counter(
            "events_dropped", "Messages of the event queue that were dropped, by reason", ("reason",)
        )
        self._reader_crashes = counter(
            "event_reader_crashes", "Times that reading the event queue crashed", ()
        )
        self._not_announced = counter(
            "announcements_dropped",
            "Notifications that were dropped, because too many waited for the channel",
            (),
        )
        self._refused = counter(
            "http_refused", "Connections to this port without an answer, by reason", ("reason",)
        )
        self._seconds = Histogram(
            "reconciler_pass_seconds",
            "How long passes took",
            (*STACK, "trigger"),
            registry=self.registry,
            buckets=SECONDS,
        )

    def passed(self, report: PassReport, trigger: str, now: float) -> None:
        """Count a pass; `now` is in seconds since 1970."""
        stack = (report.stack.name, report.stack.environment)
        self._passes.labels(*stack, trigger, report.outcome).inc()
        self._seconds.labels(*stack, trigger).observe(report.seconds)
        self._last.labels(*stack).set(now)
        for counter, calls in ((self._calls, report.calls), (self._throttled, report.throttled)):
            for name, number in calls.items():
                counter.labels(*name.split(":", 1)).inc(number)
        looked = report.outcome != "refused" or report.plan.actions
        if looked and report.options.keys is None:
            self._whole(report, stack)
        if report.outcome == "settled":
            self._settled.labels(*stack).set(now)

    def _whole(self, report: PassReport, stack: tuple[str, str]) -> None:
        """Set the metrics that only a pass over the whole stack knows."""
        differing = Counted(key.kind for key in report.plan.actions)
        for kind in {key.kind for key in report.stack.resources} | differing.keys():
            self._drift.labels(*stack, kind).set(differing[kind])
        self._owned.labels(*stack).set(sum(report.plan.owned.values()))
        self._desired.labels(*stack).set(len(report.stack.resources))

    def resting(self, stack: tuple[str, str], number: int) -> None:
        """Note how many resources are not tried for now."""
        self._resting.labels(*stack).set(number)

    def postponed(self, stack: tuple[str, str], number: int) -> None:
        """Note for how many resources the deletion or release is postponed."""
        self._postponed.labels(*stack).set(number)

    def held(self, stack: tuple[str, str], number: int, until: float | None) -> None:
        """Note how many edits are held, and when the first is corrected, in seconds since 1970."""
        self._held.labels(*stack).set(number)
        self._held_until.labels(*stack).set(until or 0)

    def files(self, stack: tuple[str, str], *, invalid: bool) -> None:
        """Note whether the files can be used."""
        self._invalid.labels(*stack).set(invalid)

    def leading(self, *, leader: bool) -> None:
        """Note whether this daemon is the active one."""
        self._leader.set(leader)

    def event(self, *, touched: bool) -> None:
        """Count an event."""
        self._events.labels(str(touched).lower()).inc()

    def dropped(self, reason: str, number: int) -> None:
        """Count messages that were dropped."""
        self._dropped.labels(reason).inc(number)

    def event_reader_crashed(self) -> None:
        """Count an unexpected error of the events thread."""
        self._reader_crashes.inc()

    def not_announced(self, number: int) -> None:
        """Count notifications that were not sent."""
        self._not_announced.inc(number)

    def refused(self, reason: str) -> None:
        """Count a connection that got no answer."""
        self._refused.labels(reason).inc()

    def text(self) -> bytes:
        """All metrics as text in Prometheus' format."""
        return generate_latest(self.registry)
