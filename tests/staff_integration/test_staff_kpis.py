"""The figures by which the operation is judged."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from staff_integration.database import Sessions
from staff_integration.kpis import Kpi, judged, measured_kpis, p95, percentile

from tests.staff_integration.calls import Api
from tests.staff_integration.organisation import fill, person
from tests.staff_integration.simulators import Dice, Weather, World


def figures(world: World, hours: float = 24) -> Mapping[str, Kpi]:
    with world.sessions() as session:
        found = measured_kpis(session, world.clock.now(), timedelta(hours=hours))
    return {each.name: each for each in found}


def enter(world: World, *staff_ids: str, facility: str = "HOSPITAL") -> None:
    with world.sessions.begin() as session:
        session.add_all([person(each, "MEMBER", "NURSING", facility) for each in staff_ids])


def test_without_data_a_figure_is_neither_green_nor_red(sessions: Sessions) -> None:
    found = figures(World.made(sessions))
    assert {name for name, kpi in found.items() if kpi.value is not None} == {"dead_letters"}
    assert all(kpi.measured for kpi in found.values())
    assert {name for name, kpi in found.items() if kpi.green is not None} == {"dead_letters"}
    assert str(found["sync_lag_p95"]) == "sync_lag_p95 is not known; the bar is < 5 s"


def test_faults_make_the_figures_red(sessions: Sessions) -> None:
    world = World.made(sessions)
    with sessions.begin() as session:
        fill(session)
    enter(world, *(f"S{number}" for number in range(1, 21)))
    world.settle()
    good = figures(world)
    assert [good[name].green for name in ("account_creation_rate", "dead_letters")] == [True, True]
    assert (good["voicedrive_error_rate"].value, good["sso_use"].value) == (0, 0)
    enter(world, "S21", facility="NOWHERE")
    world.settle()
    red = figures(world)
    assert str(red["account_creation_rate"]) == "account_creation_rate is 95.24 %; the bar is > 99 %"
    assert str(red["dead_letters"]) == "dead_letters is 1; the bar is <= 0"
    world.voicedrive.weather = Weather(failing=1, dice=Dice(0))
    enter(world, "S22", "S23")
    world.settle(minutes=1)
    red = figures(world)
    assert not red["voicedrive_error_rate"].green
    assert (red["sync_lag_p95"].value or 0) > 20  # of those that wait
    assert not red["sync_lag_p95"].green
    world.voicedrive.weather = Weather()
    world.settle()
    world.clock.sleep(3 * 3600)
    assert figures(world, 1)["sync_lag_p95"].value is None


def test_sso_use_counts_whoever_has_an_account_once(api: Api) -> None:
    enter(api.world, "S1", "S2")
    api.world.settle()
    for _ in range(2):
        assert api.sign_in("S1").status_code == 200
    assert figures(api.world)["sso_use"].value == 50


@pytest.mark.parametrize(
    ("target", "value", "green"),
    [("< 5", 5, False), ("<= 5", 5, True), ("> 99", 99.1, True), (">= 90", 89, False), ("< 5", None, None)],
)
def test_a_bar_says_what_is_green(target: str, value: float | None, green: bool | None) -> None:
    assert judged("x", "s", target, value).green is green
    assert p95(range(1, 101)) == 95
    assert p95([]) is None
    assert percentile([3, 1, 2], 50) == 2
