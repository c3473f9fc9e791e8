"""The metrics tell what is late or waits for somebody, at a port of their own; health tells whether a process can serve."""

import json
import socket
from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from staff_integration import migrations
from staff_integration.api.app import application
from staff_integration.api.services import Services
from staff_integration.database import engine_for, sessions_of
from staff_integration.database_metrics import served
from staff_integration.operation_tables import BackupRun
from staff_integration.sync.connection import Connection

from tests.staff_integration.calls import Api, Client
from tests.staff_integration.mariadb import free_port
from tests.staff_integration.organisation import person, run
from tests.staff_integration.simulators import World

Figures = Mapping[tuple[str, ...], float]


def scraped(world: World) -> tuple[str, Figures]:
    """The text of the metrics, and each value by its name and labels."""
    port = free_port()
    with served(port, world.sessions, world.clock):
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    families = text_string_to_metric_families(text)
    return text, {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_tell_what_waits_what_was_carried_and_who_signed_in_but_nothing_of_a_person(api: Api) -> None:
    world = api.world
    before = scraped(world)[1]

    def grown(figures: Figures, *name: str) -> float:
        return figures[name] - before.get(name, 0)

    with world.sessions.begin() as session:
        session.add_all([person("S1", None, None, None), person("S2", "UNKNOWN", None, None)])
        began = world.clock.now()
        runs = {"good": began - timedelta(hours=2), "failed": began}
        session.add_all(BackupRun(kind="hourly", started_at=at, outcome=each) for each, at in runs.items())
    world.clock.sleep(90)
    figures = scraped(world)[1]
    assert figures["staff_outbox_entries", "pending"] == 2
    assert 89 <= figures["staff_outbox_oldest_seconds",] < 90 + 3600
    assert 7289 <= figures["staff_backup_age_seconds", "hourly"] < 7290 + 3600
    assert (figures["staff_database_up",], figures["staff_schema_current",]) == (1, 1)

    world.settle()
    assert api.sign_in("S1").status_code == 200
    assert api.sign_in("S1", password="wrong").status_code == 401
    assert api.call(api.token_of("S1"), "GET", "/staff/S1").status_code == 200
    world.clock.sleep(30)
    written, figures = scraped(world)
    assert (figures["staff_outbox_entries", "pending"], figures["staff_outbox_entries", "dead"]) == (0, 1)
    assert figures["staff_outbox_oldest_seconds",] == 0
    assert figures["staff_sync_unacknowledged_events", "voicedrive"] == 1
    assert figures["staff_sync_oldest_unacknowledged_seconds", "voicedrive"] >= 30
    assert figures["staff_sync_unacknowledged_events", "medical"] == 0
    assert figures["staff_signing_key_age_seconds",] > 0
    assert grown(figures, "staff_outbox_attempts_total", "failed") == 1
    assert grown(figures, "staff_outbox_attempts_total", "success") == 2  # an account and its delivery
    assert grown(figures, "staff_sync_events_total", "staff.created", "medical") == 1
    assert grown(figures, "staff_sync_lag_seconds_count", "staff") == 1
    assert grown(figures, "staff_sync_lag_seconds_sum", "staff") >= 90
    assert grown(figures, "staff_sign_in_events_total", "signed_in", "medical") == 2
    assert grown(figures, "staff_sign_in_events_total", "refused", "medical") == 1
    assert grown(figures, "staff_request_seconds_count", "GET", "/api/v1/staff/{staff_id}", "200") == 1
    assert not [word for word in ("S1", "職員", "example.com") if f'"{word}' in written]

    link = Connection(world.sessions, world.clock, "voicedrive", world.clock.now().replace(year=9999))
    link.received('{"type": "hello"}')
    [event] = link.due()
    link.received(json.dumps({"type": "ack", "event": event["id"]}))
    figures = scraped(world)[1]
    assert figures["staff_sync_unacknowledged_events", "voicedrive"] == 0
    assert grown(figures, "staff_sync_lag_seconds_count", "staff") == 1


def test_the_api_has_no_metrics_and_its_health_says_in_one_word_what_is_in_the_way(api: Api) -> None:
    services: Services = api.client.app.state.services

    def health(client: Client, path: str = "ready") -> tuple[int, str]:
        answer = client.request("GET", f"/health/{path}")
        return answer.status_code, answer.json()["status"]

    for path in ("/metrics", "/api/v1/metrics", "/api/v1/health/ready"):
        assert api.client.request("GET", path).status_code == 404
    assert health(api.client) == health(api.client, "live") == (200, "ok")
    assert not [path for path in api.client.app.openapi()["paths"] if "health" in path]
    services.hub.draining = True
    assert health(api.client) == (503, "draining")
    services.hub.draining = False
    with services.sessions() as session:
        for revision, told in (("0001", (503, "schema")), ("9999", (200, "ok"))):  # of a newer release
            session.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": revision})
            session.commit()
            assert health(api.client) == told
        newest = {"at": migrations.newest()}
        session.execute(text("UPDATE alembic_version SET version_num = :at"), newest)
        session.commit()

    nowhere = engine_for(f"mysql+pymysql://nobody:hidden@127.0.0.1:{free_port()}/none")
    world = World.made(sessions_of(nowhere))
    gone = Client(application(Services(world.tools, services.sign_in)))
    assert health(gone) == (503, "database")
    assert health(gone, "live") == (200, "ok")
    written, figures = scraped(world)
    assert figures["staff_database_up",] == 0
    assert "staff_outbox_oldest_seconds" not in written
    gone.close()


@pytest.mark.parametrize("command", ["serve", "work"])
def test_a_port_that_is_taken_is_named_in_one_line(command: str, api: Api) -> None:
    world = api.world
    with socket.create_server(("127.0.0.1", 0)) as other, world.settings() as settings:
        port = str(other.getsockname()[1])
        code, _, errors = run(command, "--metrics-port", port, environment=settings)
    assert code == 3
    assert errors == f"port {port} of 127.0.0.1 cannot serve the metrics: Address already in use\n"
