"""The program in which a Lambda function runs: it reads events from a pipe, calls the handler and writes the replies to another.

It is started by its path with the standard library alone, and imports nothing of this package. `main` reads:

* `argv[1]`: the settings as JSON: `handler`, `folders` (of the function's code and of its layers), `paths` (for `sys.path`,
  before and after the standard library), `replies` (a file descriptor), `idle` (seconds), `memory` (bytes).
* stdin: one JSON document on a line for each invocation.

Messages are those of AWS's runtime: https://github.com/aws/aws-lambda-python-runtime-interface-client.
"""

import errno
import importlib
import json
import logging
import os
import queue
import re
import resource
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

IDLE_EXIT = 75
"""The exit code of a process that nobody has used for a while."""
SAME_EVENT = "\x1e"
"""Stands for a line feed within one log event."""
INIT = "init"
"""Stands after `SAME_EVENT` at the end of the output of the start; the request id at the end of an invocation's."""
LARGEST_REPLY = 6_291_556
"""Bytes; source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""
LOOPBACK = re.compile(r"(localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})?")
READER_STACK = 256 * 1024
STACK = 1024 * 1024
"""Bytes for the stack of a thread: the memory limit counts all of it, where AWS counts what is used of 8 MiB."""

Failure = dict[str, Any]
Handler = Callable[[Any, Any], Any]


class Refused(Exception):
    """Raised where no handler can be called; the argument is the answer of the invocation."""


def main() -> NoReturn:
    """Serve invocations until the sandbox ends, or nobody has asked for `idle` seconds."""
    settings = json.loads(sys.argv[1])
    requests = _requests()
    os.set_inheritable(settings["replies"], False)
    replies = os.fdopen(settings["replies"], "wb")
    before, after = settings["paths"]
    sys.path[:] = [*before, *sys.path, *after]
    sys.addaudithook(loopback_only)
    current: dict[str, str] = {"id": ""}
    _log_as_lambda_does(current)
    if sys.platform == "linux":  # elsewhere this limit does not hold for most memory
        resource.setrlimit(resource.RLIMIT_DATA, (settings["memory"], settings["memory"]))
    started, failure, handler = time.monotonic(), None, None
    try:
        handler = find_handler(settings["handler"])
    except Refused as refused:
        failure = refused.args[0]
    _mark(INIT)
    _send(replies, {"ready": (time.monotonic() - started) * 1000})
    while True:
        try:
            request = requests.get(timeout=settings["idle"])
        except queue.Empty:
            os._exit(IDLE_EXIT)
        current["id"] = request["id"]
        os.environ["_X_AMZN_TRACE_ID"] = request["trace"]
        reply = invoke(handler, failure, request, settings["folders"])
        _mark(request["id"])
        last = failure is not None or reply.pop("last", False)
        _send(replies, {**reply, "memory": peak_memory(), "last": last})
        if last:
            os._exit(1)


def _requests() -> "queue.Queue[Any]":
    """Read requests in a thread, which ends the process when the sandbox closes the pipe or is gone."""
    pipe = os.fdopen(os.dup(0), "rb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    waiting: queue.Queue[Any] = queue.Queue()

    def read() -> None:
        for line in pipe:
            waiting.put(json.loads(line))
        os._exit(0)

    threading.stack_size(READER_STACK)
    threading.Thread(target=read, daemon=True).start()
    threading.stack_size(STACK)
    return waiting


def _mark(end: str) -> None:
    """Tell the sandbox that all output up to here belongs to what has just ended."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, f"{SAME_EVENT}{end}\n".encode())


def _send(replies: Any, reply: Mapping[str, Any]) -> None:
    replies.write(json.dumps(reply).encode() + b"\n")
    replies.flush()


def find_handler(written: str) -> Handler:
    """Import the module of a handler such as `app.handler` or `folder/app.handler`.

    Raises:
        Refused: with AWS's answer.
    """
    module_name, _, name = written.rpartition(".")
    if not module_name:
        text = f"Bad handler '{written}': not enough values to unpack (expected 2, got 1)"
        raise Refused(_failed("Runtime.MalformedHandlerName", text))
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        text = f"Unable to import module '{module_name}': {error}"
        raise Refused(_failed("Runtime.ImportModuleError", text)) from None
    except SyntaxError as error:
        text = f"Syntax error in module '{module_name}': {error}"
        raise Refused(_failed("Runtime.UserCodeSyntaxError", text)) from None
    except Exception as error:  # noqa: BLE001  whatever the module raises is the answer
        raise Refused(of_exception(error, {})) from None
    handler = getattr(module, name, None)
    if handler is None:
        text = f"Handler '{name}' missing on module '{module_name}'"
        raise Refused(_failed("Runtime.HandlerNotFound", text))
    found: Handler = handler
    return found


def invoke(
    handler: Handler | None, failure: Failure | None, request: Mapping[str, Any], folders: Mapping[str, str]
) -> dict[str, Any]:
    """Call the handler; return its reply as JSON, or the failure, with the duration in milliseconds."""
    began = time.monotonic()
    answer: dict[str, Any] = {}
    if handler is not None:
        failure = None
        try:
            result = handler(json.loads(request["event"]), Context(request, began))
            answer["payload"] = _written(result)
        except Refused as refused:
            failure = refused.args[0]
        except MemoryError:  # in AWS the process is killed
            text = f"RequestId: {request['id']} Error: Runtime exited with error: signal: killed"
            failure = {"errorType": "Runtime.OutOfMemory", "errorMessage": text}
            answer["last"] = True
        except Exception as error:  # noqa: BLE001  whatever the handler raises is the answer
            failure = of_exception(error, folders)
    if failure is not None:
        _log_failure(failure)
        answer["failure"] = failure if "last" in answer else {**failure, "requestId": request["id"]}
    answer["milliseconds"] = (time.monotonic() - began) * 1000
    return answer


def _written(result: Any) -> str:
    try:
        payload = json.dumps(result, ensure_ascii=False)
        size = len(payload.encode())
    except (TypeError, ValueError) as error:
        raise Refused(_failed("Runtime.MarshalError", f"Unable to marshal response: {error}")) from None
    if size > LARGEST_REPLY:
        text = f"Response payload size exceeded maximum allowed payload size ({LARGEST_REPLY} bytes)."
        raise Refused({"errorMessage": text, "errorType": "Function.ResponseSizeTooLarge"})
    return payload


def of_exception(error: BaseException, folders: Mapping[str, str]) -> Failure:
    """Describe an exception as AWS does: the frames of the function, by the paths that they have in AWS."""
    frames = [
        line
        for line in traceback.format_list(traceback.extract_tb(error.__traceback__))
        if f'File "{__file__}"' not in line and 'File "<frozen importlib' not in line
    ]
    for folder, in_aws in folders.items():
        frames = [frame.replace(folder, in_aws) for frame in frames]
    return {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": frames}


def _failed(kind: str, text: str) -> Failure:
    return {"errorMessage": text, "errorType": kind, "stackTrace": []}


def _log_failure(failure: Failure) -> None:
    lines = [f"[ERROR] {failure['errorType']}: {failure['errorMessage']}"]
    if "stackTrace" in failure:
        lines += ["Traceback (most recent call last):"]
    for frame in failure.get("stackTrace", ()):
        lines += frame.rstrip("\n").split("\n")
    _write_event("\n".join(lines))


def _write_event(text: str) -> None:
    """Write text as one event, whatever lines it has."""
    sys.stdout.flush()
    os.write(1, (text.rstrip("\n").replace("\n", SAME_EVENT) + "\n").encode(errors="replace"))


def peak_memory() -> int:
    """The largest memory in use so far, in MB. What `getrusage` says of it on Linux includes the process that forked this one."""
    return peak_memory_of("self") or _peak_by_usage()


def peak_memory_of(process: str) -> int:
    """The largest memory in use so far by a process id, in MB; 0 if it is not known."""
    with suppress(OSError), Path(f"/proc/{process}/status").open(encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 2**10
    return 0


def _peak_by_usage() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(used // (2**20 if sys.platform == "darwin" else 2**10))


class Context:
    """The context of an invocation: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html."""

    def __init__(self, request: Mapping[str, Any], began: float) -> None:
        self._ends = began + request["limit"]
        self.aws_request_id = request["id"]
        self.invoked_function_arn = request["arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        client = request["client"]
        self.client_context = client and SimpleNamespace(
            custom=client.get("custom"), env=client.get("env"), client=client.get("client")
        )
        self.tenant_id = None

    def get_remaining_time_in_millis(self) -> int:
        """The milliseconds until the function is stopped."""
        return max(int((self._ends - time.monotonic()) * 1000), 0)

    def log(self, text: str) -> None:
        """Write a line to the log."""
        sys.stdout.write(str(text))


class _Records(logging.Handler):
    """Writes a record of `logging` as one event: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html."""

    def __init__(self, current: Mapping[str, str], *, as_json: bool) -> None:
        super().__init__()
        self._current = current
        self._as_json = as_json

    def emit(self, record: logging.LogRecord) -> None:
        try:
            _write_event(self._as_document(record) if self._as_json else self._as_text(record))
        except Exception:  # noqa: BLE001  as in every handler of `logging`
            self.handleError(record)

    def _as_text(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        stamp = f"{moment}.{int(record.msecs):03}Z"
        return f"[{record.levelname}]\t{stamp}\t{self._current['id']}\t{self.format(record)}"

    def _as_document(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        shown: dict[str, Any] = {
            "timestamp": moment,
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": self._current["id"],
        }
        if record.exc_info and record.exc_info[0]:
            shown["errorType"] = record.exc_info[0].__name__
            shown["errorMessage"] = str(record.exc_info[1])
            shown["stackTrace"] = traceback.format_tb(record.exc_info[2])
        return json.dumps(shown, default=str, ensure_ascii=False)


def _log_as_lambda_does(current: Mapping[str, str]) -> None:
    as_json = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
    logging.root.addHandler(_Records(current, as_json=as_json))
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "")
    names = {"TRACE": "DEBUG", "WARN": "WARNING", "FATAL": "CRITICAL"}
    if as_json and level:
        logging.root.setLevel(names.get(level, level))


def loopback_only(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse to leave the machine: an audit hook for `socket`. It guards against mistakes, not against attacks.

    Raises:
        OSError: with a text for whoever reads the function's log.
    """
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        place = arguments[1]
        host = place[0] if isinstance(place, tuple) else ""
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        return
    host = host.decode(errors="replace") if isinstance(host, bytes) else host or ""
    if not LOOPBACK.fullmatch(host):
        text = f"the sandbox lets a function reach this machine only, not {host}"
        raise OSError(errno.ENETUNREACH, text)


if __name__ == "__main__":
    main()
