"""A function of a sandbox within the process runs, but has no URL to call the sandbox at."""

import json

from reconciler.sandbox import Sandbox
from reconciler.sandbox.process_state import ProcessState
from reconciler.sandbox.server import serve
from tests.sandbox.conftest import client_of
from tests.sandbox.lambda_programs import zipped
from tests.sandbox.refusals import client_of as client_in
from tests.sandbox.refusals import refusal
from tests.sandbox.test_lambda_invocations import NAME, TRUST
from tests.sandbox.test_moto_lambda import ROLE, with_role


def test_in_process_a_function_runs_and_finds_no_url() -> None:
    code = "import os\ndef handler(event, context): return os.environ['AWS_ENDPOINT_URL']"
    with Sandbox() as box:
        lambda_ = with_role(box)
        made = {"Role": ROLE, "Runtime": "python3.13", "Handler": "app.handler", "Timeout": 300}
        lambda_.create_function(**NAME, **made, Code={"ZipFile": zipped(app=code)})
        reply = client_in(box, "lambda").invoke(**NAME)
        assert json.loads(reply["Payload"].read()) == ("http://a-sandbox-within-a-process-has-no-url.invalid")
        frozen = box.snapshot()
        box.restore(frozen)
        assert client_in(box, "lambda").invoke(**NAME)["StatusCode"] == 200
        assert box.world.runner.processes == 1
    assert box.world.runner.processes == 0


def test_a_function_that_is_pending_is_refused() -> None:
    world = ProcessState(clock=lambda: 0.0, settling_seconds=60)
    with serve(0, world=world) as server:
        client = client_of(server.url)
        client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
        made = {"Role": ROLE, "Runtime": "python3.13", "Handler": "app.handler", "Timeout": 300}
        client("lambda").create_function(**NAME, **made, Code={"ZipFile": zipped(app="")})
        assert refusal(client("lambda"), "invoke", **NAME)[0] == "ResourceConflictException"
