"""`make staff-package`, and `python -m staff_package publish FILE --bucket NAME --region REGION`."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from reconciler.errors import Refused
from reconciler.wheels import wheels_of
from staff_package.publish import PublishError, publish
from staff_package.release import PROJECT, release_of


def build(given: Namespace) -> str:
    """Make the archive of the release; what to say.

    Raises:
        Refused: a package cannot be fetched.
    """
    wheels = wheels_of((PROJECT / "requirements.lock").read_bytes(), given.python, given.machine)
    made = release_of(wheels, given.python)
    given.into.mkdir(parents=True, exist_ok=True)
    file = given.into / f"staff-integration-{made.name[:12]}.tar"
    file.write_bytes(made.content)
    return f"{file}: {len(made.content) / 1e6:.1f} MB\nrelease {made.name}"


def main() -> int:
    """Carry a command out; return the exit code."""
    parser = ArgumentParser(prog="staff_package", description="Packages of the staff application.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    making = commands.add_parser("build", help="make the archive of a release")
    making.add_argument(
        "--python", default="3.11", help="the version of Python on the server (default: 3.11)"
    )
    making.add_argument("--machine", default="x86_64", choices=("x86_64", "arm64"), help="its processor")
    making.add_argument("--into", type=Path, default=Path("dist"), help="the folder (default: dist)")
    making.set_defaults(run=build)
    putting = commands.add_parser("publish", help="put the archive into the bucket")
    putting.add_argument("file", type=Path)
    putting.add_argument("--bucket", required=True)
    putting.add_argument("--region", required=True)
    putting.add_argument("--endpoint-url", help="the sandbox's, for example")
    putting.set_defaults(
        run=lambda given: publish(given.file, given.bucket, given.region, given.endpoint_url)
    )
    given = parser.parse_args()
    try:
        sys.stdout.write(f"{given.run(given)}\n")
    except (PublishError, Refused) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
