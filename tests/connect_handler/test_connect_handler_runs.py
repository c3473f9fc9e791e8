"""The function for flows, really run: its folder as code, Powertools as layer, table and log in a served sandbox."""

import io
import json
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reconciler.sandbox.server import serve
from tests.connect_handler.test_connect_handler import CALLER, NOBODY, called, recorded
from tests.sandbox.conftest import client_of
from tests.sandbox.test_lambda_invocations import TRUST

FOLDER = Path(__file__).parents[2] / "lambda_src" / "connect_handler"
# What the metrics and the logger of Powertools import.
OF_POWERTOOLS = ("event_handler", "utilities/data_classes", "utilities/idempotency", "utilities/parser")


def zipped(files: dict[str, Path]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, file in files.items():
            archive.write(file, name)
    return stream.getvalue()


def code() -> bytes:
    return zipped({str(file.relative_to(FOLDER)): file for file in FOLDER.rglob("*.py")})


def layer() -> bytes:
    """Powertools and what it needs, without the parts that the function does not import: they cost time here."""
    found = {}
    for name in ("aws_lambda_powertools", "typing_extensions"):
        spec = find_spec(name)
        assert spec
        assert spec.origin
        origin = Path(spec.origin)
        files = origin.parent.rglob("*.py") if origin.name == "__init__.py" else [origin]
        root = origin.parent.parent if origin.name == "__init__.py" else origin.parent
        for file in files:
            path = file.relative_to(root).as_posix()
            if not path.startswith(tuple(f"aws_lambda_powertools/{part}" for part in OF_POWERTOOLS)):
                found[f"python/{path}"] = file
    return zipped(found)


def prepare(client: Any) -> None:
    client("dynamodb").create_table(
        TableName="customers",
        KeySchema=[{"AttributeName": "phone_number", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "phone_number", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"phone_number": {"S": CALLER}, "customer_name": {"S": "Ada Lovelace"}}
    client("dynamodb").put_item(TableName="customers", Item=item)
    client("secretsmanager").create_secret(Name="pseudonyms", SecretString="of the callers")
    role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    published = client("lambda").publish_layer_version(LayerName="powertools", Content={"ZipFile": layer()})
    client("lambda").create_function(
        FunctionName="connect-handler",
        Role=role["Arn"],
        Runtime="python3.13",
        Handler="connect_handler.app.handler",
        Code={"ZipFile": code()},
        Layers=[published["LayerVersionArn"]],
        Timeout=300,  # the machine may be busy
        MemorySize=256,
        Environment={"Variables": {"TABLE_NAME": "customers", "SECRET_ID": "pseudonyms"}},
    )


def test_a_call_is_answered_with_the_name_of_the_caller() -> None:
    with serve(0) as server:
        client = client_of(server.url)
        prepare(client)

        def asked(event: Any) -> Any:
            reply = client("lambda").invoke(
                FunctionName="connect-handler", Payload=json.dumps(event).encode()
            )
            assert "FunctionError" not in reply, reply["Payload"].read()
            return json.loads(reply["Payload"].read())

        known = asked(recorded("call"))
        assert known == {**NOBODY, "customer_name": "Ada Lovelace", "language": "en-US", "result": "found"}
        assert asked(called("+15550100"))["result"] == "unknown"
        assert asked(recorded("chat"))["result"] == "anonymous"
        found = client("logs").filter_log_events(logGroupName="/aws/lambda/connect-handler")["events"]
        lines = [json.loads(each["message"]) for each in found if each["message"].startswith("{")]
        results = [line["result"] for line in lines if line.get("message") == "caller_looked_up"]
        assert results == ["found", "unknown", "anonymous"]
        assert sum("CallerFound" in line for line in lines) == 1
        assert len(server.journal.of("dynamodb", "GetItem")) == 2
        assert len(server.journal.of("secretsmanager", "GetSecretValue")) == 1
