"""The server of the application: its package, the first start, upgrades by colours, the units and the proxy."""

import fcntl
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from botocore.exceptions import ClientError
from staff_package import __main__ as package
from staff_package import publish
from staff_package.release import FOLDERS, HOST, ORGANISATION, PROJECT, Release, release_of
from staff_package.wheel import wheel_of

from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.sandbox import Sandbox
from reconciler.stack import Key
from tests.staff_integration.fake_host import Host
from tests.staff_integration.mariadb import free_port
from tests.staff_integration.organisation import run

STACK = ORGANISATION.parent
REGION = "ap-northeast-1"
NO_RELEASE = "0" * 64
SECRETS = ("database_url", "vault_keys", "voicedrive_token", "medical_token", "backup_keys")
NEEDED = ("curl", "flock", "getent", "openssl", "pgrep")
"""Programs of the server that are not played."""
UNITS = sorted((HOST / "systemd").glob("*.service"))


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        pytest.skip(f"{', '.join(missing)} not found: install Debian's curl, openssl, procps and util-linux")
    with Host(tmp_path).ended() as made:
        yield made


@pytest.fixture
def ports() -> Mapping[str, int]:
    return {each: free_port() for each in ("blue", "green", "blue work", "green work")}


def released(host: Host, ports: Mapping[str, int], **changed: str) -> Release:
    """A release in the bucket of the server, with other ports, and with more files of the organisation and lines of a unit."""
    folder = host.root.parent / "parts"
    shutil.rmtree(folder, ignore_errors=True)
    for name, source in FOLDERS.items():
        shutil.copytree(source, folder / (name or "host"))
    for colour in ("blue", "green"):
        text = f"PORT={ports[colour]}\nMETRICS_PORT=1\nWORK_METRICS_PORT={ports[f'{colour} work']}\n"
        (folder / "host" / f"{colour}.env").write_text(text)
    for name, text in changed.items():
        (folder / "organisation" / name).write_text(text)
        with (folder / "host/systemd/staff-serve@.service").open("a") as unit:
            unit.write(text)
    made = release_of((), "3.11", {name: folder / (name or "host") for name in FOLDERS})
    (host.bucket / f"releases_{made.name}.tar").write_bytes(made.content)
    return made


def user_data(release: str) -> str:
    """The script as AWS gets it."""
    stack = load(STACK, "staging", known_kinds())
    text = str(stack.resources[Key("lightsail.instance", "staff-staging")].settings["user_data"])
    assert text.count(NO_RELEASE) == 1
    return text.replace(NO_RELEASE, release)


def started(host: Host, release: Release) -> None:
    """The first start of a server, and the credentials."""
    code, said = host.type("/bin/sh", given=user_data(release.name))
    assert code == 0, said
    assert host.type("systemctl", "start", "staff-first-release.service") == (0, "")
    for secret in SECRETS:
        assert host.type("staff-release", "credential", secret, given=f"the {secret}")[0] == 0


def test_the_first_start_installs_the_release_once_and_has_no_secrets(
    host: Host, ports: Mapping[str, int]
) -> None:
    release = released(host, ports)
    script = user_data(release.name)
    assert len(script.encode()) < 16 * 1024
    code, said = host.type("/bin/sh", given=script)
    assert code == 0, said
    assert host.type("systemctl", "start", "staff-first-release.service") == (0, "")
    once = host.files()
    assert (
        b"STAFF_VOICEDRIVE_URL=https://voicedrive.staging.example.com\n"
        in once["etc/staff-integration/settings.env"]
    )
    unpacked = f"opt/staff-integration/releases/{release.name}"
    assert once[f"{unpacked}/organisation/units.yaml"] == (ORGANISATION / "units.yaml").read_bytes()
    assert (
        once["etc/systemd/system/staff-serve@.service"]
        == (HOST / "systemd/staff-serve@.service").read_bytes()
    )
    assert "etc/nginx/sites-enabled/default" not in once
    assert (host.root / "etc/staff-integration/credentials").stat().st_mode & 0o777 == 0o700
    assert (host.root / "etc/staff-integration/tls/key.pem").stat().st_mode & 0o777 == 0o600
    [pip] = [words for words in host.log() if "pip" in words]
    assert {"--require-hashes", "--no-index"} <= set(pip)

    assert host.type("/bin/sh", given=script)[0] == 0
    assert host.type("systemctl", "start", "staff-first-release.service") == (0, "")
    assert host.files() == once
    assert len([words for words in host.log() if "pip" in words]) == 1

    code, said = host.type("staff-release", "upgrade", release.name)
    assert (code, said) == (
        4,
        "staff-release: there is no credential database_url yet: write it with staff-release credential database_url <FILE\n",
    )


def test_an_upgrade_changes_the_colour_and_a_bad_release_changes_nothing(
    host: Host, ports: Mapping[str, int]
) -> None:
    first, second = released(host, ports), released(host, ports, unit="# of the second\n")
    broken = released(host, ports, broken="")
    deaf, idle = (released(host, {**ports, each: 0}) for each in ("blue", "blue work"))
    started(host, first)

    def now() -> tuple[set[str], str]:
        return host.running(), (host.root / "etc/nginx/staff-integration/upstream.conf").read_text()

    def serves(colour: str) -> tuple[set[str], str]:
        services = {f"staff-{each}@{colour}.service" for each in ("serve", "work")}
        return services, f"server 127.0.0.1:{ports[colour]};\n"

    assert host.type("staff-release", "back") == (4, "staff-release: there is no release to go back to\n")
    assert host.type("staff-release", "upgrade", first.name) == (
        0,
        f"staff-release: blue serves {first.name}\n",
    )
    assert now() == serves("blue")
    lines = [line for line in (host.root / "log").read_text().splitlines() if "secret" in line]
    opt = host.root / "opt/staff-integration"
    assert [words for words in host.log() if words[0] in {"database", "organisation", "keys", "serve"}] == [
        ["database", "upgrade"],
        ["organisation", f"{opt}/blue/organisation"],
        ["keys", "first"],
        ["serve", "--port", str(ports["blue"]), "--metrics-port", "1"],
    ]
    assert all("the database_url" in line for line in lines)
    again = f"staff-release: blue serves {first.name} already\n"
    assert host.type("staff-release", "upgrade", first.name) == (0, again)

    tampered = host.bucket / f"releases_{second.name}.tar"
    tampered.write_bytes(second.content + b"x")
    code, said = host.type("staff-release", "upgrade", second.name)
    assert (code, "has another SHA-256: it is not used" in said) == (1, True)
    assert not list((opt / "releases").glob("new.*"))
    assert now() == serves("blue")
    tampered.write_bytes(second.content)
    assert host.type("staff-release", "upgrade", second.name) == (
        0,
        f"staff-release: green serves {second.name}\n",
    )
    assert now() == serves("green")
    *colours, certificate = host.type("staff-release", "status")[1].splitlines()
    assert "the certificate ends " in certificate
    assert colours == [
        f"staff-release: blue: {first.name}, idle",
        f"staff-release: green: {second.name}, serves, ready",
    ]

    assert host.type("systemctl", "start", "staff-first-release.service") == (0, "")  # at the next boot
    assert b"of the second" in (host.root / "etc/systemd/system/staff-serve@.service").read_bytes()

    code, said = host.type("staff-release", "upgrade", broken.name)
    assert (code, f"could not be prepared for {broken.name}; green goes on" in said) == (1, True), said
    host.patience = "1"
    for each in (deaf, idle):
        code, said = host.type("staff-release", "upgrade", each.name)
        told = f"blue ({each.name}) is not ready after 1 seconds and was stopped; green goes on"
        assert (code, told in said) == (1, True)
        assert b"of the second" in (host.root / "etc/systemd/system/staff-serve@.service").read_bytes()
    assert now() == serves("green")

    host.patience = "600"
    assert host.type("staff-release", "upgrade", first.name)[0] == 0
    assert {each.name for each in (opt / "releases").iterdir()} == {first.name, second.name}
    prepared = len([words for words in host.log() if words == ["database", "upgrade"]])
    assert host.type("staff-release", "back") == (0, f"staff-release: green serves {second.name}\n")
    assert now() == serves("green")
    assert len([words for words in host.log() if words == ["database", "upgrade"]]) == prepared

    assert host.type("staff-release", "credential", "database_url", given="another")[0] == 0
    assert host.type("staff-release", "restart") == (0, f"staff-release: blue serves {second.name}\n")
    assert now() == serves("blue")
    assert '"secret": "another"' in (host.root / "log").read_text()


WRONG = {
    (): (3, "write: staff-release upgrade RELEASE | back"),
    ("upgrade", "1.2"): (3, "RELEASE is 64 hexadecimal digits"),
    ("upgrade", NO_RELEASE): (1, "Not Found"),
    ("credential", "password"): (3, "there is no credential password; they are: database_url vault_keys"),
    ("credential", "vault_keys"): (3, "nothing came in: write <FILE"),
    ("restart",): (4, "no release serves yet"),
    ("run", "report"): (4, "no release serves yet"),
}


def test_wrong_words_are_told_in_one_line(host: Host, ports: Mapping[str, int]) -> None:
    started(host, released(host, ports))
    with (host.root / "opt/staff-integration/lock").open("w") as lock:
        before = host.files()
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = "staff-release: another staff-release is at work\n"
        assert host.type("staff-release", "upgrade", NO_RELEASE) == (4, told)
    for words, (code, told) in WRONG.items():
        found, said = host.type("staff-release", *words)
        assert (found, told in said, len(said.splitlines())) == (code, True, 1), said
    assert host.files() == before


def test_a_release_is_the_same_wherever_it_is_made_and_its_lock_has_the_hash_of_the_application() -> None:
    release = release_of((), "3.11")
    assert release_of((), "3.11").name == release.name
    with tarfile.open(fileobj=io.BytesIO(release.content)) as archive:
        members = {each.name: each for each in archive}
        kept = {name: archive.extractfile(each) for name, each in members.items()}
        assert {(each.mtime, each.uid, each.uname) for each in members.values()} == {(0, 0, "")}
        assert {name for name, each in members.items() if each.mode & 0o100} == {"install", "staff-release"}
        [wheel] = [name for name in members if name.endswith(".whl")]
        stream, lock = kept[wheel], kept["requirements.lock"]
        assert stream is not None
        assert lock is not None
        digest = hashlib.sha256(stream.read()).hexdigest()
        assert f"staff-integration==0.1.0 --hash=sha256:{digest}\n" in lock.read().decode()


def test_pip_takes_the_wheel(tmp_path: Path) -> None:
    wheel = wheel_of(PROJECT)
    (tmp_path / wheel.name).write_bytes(wheel.content)
    (tmp_path / "lock").write_text(wheel.locked)
    into = tmp_path / "into"
    words = ["install", "-qq", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    places = [
        "--find-links",
        str(tmp_path),
        "--require-hashes",
        "-r",
        str(tmp_path / "lock"),
        "--target",
        str(into),
    ]
    subprocess.run([shutil.which("python3") or "python3", "-m", "pip", *words, *places], check=True)
    found = {
        each.relative_to(into).as_posix()
        for each in (into / "staff_integration").rglob("*")
        if each.is_file()
    }
    ours = {
        each.relative_to(PROJECT).as_posix()
        for each in (PROJECT / "staff_integration").rglob("*")
        if each.is_file() and "__pycache__" not in each.parts
    }
    assert found == ours
    assert (into / "bin/staff-integration").exists()


def test_systemd_takes_the_units_and_finds_little_exposed(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze not found: install systemd")
    programs = tmp_path / "opt/staff-integration/blue/env/bin"
    programs.mkdir(parents=True)
    for unit in UNITS:
        text = unit.read_text().replace("/opt/staff-integration", str(tmp_path / "opt/staff-integration"))
        name = unit.name.replace("@", "@blue")
        (tmp_path / name).write_text(text)
    application = programs / "staff-integration"
    application.write_text("#!/bin/sh\n")
    application.chmod(0o755)
    units = [str(each) for each in sorted(tmp_path.glob("*.service"))]
    assert len(units) == len(UNITS) > 0
    done = subprocess.run(["systemd-analyze", "verify", *units], text=True, capture_output=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "staff-" in line]
    assert ours == []
    for path in units:
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", path],
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout.splitlines()[-1:]


def test_the_commands_of_the_units_are_those_of_the_application() -> None:
    for unit in UNITS:
        for command in re.findall(r"^ExecStart=/opt\S+ (.*)$", unit.read_text(), re.MULTILINE):
            words = re.sub(r"\$\{\w+\}", "8101", command.replace("%i", "blue")).split()
            _, _, errors = run(*words, environment={})
            missing = "is missing; set it" in errors or "no such folder" in errors or "blue" in errors
            assert missing, (command, errors)


def test_a_release_is_published_with_a_key_that_is_deleted_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    release = release_of((), "3.11")
    file = tmp_path / "release.tar"
    file.write_bytes(release.content)
    with Sandbox() as box:
        lightsail = box.session(REGION).client("lightsail")
        lightsail.create_bucket(bucketName="acme-files", bundleId="small_1_0")

        def typed(*words: str) -> tuple[int, str]:
            monkeypatch.setattr(sys, "argv", ["staff_package", "publish", *words, "--region", REGION])
            code = package.main()
            said = capsys.readouterr()
            return code, said.out + said.err

        name = f"releases/{release.name}.tar"
        assert typed(str(file), "--bucket", "acme-files") == (0, f"{name}\n")
        kept = box.session(REGION).client("s3").get_object(Bucket="acme-files", Key=name)
        assert kept["Body"].read() == release.content
        assert lightsail.get_bucket_access_keys(bucketName="acme-files")["accessKeys"] == []
        code, said = typed(str(file), "--bucket", "nowhere")
        assert (code, said.startswith("nowhere: "), said.count("\n")) == (1, True, 1)
        gone = tmp_path / "gone"
        assert typed(str(gone), "--bucket", "acme-files") == (
            1,
            f"{gone} cannot be read: No such file or directory\n",
        )
        code, said = typed(str(file), "--bucket", "acme-files", "--endpoint-url", "nowhere")
        assert (code, said) == (1, "acme-files: Invalid endpoint: nowhere\n")
        for _ in range(2):
            lightsail.create_bucket_access_key(bucketName="acme-files")
        code, said = typed(str(file), "--bucket", "acme-files")
        assert (code, said) == (1, "acme-files: The bucket acme-files already has 2 access keys.\n")


def test_s3_may_know_a_new_key_only_later() -> None:
    waits, refusals = list[float](), ["InvalidAccessKeyId", "AccessDenied", "NoSuchBucket"]

    class S3:
        def put_object(self, **_: object) -> None:
            raise ClientError({"Error": {"Code": refusals.pop(0), "Message": ""}}, "PutObject")

    with pytest.raises(ClientError, match="NoSuchBucket"):
        publish.put(S3(), {}, waits.append)
    assert waits == [5, 5]


@pytest.mark.parametrize(
    ("alert", "said", "span"),
    [
        ("StaffBackupLate", "no good backup for 75 minutes", timedelta(minutes=75)),
        ("StaffDrillLate", "no drill has succeeded for two days", timedelta(days=2)),
    ],
)
def test_an_alarm_of_backups_rings_when_the_runbook_says(alert: str, said: str, span: timedelta) -> None:
    rules = yaml.safe_load((HOST / "prometheus/staff-alerts.yml").read_text())["groups"][0]["rules"]
    [rule] = [each for each in rules if each["alert"] == alert]
    age = int(rule["expr"].partition(" > ")[2].partition(" or ")[0])
    count, unit = int(rule["for"][:-1]), {"m": timedelta(minutes=1), "d": timedelta(days=1)}[rule["for"][-1]]
    assert timedelta(seconds=age) + count * unit == span
    assert f"| `{alert}` | {said}" in (PROJECT.parents[1] / "docs/staff-runbook.md").read_text()


def test_each_alarm_is_one_that_can_ring_and_the_runbook_says_what_to_do() -> None:
    rules = yaml.safe_load((HOST / "prometheus/staff-alerts.yml").read_text())["groups"][0]["rules"]
    expressions = " ".join(rule["expr"] for rule in rules)
    code = "".join(
        (PROJECT / "staff_integration" / f"{name}.py").read_text() for name in ("metrics", "database_metrics")
    )
    asked = set(re.findall(r"\bstaff_\w+", expressions))
    assert len(asked) > 5
    for name in asked:
        assert f'"{re.sub("_(bucket|count|total)$", "", name)}"' in code
    stack = load(STACK, "staging", known_kinds())
    alarms = {
        key.name.removeprefix("staff-staging-") for key in stack.resources if key.kind == "lightsail.alarm"
    }
    runbook = (PROJECT.parents[1] / "docs/staff-runbook.md").read_text()
    section = runbook.partition("## Alarms")[2].partition("\n## ")[0]
    assert (
        set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE))
        == {rule["alert"] for rule in rules} | alarms
    )
    metrics = runbook.partition("## Metrics")[2].partition("\n## ")[0]
    told = {re.sub("_total$", "", name) for name in re.findall(r"^\| `(staff_\w+)", metrics, re.MULTILINE)}
    assert told == set(re.findall(r'"(staff_\w+)",? ?\n? *"', code))
