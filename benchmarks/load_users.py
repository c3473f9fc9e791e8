"""How long it takes, and how much memory, to load and check 10,000 users: `python -m benchmarks.load_users [USERS]`."""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from reconciler.desired import load
from reconciler.kinds import known_kinds

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


def lines(users: int) -> Iterator[str]:
    """The file's text."""
    yield HEADER
    for kind, word in (
        ("routing_profile", "Profile"),
        ("security_profile", "Team"),
        ("user_hierarchy_group", "Group"),
    ):
        yield f"connect.{kind}:\n"
        yield from (f"  {word} {n}: {{existing: true}}\n" for n in range(100))
    yield "connect.user:\n"
    yield from (USER.format(n=n, profile=n % 100, group=(n * 7 + 1) % 100) for n in range(users))


def measure(directory: Path, users: int) -> int:
    """Load once and say how it went; runs in a process of its own, whose peak is then the loader's."""
    kinds = known_kinds()
    start = time.process_time()
    stack = load(directory, None, kinds)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(path.stat().st_size for path in directory.iterdir()) / 2**20
    found = sum(1 for key in stack.resources if key.kind == "connect.user")
    print(f"{found:,} users, {size:.1f} MiB of YAML: {seconds:.2f} CPU seconds, {peak:.0f} MiB at the peak")
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
        return subprocess.run(
            [sys.executable, "-m", "benchmarks.load_users", str(users), directory], check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
