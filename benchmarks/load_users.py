"""How long it takes, and how much memory, to load and check 10,000 users: `python benchmarks/load_users.py [USERS]`."""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from reconciler.contract import Adapter, Sends
from reconciler.desired import load
from reconciler.model import Part, Ref, Resource, Secret, Unordered

USERS = 10_000
LIMIT_SECONDS = 8
LIMIT_MIB = 250

HEADER = """\
stack: many-users
tags: {Project: benchmark}
environments:
  dev: {account: "111111111111", region: eu-west-2, variables: {domain: example.com}}
connect.instance: {main: {existing: true}}
"""

USER = """\
  agent-{n:05}:
    identity_info:
      first_name: Ada
      last_name: Number {n}
      email: agent-{n:05}@${{domain}}
      mobile: "+4477009{n:05}"
    phone_config:
      phone_type: SOFT_PHONE
      auto_accept: true
      after_contact_work_time_limit: 30
      desk_phone_number: "+442079460{n:05}"
    routing_profile: Profile {profile}
    security_profiles: [Team {profile}, Team {group}]
    hierarchy_group: Group {group}
    password: {{secret: {{ssm: "/users/agent-{n:05}"}}}}
    tags: {{Team: "{group}", Site: London}}
"""


class Identity(Part):
    """Who it is."""

    first_name: str
    last_name: str
    email: str | None = None
    mobile: str | None = None


class Phone(Part):
    """How calls reach it."""

    phone_type: Literal["SOFT_PHONE", "DESK_PHONE"]
    auto_accept: bool | None = None
    after_contact_work_time_limit: int | None = None
    desk_phone_number: str | None = None


class Named(Resource):
    """Whatever only has a name here."""

    instance: Annotated[str, Ref("connect.instance")]


class User(Named):
    """An agent."""

    identity_info: Identity | None = None
    phone_config: Phone
    routing_profile: Annotated[str, Ref("connect.routing_profile")]
    security_profiles: Annotated[list[Annotated[str, Ref("connect.security_profile")]], Unordered()]
    hierarchy_group: Annotated[str, Ref("connect.hierarchy_group")] | None = None
    password: Secret | None = None


MODELS: Mapping[str, type[Resource]] = {
    "connect.instance": Resource,
    "connect.routing_profile": Named,
    "connect.security_profile": Named,
    "connect.hierarchy_group": Named,
    "connect.user": User,
}


def kind_of(name: str, of: type[Resource]) -> Adapter[Any]:
    """A kind that is loaded and never made."""

    class Kind(Adapter[Any]):
        kind = name
        service = "connect"
        model = of
        within = "connect.instance" if issubclass(of, Named) else None
        create = Sends("create", tuple(of.model_fields))
        delete = None

        def list(self, api: Any, scope: Any) -> Iterable[Any]:
            del api, scope
            return ()

        def read(self, api: Any, sighting: Any, fields: Any) -> Mapping[str, Any]:
            del api, sighting, fields
            return {}

    return Kind()


def lines(users: int) -> Iterator[str]:
    """The file's text."""
    yield HEADER
    for kind, word in (
        ("routing_profile", "Profile"),
        ("security_profile", "Team"),
        ("hierarchy_group", "Group"),
    ):
        yield f"connect.{kind}:\n"
        yield from (f"  {word} {n}:\n" for n in range(100))
    yield "connect.user:\n"
    yield from (USER.format(n=n, profile=n % 100, group=n * 7 % 100) for n in range(users))


def measure(directory: Path, users: int) -> int:
    """Load once and say how it went; runs in a process of its own, whose peak is then the loader's."""
    kinds = {name: kind_of(name, of) for name, of in MODELS.items()}
    start = time.perf_counter()
    stack = load(directory, None, kinds)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(path.stat().st_size for path in directory.iterdir()) / 2**20
    found = sum(1 for key in stack.resources if key.kind == "connect.user")
    print(f"{found:,} users, {size:.1f} MiB of YAML: {seconds:.2f} s, {peak:.0f} MiB at the peak")
    return 0 if found == users and (users > USERS or (seconds <= LIMIT_SECONDS and peak <= LIMIT_MIB)) else 1


def main(arguments: list[str]) -> int:
    """Write the file and load it in a subprocess; 1 when it takes longer or more memory than promised."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load_users", description=__doc__)
    parser.add_argument("users", type=int, nargs="?", default=USERS)
    parser.add_argument("directory", type=Path, nargs="?", help="load this one, in this process")
    asked = parser.parse_args(arguments)
    users = asked.users
    if asked.directory:
        return measure(asked.directory, users)
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "stack.yaml").write_text("".join(lines(users)))
        return subprocess.run([sys.executable, __file__, str(users), directory], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
