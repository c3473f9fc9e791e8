"""nginx with the server's own configuration: what it lets through, and how it changes from one process to the other."""

import contextlib
import json
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from staff_integration.api.app import application
from staff_integration.api.services import Services
from staff_package.release import HOST
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.staff_integration.calls import Api, served
from tests.staff_integration.demo import until
from tests.staff_integration.mariadb import free_port, program
from tests.staff_integration.test_staff_sync import next_of

PORTS = ("443", "8001", "8002")
MAIN = """daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/staff-integration.conf;
}}
"""


class Nginx:
    """nginx in a folder, with the server's configuration but other ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports: Mapping[str, int] = {each: free_port() for each in PORTS}
        for name in ("staff-integration.conf", "hub.conf"):
            text = (HOST / "nginx" / name).read_text()
            text = "\n".join(
                line for line in text.splitlines() if "[::]" not in line
            )  # not every machine has IPv6
            for port, other in self.ports.items():
                text = text.replace(f"listen {port} ", f"listen 127.0.0.1:{other} ")
            for place in ("/etc/nginx/staff-integration", "/etc/staff-integration/tls"):
                text = text.replace(place, str(folder))
            (folder / name).write_text(text)
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
        certificate = ("-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem")
        words = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x")
        subprocess.run([*words, *certificate], check=True, capture_output=True)

    def use(self, address: str) -> None:
        """Pass requests to a process from now on, as `staff-release` says it."""
        (self.folder / "upstream.conf").write_text(f"server {address};\n")

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """Run it."""
        words = [
            program("nginx"),
            "-e",
            "stderr",
            "-p",
            str(self.folder),
            "-c",
            str(self.folder / "nginx.conf"),
        ]
        checked = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
        assert (checked.returncode, "[warn]" in checked.stderr) == (0, False), checked.stderr
        process = subprocess.Popen(words, text=True, stderr=subprocess.DEVNULL)
        try:
            until(self._listens)
            yield process
        finally:
            process.terminate()
            process.wait()

    def _listens(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.ports["443"])) == 0


def unverified() -> ssl.SSLContext:
    """Takes any certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nginx_lets_the_api_and_the_hub_through_and_changes_to_another_process(
    api: Api, tmp_path: Path
) -> None:
    if not program("nginx") or not shutil.which("openssl"):
        pytest.skip("nginx or openssl not found: install Debian's nginx and openssl")
    services: Services = api.client.app.state.services
    new = Services(services.tools, services.sign_in)
    nginx, headers = Nginx(tmp_path), {"Authorization": f"Bearer {api.service('voicedrive')}"}
    with served(api.client.app) as old_address, served(application(new)) as new_address:
        nginx.use(old_address)
        with nginx.running() as process, httpx.Client(verify=unverified()) as client:

            def status(port: str, path: str) -> int:
                return client.get(f"https://127.0.0.1:{nginx.ports[port]}{path}").status_code

            @contextlib.contextmanager
            def hub(port: str) -> Iterator[ClientConnection]:
                url = f"wss://127.0.0.1:{nginx.ports[port]}/api/v1/sync"
                with connect(url, ssl=unverified(), additional_headers=headers) as link:
                    link.send(json.dumps({"type": "hello"}))
                    yield link

            assert [status("443", path) for path in ("/api/v1/sso/jwks", "/health/ready")] == [200, 200]
            for path in (
                "/metrics",
                "/",
                "/api/v1/../../metrics",
                "/api/v1/%2e%2e/%2e%2e/metrics",
                "/api/v1/sync",
            ):
                assert status("443", path) == 404
            assert [status("8001", path) for path in ("/api/v1/sso/jwks", "/health/ready", "/metrics")] == [
                404
            ] * 3
            assert (
                client.post(
                    f"https://127.0.0.1:{nginx.ports['443']}/api/v1/sso/sign-in", content=b"x" * 70_000
                ).status_code
                == 413
            )
            with pytest.raises(InvalidStatus, match="404"), hub("443"):
                pass

            with hub("8002") as before:
                assert next_of(before, "welcome")["type"] == "welcome"
                assert (services.hub.conversations, new.hub.conversations) == (1, 0)
                nginx.use(new_address)
                process.send_signal(signal.SIGHUP)

                def changed() -> bool:
                    with hub("8001") as after:
                        next_of(after, "welcome")
                        return new.hub.conversations == 1

                until(changed)
                assert services.hub.conversations == 1
                services.hub.draining = True
                with pytest.raises(ConnectionClosed) as closed:
                    next_of(before, "nothing")
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 1012
