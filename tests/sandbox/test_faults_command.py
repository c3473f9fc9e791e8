"""The options of `reconciler sandbox` for quotas, latency, lag, faults and state."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reconciler import cli
from tests.sandbox.plain_clients import answer_to

Clients = Callable[[str], Callable[[str], Any]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--quotas", "some"], "there are no quotas 'some'; there are none, default, 2024, shared"),
        (["--limits", "some"], "there are no limits 'some'; there are none, default"),
        (["--latency", "-1"], "latency, timeout and lag are seconds, 0 or more"),
        (["--latency", "soon"], "'--latency'"),
        (["--lag", "nan"], "latency, timeout and lag are seconds, 0 or more"),
        (["--fault", "explode"], "write SERVICE:OPERATION:WHEN:FAULT"),
        (["--fault", "connect:*:1:crash-after"], "crash-after works in process only"),
        (["--seed", "x"], "'--seed'"),
        (["--account", "12"], "12 digits"),
        (["--port", "99999"], "'--port'"),
        (["calls.log"], "write --journal calls.log"),
        (["--state", "/none/of/this"], "no directory /none/of"),
        (
            ["--journal", "/none/of/this"],
            "--journal /none/of/this: the journal cannot be written: no such file or directory",
        ),
    ],
)
def test_a_wrong_value_is_one_line_and_exit_code_3(
    words: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["reconciler", "sandbox", "--port", "0", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capfd.readouterr()
    assert ended.value.code == 3
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


class Served:
    def __init__(self, *words: object) -> None:
        command = [sys.executable, "-m", "reconciler", "sandbox", "--port", "0", *map(str, words)]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.child.stdout
        self.ready = self.child.stdout.readline()
        self.url = self.ready.split()[3]

    def stop(self, how: signal.Signals) -> str:
        self.child.send_signal(how)
        out, err = self.child.communicate(timeout=300)
        assert (self.child.returncode, err) == (0, "")
        return out


def test_the_command_serves_trouble_and_remembers_everything(tmp_path: Path, over_http: Clients) -> None:
    state, log = tmp_path / "sandbox.state", tmp_path / "calls.log"
    first = Served("--state", state, "--fault", "ssm:PutParameter:1:throttle", "--seed", 7, "--journal", log)
    assert first.ready.endswith(f"Ctrl-C stops it and saves everything to {state}\n")
    ssm = over_http(first.url)("ssm")
    with pytest.raises(ClientError) as refused:
        ssm.put_parameter(Name="/mine", Value="hunter2", Type="String")
    assert answer_to(refused.value) == ("ThrottlingException", 400)
    ssm.put_parameter(Name="/mine", Value="hunter2", Type="String")
    assert first.stop(signal.SIGINT) == ""
    second = Served("--state", state, "--journal")
    ssm = over_http(second.url)("ssm")
    assert ssm.get_parameter(Name="/mine")["Parameter"]["Value"] == "hunter2"
    (line,) = second.stop(signal.SIGTERM).splitlines()
    assert line.endswith('ssm:GetParameter ok {"Name": "/mine"}')
    masked = '{"Name": "/mine", "Value": "***", "Type": "String"}'
    assert [each.partition(" ")[2] for each in log.read_text().splitlines()] == [
        f"ssm:PutParameter ThrottlingException [throttle] {masked}",
        f"ssm:PutParameter ok {masked}",
    ]
