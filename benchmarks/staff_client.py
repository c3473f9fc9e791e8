"""Schemathesis against the API of the staff application: `python -m benchmarks.staff_client --client .venv-schemathesis/bin/st`.

The application runs on SQLite between its two simulators. The client has nothing but the OpenAPI document and a token: of each role, and of
each of the two systems. Fails if an answer is an error of the server, or one that the document does not name, if an answer has data
beyond the scope of the role, or if it has sent too few requests.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from staff_integration import migrations
from staff_integration.database import engine_for, sessions_of

from tests.staff_integration.calls import Api, api_in, served
from tests.staff_integration.organisation import OTHERS, PEOPLE, add_records, person
from tests.staff_integration.simulators import World

REQUESTS = 2000
SEEN: Mapping[str, frozenset[str]] = {
    "DEPARTMENT_HEAD": frozenset({"S20", "S30", "S40", "S51", "S52"}),
    "TEAM_LEADER": frozenset({"S20", "S30", "S40", "S51"}),
    "STAFF": frozenset({"S40"}),
}
"""Whose data a role may see, where that is not everybody's."""
CONFIG = """\
[generation]
database = "none"
[checks]
# What the organisation has, and what is known of staff, no schema can say.
positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422, 429]
use_after_free.enabled = false
ensure_resource_availability.enabled = false
[headers]
Authorization = "Bearer ${TOKEN}"
"""


def main() -> int:
    """Serve the application, let the client call, and print what was answered; 1 if something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--client", required=True, help="the program of schemathesis")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="how many requests are sent at least")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    failed, statuses, beyond = False, Counter[int](), set[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")
        for number, who in enumerate((*PEOPLE, "medical", "voicedrive")):
            report = folder / f"{who}.har"
            examples = -(-given.requests // 100)
            with application(folder / f"{who}.db") as (api, url):
                token = (
                    api.token_of(PEOPLE[who][0])
                    if who in PEOPLE
                    else api.service("medical" if who == "medical" else "voicedrive")
                )
                command = [
                    str(Path(given.client).absolute()),
                    "--no-color",
                    "--config-file",
                    "schemathesis.toml",
                ]
                command += ["run", f"{url}/api/v1/openapi.json", "--checks", "all", "--continue-on-failure"]
                command += ["--max-examples", str(examples), "--seed", str(given.seed + number)]
                command += ["--report-har-path", str(report)]
                ended = subprocess.run(command, env={**os.environ, "TOKEN": token}, cwd=folder, check=False)
            failed |= ended.returncode != 0
            entries = json.loads(report.read_text(encoding="utf-8"))["log"]["entries"]
            statuses += Counter(entry["response"]["status"] for entry in entries)
            beyond |= {f"{who} sees {each}" for each in _shown(entries) - SEEN.get(who, _shown(entries))}
    for status, count in sorted(statuses.items()):
        print(f"{status}: {count}")
    print(*sorted(beyond), f"{statuses.total()} requests", sep="\n")
    too_few = statuses.total() < given.requests
    return int(failed or too_few or bool(beyond) or any(status >= 500 for status in statuses))


@contextmanager
def application(file: Path) -> Iterator[tuple[Api, str]]:
    """The application with some staff, on the loopback; its clock stands still, so that tokens do not expire."""
    engine = engine_for(f"sqlite:///{file}")
    migrations.upgrade(engine)
    world = World.made(sessions_of(engine))
    with api_in(world) as api:
        with world.sessions.begin() as session:
            session.add_all(person(*each) for each in (*PEOPLE.values(), *OTHERS.values()))
            session.flush()
            add_records(session, world.clock.now())
        world.settle()
        with served(api.client.app) as address:
            yield api, f"http://{address}"
    engine.dispose()


def _shown(entries: list[dict[str, dict[str, dict[str, str]]]]) -> set[str]:
    """The ids of staff in answers."""
    texts = [entry["response"]["content"].get("text", "") for entry in entries]
    single = {each for text in texts for each in re.findall(r'"staffId":"([^"]+)"', text)}
    lists = (each for text in texts for each in re.findall(r'"staffIds":\[([^\]]*)\]', text))
    return single.union(*(re.findall(r'"([^"]+)"', each) for each in lists))


if __name__ == "__main__":
    sys.exit(main())
