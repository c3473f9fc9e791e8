"""Programs for the runner of Lambda functions, as .zip files."""

import io
import zipfile

from reconciler.sandbox.lambda_runner import Invocation, Program


def zipped(**files: str) -> bytes:
    """A .zip file of modules; `a__b` stands for `a/b.py`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"{name.replace('__', '/')}.py"), text)
    return stream.getvalue()


def program(text: str, *, revision: str = "1", timeout: float = 300, memory: int = 256) -> Program:
    return Program(
        arn="arn:aws:lambda:eu-west-2:123456789012:function:f",
        name="f",
        version="$LATEST",
        revision=revision,
        runtime="python3.13",
        handler="app.handler",
        memory=memory,
        timeout=timeout,
        code=zipped(app=text),
        layers=(),
        environment={},
        log_group="/aws/lambda/f",
        log_stream="s",
    )


def invocation(event: str = "{}", request_id: str = "r") -> Invocation:
    return Invocation(request_id, "arn:aws:lambda:eu-west-2:123456789012:function:f", event, "Root=1")
