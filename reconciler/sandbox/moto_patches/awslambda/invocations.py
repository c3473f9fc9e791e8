"""Invocations of functions: the sandbox runs the function's own code."""

import base64
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from moto.awslambda.models import LambdaFunction
from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import logs_backends

from reconciler.sandbox.extension import ONE_AT_A_TIME, aside, in_background
from reconciler.sandbox.lambda_runner import Invocation, NoProcessFreeError, Outcome, Program
from reconciler.sandbox.lambda_runner.log_lines import tail_of
from reconciler.sandbox.lambda_runner.packages import BadZipError
from reconciler.sandbox.moto_patches.awslambda.function import Function
from reconciler.sandbox.moto_patches.awslambda.layers import Layers
from reconciler.sandbox.moto_patches.awslambda.permissions import Reply
from reconciler.sandbox.process_state import ProcessState, current
from reconciler.sandbox.sandbox_error import SandboxError

# Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LARGEST_EVENT = {"RequestResponse": 6_291_456, "Event": 1_048_576}  # bytes
IN_PYTHON = re.compile(r"python3\.\d+")


class Invocations(Layers):
    """The operations that run functions."""

    def invoke_function(
        self, FunctionName: str, InvocationType: str = "RequestResponse", **params: Any
    ) -> Reply:
        """Invoke.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
        """
        found, qualifier = self.named(FunctionName, params.get("Qualifier"))
        function = cast("Function", found)
        if InvocationType == "DryRun":
            return {"StatusCode": 204}
        event = _event(params.get("Payload") or b"{}", InvocationType)
        context = _client_context(params.get("ClientContext"))
        program, run = self._prepared(function, qualifier, event, context)
        if InvocationType == "Event":
            in_background(partial(self._run_later, current(), program, run))
            return {"StatusCode": 202}
        with _errors_of(function):
            outcome = aside(run)
        self._log(program, outcome)
        return {
            "StatusCode": 200,
            "Payload": outcome.payload.encode(),
            "ExecutedVersion": program.version,
            "FunctionError": None if outcome.error_type is None else "Unhandled",
            "LogResult": base64.b64encode(tail_of(outcome.events)).decode()
            if params.get("LogType") == "Tail"
            else None,
        }

    def invoke_from_service(self, arn: str, payload: bytes, is_over: Callable[[], bool]) -> Outcome:
        """Invoke a function for another service, and wait for it until its time is over. Whether it may is not checked.

        Raises:
            SandboxError: the function is not invoked.
            TimeoutError: the time is over. The function runs on, and its log is written when it ends.
        """
        found, qualifier = self.named(arn)
        function = cast("Function", found)
        program, run = self._prepared(function, qualifier, _event(payload, "RequestResponse"), None)
        with _errors_of(function):
            return aside(partial(self._run_and_log, current(), program, run), is_over)

    def _prepared(
        self, function: Function, qualifier: str | None, event: str, context: Mapping[str, Any] | None
    ) -> "tuple[Program, partial[Outcome]]":
        """What a function runs, and the call that runs it.

        Raises:
            SandboxError: the sandbox cannot run it, or not yet.
        """
        function.refuse_pending()
        program = self._program(function)
        arn = f"{self._arn(function)}:{qualifier}" if qualifier else function.function_arn
        invocation = Invocation(
            request_id=str(uuid.uuid4()),
            arn=arn,
            event=event,
            trace=f"Root=1-{int(current().clock()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
            client_context=context,
        )
        return program, partial(self._run, current(), program, invocation, function.reserved_concurrency)

    def invoke_async_function(self, FunctionName: str, InvokeArgs: bytes = b"{}") -> Reply:
        """InvokeAsync, which AWS keeps for old clients."""
        self.invoke_function(FunctionName, "Event", Payload=InvokeArgs)
        return {"Status": 202}

    def _run(
        self,
        world: ProcessState,
        program: Program,
        invocation: Invocation,
        most: int | None,
        *,
        patient: bool = False,
    ) -> Outcome:
        return world.runner.run(
            program,
            invocation,
            variables=_access(world, self.account_id),
            now=world.now,
            most=most,
            patient=patient,
        )

    def _run_later(self, world: ProcessState, program: Program, run: "partial[Outcome]") -> None:
        """Run an asynchronous invocation. Nobody gets its result; AWS would try twice more after an error."""
        with suppress(NoProcessFreeError, BadZipError):
            self._run_and_log(world, program, partial(run, patient=True))

    def _run_and_log(self, world: ProcessState, program: Program, run: "partial[Outcome]") -> Outcome:
        outcome = run()
        with ONE_AT_A_TIME:
            if current() is world:
                self._log(program, outcome)
        return outcome

    def _program(self, function: Function) -> Program:
        """Return what a process of a function needs.

        Raises:
            SandboxError: the sandbox cannot run it.
        """
        runtime = function.run_time or ""
        if function.package_type != "Zip" or not IN_PYTHON.fullmatch(runtime):
            what = f"runtime is {runtime}" if runtime else "code is a container image"
            text = (
                f"The sandbox runs functions in Python only. The {what} of function {function.function_name}."
            )
            raise SandboxError("NotImplemented", f"{text} AWS runs it.", http_status=501)
        settings = function.get_configuration()
        logging = settings["LoggingConfig"]
        moment = datetime.fromtimestamp(current().clock(), UTC)
        return Program(
            arn=self._arn(function),
            name=function.function_name,
            version=str(function.version),
            revision=function.revision,
            runtime=runtime,
            handler=function.handler or "",
            memory=int(function.memory_size),
            timeout=float(function.timeout),
            code=function.code_bytes,
            layers=tuple(self.content_of_layer(each["Arn"]) for each in function.layers),
            environment=dict(function.environment_vars),
            log_group=logging["LogGroup"],
            log_stream=f"{moment:%Y/%m/%d}/[{function.version}]{uuid.uuid4().hex}",
            as_json=logging["LogFormat"] == "JSON",
            application_level=logging.get("ApplicationLogLevel", ""),
            system_level=logging.get("SystemLogLevel", "INFO"),
        )

    def _log(self, program: Program, outcome: Outcome) -> None:
        """Write the log of an invocation, and count it; a log group that is missing is created, as in AWS."""
        self._count(program, outcome)
        logs = logs_backends[self.account_id][self.region_name]
        logs.ensure_log_group(program.log_group)
        group = logs.groups[program.log_group]
        if outcome.log_stream not in group.streams:
            group.create_log_stream(outcome.log_stream)
        rows = [{"timestamp": int(each.time * 1000), "message": each.text} for each in outcome.events]
        group.put_log_events(outcome.log_stream, rows)

    def _count(self, program: Program, outcome: Outcome) -> None:
        """Count an invocation in CloudWatch.

        Source: "Types of metrics for Lambda functions" (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html)
        """
        of_function = {
            "Dimensions": [{"Name": "FunctionName", "Value": program.name}],
            # moto compares times without a zone.
            "Timestamp": datetime.fromtimestamp(current().clock(), UTC).replace(tzinfo=None),
            "Unit": "Count",
        }
        counts = {"Invocations": 1, "Errors": int(outcome.error_type is not None)}
        rows = [{"MetricName": name, "Value": value, **of_function} for name, value in counts.items()]
        cloudwatch_backends[self.account_id][self.region_name].put_metric_data("AWS/Lambda", rows)


def _event(payload: Any, kind: str) -> str:
    """Return an event as JSON text; refuse one that is too large or no JSON."""
    content = payload if isinstance(payload, bytes) else bytes(payload.read())
    if len(content) > LARGEST_EVENT[kind]:
        text = f"Request must be smaller than {LARGEST_EVENT[kind]} bytes for the InvokeFunction operation"
        raise SandboxError("RequestTooLargeException", text)
    try:
        written = content.decode()
        json.loads(written)
    except ValueError as error:
        text = f"Could not parse request body into json: Could not parse payload into json: {error}"
        raise SandboxError("InvalidRequestContentException", text) from None
    return written


def _client_context(given: str | None) -> Mapping[str, Any] | None:
    if not given:
        return None
    try:
        context = json.loads(base64.b64decode(given))
    except ValueError:
        context = None
    if not isinstance(context, dict):
        raise SandboxError(
            "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object."
        )
    return context


@contextmanager
def _errors_of(function: LambdaFunction) -> Iterator[None]:
    """Raise Lambda's errors for those of the runner."""
    try:
        yield
    except NoProcessFreeError:
        raise _throttled(function) from None
    except BadZipError:
        text = "Lambda could not unzip the deployment package."
        raise SandboxError("InvalidZipFileException", text) from None


def _throttled(function: LambdaFunction) -> SandboxError:
    reserved = function.reserved_concurrency is not None
    reason = (
        "ReservedFunctionConcurrentInvocationLimitExceeded"
        if reserved
        else "ConcurrentInvocationLimitExceeded"
    )
    return SandboxError("TooManyRequestsException", "Rate Exceeded.", Reason=reason, Type="User")


def _access(world: ProcessState, account: str) -> Mapping[str, str]:
    """The variables by which a function finds the sandbox, as the account that it belongs to."""
    key = f"ASIALAMB{account}"
    world.roles[key] = account
    return {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_SESSION_TOKEN": "sandbox",
        "AWS_ENDPOINT_URL": world.url_for_functions(),
    }
