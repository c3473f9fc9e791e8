"""Endpoints, Regions and proxies: no request goes to a host that the user has not named, and nothing is sent in plain text.

The user may set: `--endpoint-url` or `AWS_ENDPOINT_URL`, if it is https or this machine (the pass shows it); a proxy for https,
which sees the host of a connection, but not its content; `AWS_CA_BUNDLE`, which companies with TLS inspection need; and the
source of the credentials. Users who can set these have the credentials anyway. All other settings in the environment, in
profiles and in botocore's data that would send a request elsewhere are ignored.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

from reconciler.applying import Quiet
from reconciler.aws.account import BadEndpoint, Connection, open_account
from reconciler.cache_store import NoCache
from reconciler.desired import InvalidStack, load
from reconciler.errors import CallError
from reconciler.kinds import known_kinds
from reconciler.logs import configure
from reconciler.pass_options import Options
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from tests.faults import shared_sandbox
from tests.faults.child_process import in_child
from tests.faults.document_checks import lay_out
from tests.faults.row import Row

ROOT = Path(__file__).parents[2]
REGION = "eu-west-2"
ACCOUNT = "111111111111"
SECONDS = 600
"""The seconds after which a process counts as hanging, even on a busy machine."""
AWS = (".amazonaws.com", ".api.aws")
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hidden-3f9a"}
SECRET = "hidden-3f9a"
STACK = 'stack: s\nenvironments:\n  dev: {{account: "111111111111", region: {region}{more}}}\nconnect.instance:\n  acme: {{{inside}}}\n'

REGIONS = [
    *("us-east-1.evil.example", "us-east-1@evil.example", "evil.example/", "evil.example#", "us-east-1#", "us_east_1"),
    *("evil", "US-EAST-1", "", " us-east-1", "us-east-1 ", "us-east-1\n", "us-e\u0430st-1", "us-east-99", "aws-global"),
    *("us-east-1\\.evil.example", "us-east-1%2eevil.example", "..", "localhost", "169.254.169.254", "us-east-1?x", "*"),
]  # fmt: skip

ENDPOINTS = [
    *("http://169.254.169.254", "http://10.0.0.1", "http://evil.example", "http://localhost.evil.example"),
    *("http://127.0.0.1@evil.example", "http://localhost:80@evil.example/", "http://evil.example\\@127.0.0.1"),
    *("http://127.0.0.1\\@evil.example", "http://evil.example#@127.0.0.1", "http://evil.example?@127.0.0.1"),
    *("http://evil.example/@127.0.0.1", "https://user:hidden-3f9a@evil.example", "https://@evil.example"),
    *("ftp://localhost", "gopher://127.0.0.1", "file:///etc/passwd", "localhost:4566", "//127.0.0.1", "https://", "https:///x"),
    *("http://[::ffff:10.0.0.1]", "http://[::1%25eth0]", "http://[::]", "http://[::1", "http://[fe80::1]", "http://0.0.0.0"),
    *("http://127.1", "http://2130706433", "http://0x7f.0.0.1", "http://0177.0.0.1", "http://127.0.0.1.nip.io"),
    *("http://loc\u0430lhost", "https://evil\u3002example", "http://localhost\r\nHost: evil", "http://local\thost", " http://localhost"),
    *("https://localhost:99999", "https://localhost:0", "https://localhost:x", "https://a_b.example", "https://-a.example", "http://localhost%2eevil.example"),
]  # fmt: skip

NAMED = [
    "https://vpce-1.connect.eu-west-2.vpce.amazonaws.com",
    "https://connect.example:8443/path",
    "http://127.0.0.1:9",
    "http://[::1]:9",
    "http://localhost:9",
]
"""Endpoints that the user may name; then they are the only host that is called."""


@dataclass(frozen=True)
class Setting:
    """An environment and the files that it names; `listed` are allowed hosts besides those of AWS."""

    environment: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    endpoint: str | None = None
    keys: bool = True
    open: bool = True
    """Whether the account can be opened at all."""


_PROFILE = "[default]\nregion = evil.example#\nendpoint_url = http://evil.example\nservices = bad\n[services bad]\nsts =\n  endpoint_url = http://evil.example\nconnect =\n  endpoint_url = http://evil.example\ns3 =\n  endpoint_url = http://evil.example\n"
_ROLE = "[default]\nrole_arn = arn:aws:iam::111111111111:role/a\nsource_profile = base\n[profile base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hidden-3f9a\n"
_RULES = json.dumps({
    "version": "1.0",
    "parameters": {"Region": {"type": "string", "builtIn": "AWS::Region", "required": False}},
    "rules": [{"conditions": [], "endpoint": {"url": "https://evil.example", "properties": {}, "headers": {}}, "type": "endpoint"}],
})  # fmt: skip
_PROXY = "http://proxy.evil.example:3128"

SETTINGS: Mapping[str, Setting] = {
    "nothing": Setting({}),
    "AWS_ENDPOINT_URL": Setting({"AWS_ENDPOINT_URL": "http://evil.example"}),
    "AWS_ENDPOINT_URL of each service": Setting({f"AWS_ENDPOINT_URL_{name}": "https://evil.example" for name in ("STS", "CONNECT", "S3", "SSM", "DYNAMODB", "SERVICE_QUOTAS")}),
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": Setting({"AWS_ENDPOINT_URL": "http://evil.example", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"}),
    "a profile with endpoints": Setting({"AWS_CONFIG_FILE": "{files}/config"}, {"config": _PROFILE}),
    "a role, its endpoint in the environment": Setting({"AWS_CONFIG_FILE": "{files}/config", "AWS_ENDPOINT_URL_STS": "http://evil.example"}, {"config": _ROLE}, keys=False),
    "a role, its endpoint in the profile": Setting({"AWS_CONFIG_FILE": "{files}/config"}, {"config": _ROLE.replace("role_arn", "endpoint_url = http://evil.example\nrole_arn")}, keys=False),
    "a web identity, its endpoint in the environment": Setting({"AWS_WEB_IDENTITY_TOKEN_FILE": "{files}/token", "AWS_ROLE_ARN": "arn:aws:iam::111111111111:role/a", "AWS_ENDPOINT_URL": "http://evil.example"}, {"token": "hidden-3f9a"}, keys=False),
    "a profile that there is not": Setting({"AWS_PROFILE": "nowhere"}, open=False),
    "a configuration that is none": Setting({"AWS_CONFIG_FILE": "{files}/config"}, {"config": "\0[["}, open=False),
    "data of one's own": Setting({"AWS_DATA_PATH": "{files}"}, {f"{service}/endpoint-rule-set-1.json": _RULES for service in ("sts/2011-06-15", "connect/2017-08-08", "s3/2006-03-01")}),
    "Regions of the environment": Setting({"AWS_REGION": "evil.example/", "AWS_DEFAULT_REGION": "evil.example#"}),
    "FIPS": Setting({"AWS_USE_FIPS_ENDPOINT": "true"}),
    "two stacks of IP": Setting({"AWS_USE_DUALSTACK_ENDPOINT": "true"}),
    "one STS for the world": Setting({"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}),
    "settings that are none": Setting({"AWS_STS_REGIONAL_ENDPOINTS": "evil", "AWS_DEFAULTS_MODE": "evil", "AWS_RETRY_MODE": "evil", "AWS_MAX_ATTEMPTS": "evil"}),
    "a bundle of certificates that there is not": Setting({"AWS_CA_BUNDLE": "/nowhere/ca.pem"}),
    "HTTPS_PROXY": Setting({"HTTPS_PROXY": _PROXY}, listed=("proxy.evil.example",)),
    "https_proxy and a secret in it": Setting({"https_proxy": "http://user:pw@proxy.evil.example:3128"}, listed=("proxy.evil.example",)),
    "ALL_PROXY": Setting({"ALL_PROXY": _PROXY}),
    "HTTP_PROXY": Setting({"HTTP_PROXY": _PROXY}),
    "HTTP_PROXY and this machine": Setting({"HTTP_PROXY": _PROXY, "http_proxy": _PROXY}, listed=("127.0.0.1",), endpoint="http://127.0.0.1:9"),
    "all proxies and this machine by name": Setting({"http_proxy": _PROXY, "https_proxy": _PROXY, "all_proxy": _PROXY}, listed=("localhost", "127.0.0.1", "::1"), endpoint="http://localhost:9"),
    "a metadata service": Setting({"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://evil.example"}),
    "credentials from a container": Setting({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.example/"}),
    "credentials from a container, and no others": Setting({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.example/", "AWS_EC2_METADATA_DISABLED": "true"}, keys=False),
}  # fmt: skip

DOCUMENTS: Mapping[str, str] = {
    "an endpoint of the stack": "endpoint_url: http://evil.example\n" + STACK.format(region=REGION, more="", inside=""),
    "an endpoint of an environment": STACK.format(region=REGION, more=", endpoint_url: http://evil.example", inside=""),
    "an endpoint of a resource": STACK.format(region=REGION, more="", inside="endpoint_url: http://evil.example"),
    "an endpoint by default": STACK.format(region=REGION, more="", inside="") + "defaults: {connect.instance: {endpoint_url: http://evil.example}}\n",
    "an endpoint in a policy": STACK.format(region=REGION, more="", inside="policy: {endpoint_url: http://evil.example}"),
    "an endpoint as a kind": STACK.format(region=REGION, more="", inside="") + "aws.endpoint: {a: {url: http://evil.example}}\n",
    "a proxy of an environment": STACK.format(region=REGION, more=", proxy: http://evil.example", inside=""),
    "a variable that takes the Region's name": STACK.format(region=REGION, more=", variables: {region: evil.example}", inside=""),
    "a Region out of a variable": STACK.format(region='"${r}"', more=", variables: {r: evil.example}", inside=""),
}  # fmt: skip

Check = Callable[[], Sequence[str]]


@contextmanager
def no_way_out(asked: list[str]) -> Iterator[None]:
    """Record and refuse every lookup of a host and every connection."""

    def refuse(host: Any) -> NoReturn:
        asked.append(str(host))
        raise OSError("there is no way out")

    def connect(_: socket.socket, address: Any) -> NoReturn:
        refuse(address[0] if isinstance(address, tuple) else address)

    with (
        patch("socket.getaddrinfo", lambda host, *_, **__: refuse(host)),
        patch("socket.socket.connect", connect),
        patch("socket.socket.connect_ex", connect),
    ):
        yield


def _call(region: str, endpoint: str | None) -> Sequence[str]:
    """Open the account and call several services; return the error of the first call."""
    aws = open_account(ACCOUNT, region, VirtualClock(), Connection(endpoint))
    said = []
    for service, operation, words in (
        ("sts", "get_caller_identity", {}),
        ("connect", "list_instances", {}),
        ("s3", "list_buckets", {}),
        ("s3", "head_bucket", {"Bucket": "bucket"}),
        ("s3", "head_bucket", {"Bucket": "evil.example#"}),
        ("ssm", "get_parameter", {"Name": "/a"}),
        ("dynamodb", "describe_table", {"TableName": "a"}),
        ("service-quotas", "list_service_quotas", {"ServiceCode": "connect"}),
    ):
        try:
            aws.api(service).call(operation, **words)
        except CallError as error:
            said.append(str(error))
        else:
            said.append("answered")
    return said


def _with_environment(words: Mapping[str, str]) -> None:
    """Set the variables for AWS and proxies in the environment of this process to exactly these."""
    for name in tuple(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    os.environ.update({**nothing, **words})


def _unlisted(asked: Sequence[str], listed: Sequence[str] | None) -> Iterator[str]:
    for host in dict.fromkeys(asked):
        if host not in (listed or ()) and not (listed is None and host.endswith(AWS)):
            yield f"asks {host}"


def _refused(region: str, endpoint: str | None) -> Sequence[str]:
    """The violations if no connection may be opened."""
    asked: list[str] = []
    with no_way_out(asked):
        try:
            _call(region, endpoint)
        except BadEndpoint as error:
            said = str(error)
            odd = not said.isprintable() or SECRET in said
            return [*(f"asks {host}" for host in asked), *([f"says {said!r}"] if odd else [])]
    return ["is not refused", *(f"asks {host}" for host in asked)]


def _region(region: str) -> Sequence[str]:
    """Desired state and accounts refuse a Region that does not exist."""
    with tempfile.TemporaryDirectory() as root:
        text = STACK.format(region=json.dumps(region), more="", inside="")
        lay_out(Path(root), {"stack.yaml": text.encode()})
        found = list(_refused(region, None))
        with suppress(InvalidStack):
            stack = load(Path(root), "dev", known_kinds())
            found += _refused(stack.region, None)  # valid in form, but not a Region
    return found


def _named(endpoint: str) -> Sequence[str]:
    """With an endpoint from the user, only this host is called."""
    asked: list[str] = []
    host = (
        endpoint.partition("://")[2]
        .strip("[")
        .partition("]" if "[" in endpoint else ":")[0]
        .partition("/")[0]
    )
    _with_environment(KEYS)
    with no_way_out(asked):
        _call(REGION, endpoint)
    bucket = f"bucket.{host}"  # S3 puts the bucket's name before the host
    return [*_unlisted(asked, (host, bucket)), *([] if host in asked else [f"does not ask {host}"])]


def _set(setting: Setting) -> Sequence[str]:
    """With any setting, only AWS and the hosts that the setting may name are called."""
    asked: list[str] = []
    with tempfile.TemporaryDirectory() as root:
        lay_out(Path(root), {name: text.encode() for name, text in setting.files.items()})
        words = {name: text.replace("{files}", root) for name, text in setting.environment.items()}
        _with_environment({**(KEYS if setting.keys else {}), **words})
        with no_way_out(asked):
            try:
                said = _call(REGION, setting.endpoint)
            except BadEndpoint as error:
                return [f"cannot be opened: {error}"] if setting.open else []
    through = bool(setting.listed)
    found = list(_unlisted(asked, setting.listed if through else None))
    found += [f"is answered: {line}" for line in said if line == "answered"]
    return [*found, *(f"tells the secret: {line}" for line in said if SECRET in line)]


def _document(text: str) -> Sequence[str]:
    """No desired state sets an endpoint."""
    asked: list[str] = []
    with tempfile.TemporaryDirectory() as root, no_way_out(asked):
        lay_out(Path(root), {"stack.yaml": text.encode()})
        try:
            load(Path(root), "dev", known_kinds())
        except InvalidStack as error:
            odd = [str(mistake) for mistake in error.mistakes if mistake.place.file != "stack.yaml"]
            return [*odd, *asked]
    return ["is taken"]


def _typed(words: Sequence[str], environment: Mapping[str, str]) -> Sequence[str]:
    """The command line refuses an endpoint with one line and without a call."""
    command = [sys.executable, "-m", "reconciler", "once", "desired_state/contact_center", "--env", "dev"]
    clean = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    with tempfile.TemporaryDirectory() as cache:
        ended = subprocess.run(
            [*command, "--dry-run", *words],
            cwd=ROOT,
            env={**clean, **KEYS, "XDG_CACHE_HOME": cache, "XDG_STATE_HOME": cache, **environment},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    if ended.returncode == 3 and len(ended.stderr.splitlines()) == 1 and SECRET not in ended.stderr:
        return []
    return [f"exit code {ended.returncode}: {ended.stderr[-300:]}"]


def _wrong_account() -> Sequence[str]:
    """Credentials of another account: one call, and no second one."""
    from reconciler.sandbox.account import account_in, sandboxed

    shared_sandbox.leave()
    with tempfile.TemporaryDirectory() as root, sandboxed("999999999999") as (box, clock):
        calls = "inbound_calls_enabled: true, outbound_calls_enabled: true"
        inside = f"identity_management_type: CONNECT_MANAGED, {calls}"
        text = STACK.format(region=REGION, more="", inside=inside)
        lay_out(Path(root), {"stack.yaml": text.encode()})
        stack = load(Path(root), "dev", known_kinds())
        aws = account_in(box, REGION, clock)
        report = Pass(stack, known_kinds(), aws, clock, Options(), Quiet(), cache=NoCache()).run()
    right = report.outcome == "refused" and report.calls == {"sts:GetCallerIdentity": 1}
    return [] if right else [f"{report.outcome}: {report.calls}"]


CASES: Mapping[str, Check] = {
    **{f"Region {region!r}": partial(_region, region) for region in REGIONS},
    **{f"endpoint {url!r}": partial(_refused, REGION, url) for url in ENDPOINTS},
    **{f"named endpoint {url}": partial(_named, url) for url in NAMED},
    **{f"environment: {title}": partial(_set, setting) for title, setting in SETTINGS.items()},
    **{f"document: {title}": partial(_document, text) for title, text in DOCUMENTS.items()},
    "typed: --endpoint-url": partial(_typed, ["--endpoint-url", "http://169.254.169.254"], {}),
    "typed: --endpoint-url with a password": partial(_typed, ["--endpoint-url", f"https://user:{SECRET}@evil.example"], {}),
    "typed: AWS_ENDPOINT_URL": partial(_typed, [], {"AWS_ENDPOINT_URL": "http://evil.example"}),
    "typed: a profile that there is not": partial(_typed, [], {"AWS_PROFILE": "nowhere"}),
    "credentials of another account": _wrong_account,
}  # fmt: skip


def check(name: str) -> Sequence[str]:
    """Run one case in a separate process."""
    return in_child(partial(_quietly, CASES[name]))


def _quietly(case: Check) -> Sequence[str]:
    configure(0)
    return case()


def cases() -> Sequence[str]:
    """All cases."""
    return tuple(CASES)


ROW = Row("endpoints", "endpoints, Regions and proxies", cases, check)
