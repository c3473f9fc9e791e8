"""Schemathesis against the running API of the stamp rally: `python -m benchmarks.rally_client --client .venv-schemathesis/bin/st`.

The stack lives in a served sandbox. The client has nothing but the OpenAPI file of the stack and a token of the user pool: first that of
a visitor, then that of an administrator. Fails if it finds an answer of the server's fault or one that the file does not name, or if it
has sent too few requests.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

from benchmarks.soak import ACCOUNT, ROOT, environment
from reconciler.sandbox.server import RunningServer, serve
from reconciler.wheels import cache_folder

STACK = ROOT / "desired_state" / "stamp_rally"
REGION, STAGE = "ap-northeast-1", "v1"
PASSWORD = "Passw0rd-of-the-rally"  # noqa: S105  of visitors in the sandbox
CALLERS: Mapping[str, str | None] = {"visitor": None, "administrator": "admins"}
"""Who calls, and the group."""
REQUESTS = 2000
CONFIG = """\
rate-limit = "40/s"  # below that of the stage: a client that is always throttled finds nothing
[generation]
database = "none"
[headers]
Authorization = "${ID_TOKEN}"
[[operations]]
include-operation-id = "putStamp"
# A stamp that closes before it opens: no schema can say that.
checks.positive_data_acceptance.expected-statuses = ["2xx", 403, 404, 422]
"""


def main() -> int:
    """Make the stack, let the client call, and print what was answered; 1 if something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--client", required=True, help="the program of schemathesis")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="how many requests are sent at least")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    failed, statuses = False, Counter[int]()
    with tempfile.TemporaryDirectory() as folder, serve(0, ACCOUNT) as server:
        _make_stack(server, Path(folder))
        for number, (who, group) in enumerate(CALLERS.items()):
            report = Path(folder) / f"{who}.har"
            examples = -(
                -given.requests // 40
            )  # each of 11 operations, for each caller, has these and others
            command = _command(given.client, Path(folder), server, examples, given.seed + number)
            command += ["--report-har-path", str(report)]
            variables = {**os.environ, "ID_TOKEN": _id_token(server, who, group)}
            ended = subprocess.run(command, env=variables, cwd=folder, check=False)
            failed |= ended.returncode != 0
            statuses += _statuses(report)
    for status, count in sorted(statuses.items()):
        print(f"{status}: {count}")
    sent = statuses.total()
    print(f"{sent} requests")
    return int(failed or sent < given.requests or any(status >= 500 for status in statuses))


def _make_stack(server: RunningServer, folder: Path) -> None:
    """Make the stack, with the packages that setting up has fetched."""
    (folder / "reconciler").mkdir()
    (folder / "reconciler" / "wheels").symlink_to(cache_folder())
    command = [sys.executable, "-m", "reconciler", "once", str(STACK), "--env", "dev"]
    subprocess.run(
        [*command, "--endpoint-url", server.url],
        env=environment(folder),
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _command(client: str, folder: Path, server: RunningServer, examples: int, seed: int) -> list[str]:
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG, encoding="utf-8")
    gateway = _client(server, "apigateway")
    (api,) = gateway.get_rest_apis()["items"]
    url = f"{server.url}/restapis/{api['id']}/{STAGE}/_user_request_"
    asked = ["run", str(STACK / "api" / "openapi.json"), "--url", url]
    counts = ["--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"]
    return [
        str(Path(client).absolute()),
        "--no-color",
        "--config-file",
        str(config),
        *asked,
        "--checks",
        "all",
        # What visitors have collected of a deleted stamp stays theirs.
        "--exclude-checks",
        "use_after_free",
        *counts,
    ]


def _id_token(server: RunningServer, who: str, group: str | None) -> str:
    """The ID token of somebody who has signed up."""
    cognito = _client(server, "cognito-idp")
    (pool,) = cognito.list_user_pools(MaxResults=60)["UserPools"]
    (app,) = cognito.list_user_pool_clients(UserPoolId=pool["Id"])["UserPoolClients"]
    name, pool_id, app_id = f"{who}@example.com", pool["Id"], app["ClientId"]
    cognito.sign_up(ClientId=app_id, Username=name, Password=PASSWORD)
    cognito.admin_confirm_sign_up(UserPoolId=pool_id, Username=name)
    if group is not None:
        cognito.admin_add_user_to_group(UserPoolId=pool_id, Username=name, GroupName=group)
    given = {"USERNAME": name, "PASSWORD": PASSWORD}
    found = cognito.initiate_auth(ClientId=app_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    return str(found["AuthenticationResult"]["IdToken"])


def _client(server: RunningServer, service: str) -> Any:
    session = boto3.Session("sandbox", "sandbox", region_name=REGION)
    return session.client(service, endpoint_url=server.url)


def _statuses(report: Path) -> Counter[int]:
    """How often each status was answered, from an HTTP archive."""
    entries = json.loads(report.read_text(encoding="utf-8"))["log"]["entries"]
    return Counter(entry["response"]["status"] for entry in entries)


if __name__ == "__main__":
    sys.exit(main())
