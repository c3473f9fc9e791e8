"""`reconciler smoke` tells whether the staff application could be rebuilt now, from what the application has measured itself."""

import shutil
from datetime import timedelta
from pathlib import Path

from staff_integration import migrations
from staff_integration.api.app import application
from staff_integration.api.services import Services
from staff_integration.backup.drill import drill
from staff_integration.backup.runs import recorded
from staff_integration.database import engine_for, sessions_of
from staff_integration.sign_in.sessions import SignIn
from staff_integration.sign_in.shapes import SignInTools

from reconciler.cli.exits import FAILED
from tests.end_to_end.typed import ROOT, Run
from tests.staff_integration.backups import library_in
from tests.staff_integration.calls import served
from tests.staff_integration.simulators import QUICK, World

URL = "https://${site}/health/recovery"
LINE = "lightsail.instance/staff-staging http (backup and restore drill): "


def test_an_old_backup_fails_the_smoke_test(run: Run, tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path}/staff.db")
    migrations.upgrade(engine)
    world = World.made(sessions_of(engine))
    library = library_in(tmp_path / "store", world.clock)
    sign_in = SignIn(SignInTools(world.sessions, world.tools.vault, QUICK, world.clock))
    stack = shutil.copytree(ROOT / "desired_state" / "staff_integration", tmp_path / "stack")
    smoke = stack / "smoke.yaml"
    written = smoke.read_text()
    assert URL in written
    assert "{http: null}" in written

    def line(place: str) -> tuple[int, str]:
        smoke.write_text(
            written.replace(URL, f"http://{place}/health/recovery").replace("{http: null}", "{}")
        )
        ended = run(
            "smoke", stack, "--env", "staging", "--sandbox", "--only", "lightsail.instance/staff-staging"
        )
        [found] = [each for each in ended.stdout.splitlines() if LINE in each]
        return ended.returncode, found.replace(LINE, "")

    with served(application(Services(world.tools, sign_in))) as place:
        with recorded(world.sessions, world.clock, "hourly"):
            library.make(engine, "hourly")
        world.clock.sleep(600)
        with recorded(world.sessions, world.clock, "drill") as kept:
            found = drill(library, world.clock, "")
            kept.kept = {"rpo_seconds": found.rpo.total_seconds(), "rto_seconds": found.rto.total_seconds()}
        code, said = line(place)
        assert (code, said) == (0, "passed  the status 200, backupAge 600, rpo 600, rto 0")
        world.clock.sleep(timedelta(minutes=51).total_seconds())
        code, said = line(place)
        assert (code, "got the status 503, backupAge 3660, rpo 600, rto 0" in said) == (FAILED, True)
    engine.dispose()
