"""The schedule of a stack: interval or cron, with an offset by name; missed times count once, with any changes of the wall clock."""

from datetime import UTC, datetime

import pytest

from reconciler.daemon.schedule import LONGEST_SHIFT, Frequency, Moment, Schedule, schedule_offset

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC).timestamp()
NEVER = Frequency(cron="0 0 1 1 *")
HOUR = 3_600.0


class Life:
    """The passes of a stack, one after another; by default each takes no time."""

    def __init__(
        self, quick: Frequency, audit: Frequency = NEVER, name: str = "a", begin: float = NOON
    ) -> None:
        self.schedule = Schedule(name, quick, audit)
        self.at = Moment(1_000.0, begin)
        self.schedule.begin(self.at)
        self.passed(takes=0.0)

    def passed(self, takes: float = 0.0) -> str:
        """Run the pass that is due, and return its type."""
        assert self.schedule.left(self.at) <= 0
        sort = self.schedule.sort(self.at)
        self.wait(takes)
        self.schedule.passed(sort, self.at)
        return sort

    def wait(self, seconds: float) -> None:
        self.at = Moment(self.at.now + seconds, self.at.wall + seconds)

    def set_clock(self, by: float) -> None:
        """Change the wall clock."""
        self.at = Moment(self.at.now, self.at.wall + by)

    def next(self, takes: float = 0.0) -> float:
        """Wait for the next pass with a check every half second, run it, and return the seconds waited."""
        began = self.at.now
        while (left := self.schedule.left(self.at)) > 0:
            self.wait(min(0.5, left) + 1e-4)
        waited = self.at.now - began
        self.sort = self.passed(takes)
        return waited

    def times(self, number: int) -> list[str]:
        found = []
        for _ in range(number):
            self.next()
            found.append(datetime.fromtimestamp(self.at.wall + 0.01, UTC).strftime("%H:%M"))
        return found


def test_the_first_pass_is_due_at_once() -> None:
    schedule = Schedule("a", Frequency(every=60), NEVER)
    schedule.begin(Moment(5.0, NOON))
    assert schedule.left(Moment(5.0, NOON)) == 0
    assert schedule.sort(Moment(5.0, NOON)) == "quick"


def test_an_interval_keeps_its_beat() -> None:
    life = Life(Frequency(every=60))
    assert 0 < life.next() <= 60.1
    assert life.next() == pytest.approx(60, abs=0.01)
    assert life.next(takes=17) == pytest.approx(60, abs=0.01)
    assert life.next() == pytest.approx(43, abs=0.01)


def test_a_daemon_that_starts_anew_keeps_the_beat() -> None:
    first, again = Life(Frequency(every=60)), Life(Frequency(every=60), begin=NOON + 25)
    first.next()
    again.next()
    assert first.at.wall == pytest.approx(again.at.wall, abs=0.01) or again.at.wall - first.at.wall > 59


def test_stacks_are_spread_over_the_interval_each_always_at_the_same_place() -> None:
    shifts = [schedule_offset(f"stack-{number}", 60) for number in range(200)]
    assert shifts == [schedule_offset(f"stack-{number}", 60) for number in range(200)]
    assert 0 <= min(shifts) < 0.5
    assert 5.5 < max(shifts) <= 6
    assert schedule_offset("stack-1", 86_400) <= LONGEST_SHIFT


def test_what_was_missed_is_not_made_up_for() -> None:
    life = Life(Frequency(every=60))
    life.next(takes=600)
    assert life.next() > 0
    assert life.next() == pytest.approx(60, abs=0.01)


def test_cron_is_read_in_utc_and_not_shifted() -> None:
    assert Life(Frequency(cron="*/20 9-17 * * *")).times(3) == ["12:20", "12:40", "13:00"]


def test_an_audit_takes_the_place_of_the_quick_pass_that_is_due_with_it() -> None:
    life = Life(Frequency(cron="0 * * * *"), Frequency(cron="0 14 * * *"))
    found = []
    for _ in range(4):
        life.next()
        found.append(life.sort)
    assert found == ["quick", "audit", "quick", "quick"]


def test_an_audit_that_was_missed_is_made_up_for_once() -> None:
    life = Life(Frequency(cron="0 * * * *"), Frequency(cron="0 14 * * *"))
    life.wait(50 * HOUR)
    assert life.passed() == "audit"
    life.next()
    assert life.sort == "quick"


def test_cron_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="Wrong number of fields"):
        Schedule("a", Frequency(cron="hourly"), NEVER)


# -- changes of the wall clock ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [HOUR, -HOUR, 400 * 24 * HOUR, -400 * 24 * HOUR])
def test_an_interval_does_not_ask_the_wall_clock(by: float) -> None:
    life = Life(Frequency(every=60), Frequency(every=24 * HOUR))
    life.next()
    life.wait(20)
    life.set_clock(by)
    assert life.next() == pytest.approx(40, abs=0.01)
    assert [life.next() for _ in range(3)] == [pytest.approx(60, abs=0.01)] * 3


def test_forward_and_back_costs_an_interval_no_pass_and_makes_none() -> None:
    life = Life(Frequency(every=60))
    life.next()
    passes, until = 0, life.at.now + 3 * HOUR
    while life.at.now < until:
        life.set_clock(HOUR if passes % 2 else -HOUR)
        life.next()
        passes += 1
    assert 179 <= passes <= 181


def test_cron_follows_a_clock_that_is_set_forward() -> None:
    life = Life(Frequency(cron="0 * * * *"))
    life.wait(600)  # 12:10
    life.set_clock(30 * 60)
    assert life.next() == pytest.approx(20 * 60, abs=1)


def test_cron_follows_a_clock_that_is_set_back() -> None:
    life = Life(Frequency(cron="0 * * * *"))
    life.wait(3_000)  # 12:50
    life.set_clock(-1_800)
    assert life.next() == pytest.approx(2_400, abs=1)
    assert life.times(1) == ["14:00"]


def test_a_firing_that_the_clock_jumps_over_is_made_up_for_once() -> None:
    life = Life(Frequency(cron="0 * * * *"))
    life.wait(3_000)  # 12:50
    life.set_clock(HOUR)
    assert life.next() == 0
    assert life.times(1) == ["14:00"]


def test_a_clock_that_jumps_all_the_time_makes_no_storm_of_passes() -> None:
    life = Life(Frequency(cron="* * * * *"))
    begin, passes = life.at.now, 0
    for number in range(1_200):
        life.set_clock(HOUR if number % 2 else -HOUR)
        if life.schedule.left(life.at) <= 0:
            life.passed()
            passes += 1
        life.wait(0.5)
    assert 5 <= passes <= (life.at.now - begin) / 30 + 1


@pytest.mark.parametrize("by", [HOUR, -HOUR, 30 * 24 * HOUR, -30 * 24 * HOUR])
def test_a_day_without_an_audit_does_not_come_of_it(by: float) -> None:
    life = Life(Frequency(every=HOUR), Frequency(every=24 * HOUR))
    life.wait(600)
    life.set_clock(by)
    sorts = []
    for _ in range(48):
        life.next()
        sorts.append(life.sort)
    assert sorts.count("audit") == 2


# -- the time within which a pass must start ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quick", "seconds"),
    [
        (Frequency(every=60), 120),
        (Frequency(cron="0 * * * *"), 2 * HOUR),
        (Frequency(cron="0 13,22 * * *"), 10 * HOUR),
        (Frequency(cron="0 0 31 2 *"), 48 * HOUR),
    ],
)
def test_patience_is_twice_the_interval_or_lasts_to_the_next_firing_but_one(
    quick: Frequency, seconds: float
) -> None:
    assert Life(quick, Frequency(every=24 * HOUR)).schedule.patience(Moment(7.0, NOON)) == seconds
