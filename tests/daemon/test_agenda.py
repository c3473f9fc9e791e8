"""When a stack is due: by interval or cron, shifted by its name, and never twice for what was missed."""

from datetime import UTC, datetime

import pytest

from reconciler.daemon.agenda import LONGEST_SHIFT, Agenda, Rhythm, shift_of

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC).timestamp()
NEVER = Rhythm(cron="0 0 1 1 *")


def clock_of(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S")


def dues(agenda: Agenda, number: int, begin: float = NOON) -> list[float]:
    found, at = [], begin
    for _ in range(number):
        at = agenda.next(at)
        found.append(at)
    return found


def test_an_interval_keeps_its_beat() -> None:
    first, second, third = dues(Agenda("a", Rhythm(every=60), NEVER), 3)
    assert second - first == third - second == 60
    assert NOON < first <= NOON + 60


def test_a_daemon_that_starts_anew_keeps_the_beat() -> None:
    once, again = (Agenda("a", Rhythm(every=60), NEVER) for _ in range(2))
    assert dues(once, 3)[1:] == dues(again, 2, dues(once, 1)[0])


def test_stacks_are_spread_over_the_interval_each_always_at_the_same_place() -> None:
    shifts = [shift_of(f"stack-{number}", 60) for number in range(200)]
    assert shifts == [shift_of(f"stack-{number}", 60) for number in range(200)]
    assert 0 <= min(shifts) < 0.5
    assert 5.5 < max(shifts) <= 6
    assert shift_of("stack-1", 86_400) <= LONGEST_SHIFT


def test_what_was_missed_is_not_made_up_for() -> None:
    agenda = Agenda("a", Rhythm(every=60), NEVER)
    late = dues(agenda, 1)[0] + 600
    assert late < agenda.next(late) <= late + 60


def test_cron_is_read_in_utc_and_not_shifted() -> None:
    found = dues(Agenda("a", Rhythm(cron="*/20 9-17 * * *"), NEVER), 3)
    assert [clock_of(at) for at in found] == ["12:20:00", "12:40:00", "13:00:00"]


def test_an_audit_takes_the_place_of_the_quick_pass_that_is_due_with_it() -> None:
    agenda = Agenda("a", Rhythm(cron="0 * * * *"), Rhythm(cron="0 14 * * *"))
    audited, found = NOON, []
    for due in dues(agenda, 4):
        found.append(agenda.sort(due, audited))
        audited = due if found[-1] == "audit" else audited
    assert found == ["quick", "audit", "quick", "quick"]


def test_an_audit_that_was_missed_is_made_up_for_once() -> None:
    agenda = Agenda("a", Rhythm(cron="0 * * * *"), Rhythm(cron="0 14 * * *"))
    late = NOON + 50 * 3600
    assert agenda.sort(late, NOON) == "audit"
    assert agenda.sort(late + 3600, late) == "quick"


def test_cron_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="Wrong number of fields"):
        Agenda("a", Rhythm(cron="hourly"), NEVER)
