"""Looks for candidates for removal: lists the kinds that have a rule, and applies the rules, services in parallel."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from reconciler.aws.redaction import SECRETS
from reconciler.aws.remembering import RememberingApi, Replies
from reconciler.contract import Adapter, Api, Considered, Metric, Sighting, Unused
from reconciler.contract.unused import DAY
from reconciler.errors import Absent, CallError, members_needed
from reconciler.observing.observer import ReadContext
from reconciler.observing.row_isolation import RowIsolation
from reconciler.observing.tag_reader import with_owner_tags
from reconciler.planning.ownership import KEY_MARK, STACK_MARK, owner_of
from reconciler.planning.tag_encoding import from_mark
from reconciler.runtime.lanes import Lane, fan_out
from reconciler.stack import Stack
from reconciler.unused.metrics import sums_of
from reconciler.unused.results import CandidateForRemoval, UnusedReport

log = structlog.get_logger(__name__)


def kinds_with_a_rule(kinds: Mapping[str, Adapter[Any]]) -> Mapping[str, Unused]:
    """By kind: when one of its resources is a candidate for removal."""
    return {kind: each.unused for kind, each in sorted(kinds.items()) if each.unused is not None}


@dataclass
class UnusedRun:
    """One run over the account and Region of a stack."""

    stack: Stack
    context: ReadContext
    days: int
    """The length of the period, which ends now."""
    kinds: Collection[str]
    """The kinds to look at; each has a rule."""
    _replies: Replies = field(default_factory=Replies)
    _places: dict[str, list[Sighting]] = field(default_factory=dict)
    """By kind that others live in: all its live resources."""
    _candidates: list[CandidateForRemoval] = field(default_factory=list)
    _looked_at: dict[str, int] = field(default_factory=dict)
    _unread: list[str] = field(default_factory=list)

    def run(self) -> UnusedReport:
        """List the kinds, and apply their rules to each live resource."""
        until = self.context.clock.wall()
        since = until - self.days * DAY
        lanes: dict[str, list[str]] = {}
        for kind in sorted(self.kinds):
            above = self.context.kinds[kind].parent
            if above is not None and above not in self._places:
                self._places[above] = self._listed(self.context.kinds[above], [{}])
            lanes.setdefault(self.context.kinds[kind].service.name, []).append(kind)
        work = [Lane(kinds, 1) for _, kinds in sorted(lanes.items())]
        fan_out(self.context.clock, work, lambda kind: self._look(kind, since, until))
        return UnusedReport(
            self.stack, since, until, sorted(self._candidates), self._looked_at, sorted(self._unread)
        )

    def _api(self, adapter: Adapter[Any]) -> RememberingApi:
        service = adapter.service.name
        return RememberingApi(self.context.api_of(service), service, self._replies)

    def _listed(self, adapter: Adapter[Any], places: Collection[Mapping[str, str]]) -> list[Sighting]:
        """Every live resource of a kind in these places; what could not be read is noted."""
        found: list[Sighting] = []
        for place in places:
            isolation = RowIsolation(self.context.api_of(adapter.service.name), adapter.reads.joined)
            try:
                found += isolation.sightings(lambda api, place=place: adapter.list(api, place)) or ()  # type: ignore[misc]
            except CallError as error:
                self._note(adapter.kind, error)
            self._unread += [_safe(f"{adapter.kind} {row}") for row in isolation.bad]
        return found

    def _look(self, kind: str, since: float, until: float) -> None:
        """Find the candidates of one kind."""
        adapter = self.context.kinds[kind]
        rule = adapter.unused
        if rule is None:
            raise AssertionError(f"{kind} has no rule")
        places = [each.address for each in self._places.get(adapter.parent or "", ())]
        seen = self._listed(adapter, places if adapter.parent else [{}])
        self._looked_at[kind] = len(seen)
        live = [each for each in seen if not each.deletion and not adapter.made_by_aws(each)]
        try:
            marked = with_owner_tags(adapter, self.context.api_of, live)
            sums = sums_of(rule.metrics, live, self.context.api_of, since, until)
        except CallError as error:
            self._note(kind, error)
            return
        for each in marked:
            totals = {metric: sums.get((metric, each.name), 0.0) for metric in rule.metrics}
            self._candidates += self._found(adapter, rule, each, totals, (since, until))

    def _found(
        self,
        adapter: Adapter[Any],
        rule: Unused,
        sighting: Sighting,
        sums: Mapping[Metric, float],
        period: tuple[float, float],
    ) -> Iterator[CandidateForRemoval]:
        """What the rule of a kind finds in one live resource."""
        api: Api = self._api(adapter)
        look = Considered(api, sighting, lambda: adapter.describe(api, sighting), sums, *period)
        tags = sighting.tags or {}
        owner = owner_of(tags, self.stack.mark)
        mark, key = from_mark(tags.get(STACK_MARK, "")), from_mark(tags.get(KEY_MARK, ""))
        try:
            with members_needed("read"):
                for each in rule.look(look):
                    yield CandidateForRemoval(
                        adapter.kind,
                        sighting.name,
                        each.part,
                        sighting.arn,
                        owner,
                        mark,
                        key,
                        _safe(each.what),
                    )
        except Absent:
            log.info("gone meanwhile", kind=adapter.kind, name=sighting.name)
        except CallError as error:
            self._note(f"{adapter.kind}/{sighting.name}", error)

    def _note(self, what: str, error: CallError) -> None:
        log.warning("could not be read", what=what, error=str(error))
        self._unread.append(_safe(f"{what} could not be read: {error}"))


def _safe(text: str) -> str:
    """A text without secrets."""
    return SECRETS.text(text)
