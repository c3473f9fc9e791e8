"""What a request to the stamp rally's API costs in the sandbox, beside a bare call of its function: `python -m benchmarks.rally_api`.

Prints the median and the 95th percentile of both, and the ratio.
"""

import http.client
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reconciler.applying import Quiet
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in

STACK = Path(__file__).parents[1] / "desired_state" / "stamp_rally"
NAME, PASSWORD = "ada@example.com", "Passw0rd-of-the-rally"
WARM, REQUESTS = 20, 300
MOST = 5.0
"""The ratio of the percentiles above which the benchmark fails."""


def milliseconds(work: Callable[[], Any]) -> list[float]:
    """The sorted durations of many runs, without the first ones."""
    found = []
    for number in range(WARM + REQUESTS):
        start = time.perf_counter()
        work()
        if number >= WARM:
            found.append((time.perf_counter() - start) * 1000)
    return sorted(found)


def settle(box: Sandbox, clock: VirtualClock) -> None:
    """Make the stack, and let its functions become active."""
    stack = load(STACK, "dev", known_kinds())
    report = Pass(stack, known_kinds(), account_in(box, stack.region, clock), clock, Options(), Quiet()).run()
    if report.outcome != "settled":
        sys.exit(f"the stack ends as {report.outcome}")
    clock.sleep(60)


def token_of(cognito: Any) -> str:
    """The ID token of a new visitor."""
    (pool,) = cognito.list_user_pools(MaxResults=60)["UserPools"]
    (client,) = cognito.list_user_pool_clients(UserPoolId=pool["Id"])["UserPoolClients"]
    cognito.sign_up(ClientId=client["ClientId"], Username=NAME, Password=PASSWORD)
    cognito.admin_confirm_sign_up(UserPoolId=pool["Id"], Username=NAME)
    given = {"USERNAME": NAME, "PASSWORD": PASSWORD}
    flow = "USER_PASSWORD_AUTH"
    found = cognito.initiate_auth(ClientId=client["ClientId"], AuthFlow=flow, AuthParameters=given)
    return str(found["AuthenticationResult"]["IdToken"])


def event() -> bytes:
    """The event of the same request."""
    return json.dumps(
        {
            "resource": "/me/stamps",
            "path": "/me/stamps",
            "httpMethod": "GET",
            "headers": {},
            "multiValueHeaders": {},
            "queryStringParameters": None,
            "multiValueQueryStringParameters": None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {"requestId": "r", "authorizer": {"claims": {"sub": "s"}}, "stage": "v1"},
            "body": None,
            "isBase64Encoded": False,
        }
    ).encode()


def main() -> int:
    """Measure, print, and return the exit code."""
    clock = VirtualClock(time.time())
    with Sandbox(clock=clock.now, sleep=clock.sleep) as box:
        settle(box, clock)
        url = box.world.url_for_functions()
        session = box.session("ap-northeast-1")
        gateway, functions = session.client("apigateway"), session.client("lambda")
        (api,) = gateway.get_rest_apis()["items"]
        limits = [
            {"op": "replace", "path": f"/*/*/throttling/{name}Limit", "value": "-1"}
            for name in ("rate", "burst")
        ]
        gateway.update_stage(restApiId=api["id"], stageName="v1", patchOperations=limits)
        headers = {"Authorization": token_of(session.client("cognito-idp"))}
        connection = http.client.HTTPConnection(urlsplit(url).netloc)

        def ask() -> None:
            connection.request("GET", f"/restapis/{api['id']}/v1/_user_request_/me/stamps", headers=headers)
            reply = connection.getresponse()
            if reply.status != 200:
                sys.exit(f"the API answers {reply.status}: {reply.read()!r}")
            reply.read()

        def call() -> None:
            reply = functions.invoke(FunctionName="stamp-rally-dev-api", Payload=event())
            if "FunctionError" in reply:
                sys.exit(reply["Payload"].read().decode())

        by_api, bare = milliseconds(ask), milliseconds(call)
        connection.close()
    print(f"| {REQUESTS} times | median | p95 |\n|---|---|---|")
    for what, found in (("GET /me/stamps over HTTP", by_api), ("Invoke of the function", bare)):
        print(f"| {what} | {_at(found, 0.5):.1f} ms | {_at(found, 0.95):.1f} ms |")
    ratio = _at(by_api, 0.95) / _at(bare, 0.95)
    print(f"p95 of the API is {ratio:.2f} times that of the bare call; at most {MOST:g}")
    return int(ratio > MOST)


def _at(found: list[float], share: float) -> float:
    return found[int(len(found) * share)]


if __name__ == "__main__":
    sys.exit(main())
