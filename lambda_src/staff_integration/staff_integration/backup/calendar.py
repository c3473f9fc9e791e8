"""When backups are made, what they are called, and how many of each kind are kept. Times are Japan's."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from staff_integration.clock import JAPAN

Kind = Literal["hourly", "daily", "weekly", "monthly"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NAME = re.compile(rf"({'|'.join(KINDS)})-(\d{{8}}T\d{{6}}Z)")
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Plan:
    """When backups of a kind are made.

    Args:
        on_calendar: as systemd's timers have it.
        keep: of how many periods a backup is kept, by default.
        due: whether one is made at a moment of Japan's time, which is a whole half hour.
        period: of which hour, day, week or month a moment is.
    """

    on_calendar: str
    keep: int
    due: Callable[[datetime], bool]
    period: Callable[[datetime], str]


PLANS: Mapping[Kind, Plan] = {
    # Twice an hour: a backup can be used only when it is done, so one an hour would lose an hour and what making it takes.
    "hourly": Plan("*-*-* *:00,30:00 Asia/Tokyo", 48, lambda _: True, lambda at: f"{at:%Y-%m-%d %H}"),
    "daily": Plan(
        "*-*-* 02:00:00 Asia/Tokyo", 14, lambda at: _clock(at) == (2, 0), lambda at: f"{at:%Y-%m-%d}"
    ),
    "weekly": Plan(
        "Sun *-*-* 03:00:00 Asia/Tokyo",
        8,
        lambda at: (at.weekday(), *_clock(at)) == (6, 3, 0),
        lambda at: f"{at + timedelta(days=1):%G-%V}",  # weeks that begin on Sunday
    ),
    "monthly": Plan(
        "*-*-01 04:00:00 Asia/Tokyo",
        12,
        lambda at: (at.day, *_clock(at)) == (1, 4, 0),
        lambda at: f"{at:%Y-%m}",
    ),
}
HALF_HOUR = timedelta(minutes=30)


def name_of(kind: Kind, at: datetime) -> str:
    """The name of a backup made at a moment, such as `daily-20260930T170000Z`."""
    return f"{kind}-{at.astimezone(UTC):{STAMP}}"


def kind_and_moment(name: str) -> tuple[Kind, datetime] | None:
    """What a name says; None if it is no name of a backup."""
    found = NAME.fullmatch(name)
    if found is None:
        return None
    try:
        moment = datetime.strptime(found[2], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    kind: Kind = found[1]  # type: ignore[assignment]  # the expression has the kinds
    return kind, moment


def due(kind: Kind, since: datetime, until: datetime) -> Iterator[datetime]:
    """The moments from one (with it) to another (without it) at which a backup of a kind is made."""
    at = since.astimezone(JAPAN).replace(minute=0, second=0, microsecond=0)
    while at < until:
        if at >= since and PLANS[kind].due(at):
            yield at
        at += HALF_HOUR


def superfluous(names: Iterable[str], kind: Kind, keep: int) -> Sequence[str]:
    """The backups of a kind that are not kept, the oldest first.

    Of each period the newest one is kept, for the last periods that have any. So nothing is deleted while no new ones are made.
    """
    newest: dict[str, str] = {}
    made = sorted(each for each in names if (found := kind_and_moment(each)) and found[0] == kind)
    for name in made:
        found = kind_and_moment(name)
        assert found is not None  # noqa: S101  # as filtered
        newest[PLANS[kind].period(found[1].astimezone(JAPAN))] = name
    kept = set(sorted(newest.values())[-keep:])
    return [each for each in made if each not in kept]


def _clock(at: datetime) -> tuple[int, int]:
    return at.hour, at.minute
