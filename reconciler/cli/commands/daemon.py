"""`reconciler daemon`: watches stacks, and handles signals."""

import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.options import Env, Verbose
from reconciler.cli.stack_loading import check_directory, mistakes_of
from reconciler.cli.user_folders import cache_folder, history_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.daemon.config import DaemonPart
    from reconciler.daemon.health import Server
    from reconciler.daemon.threads import Daemon
    from reconciler.daemon.wiring import HostEnvironment

PATIENCE = 8.0
"""Seconds for calls under way after the daemon is asked to stop; systemd and ECS kill it later."""


def daemon(  # noqa: PLR0913 -- one parameter for each option
    stack_dir: Annotated[
        Path | None,
        typer.Argument(readable=False, help="The directory of desired state; without it, --config."),
    ] = None,
    env: Env = None,
    config: Annotated[
        Path | None,
        typer.Option(
            readable=False, help="A YAML file with all settings of the daemon (docs/operations.md)."
        ),
    ] = None,
    every: Annotated[float, typer.Option(help="Seconds between passes.", min=1)] = 60.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report drift.")] = False,
    prune_after: Annotated[
        float | None,
        typer.Option(
            help="Seconds that a resource must be absent from unchanged files before it is deleted or released.",
            min=1,
            show_default="30",
        ),
    ] = None,
    hold: Annotated[
        str | None,
        typer.Option(
            help="Leave edits in AWS as they are for this time, such as 2h, before they are corrected.",
            metavar="TIME",
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(help="Where /healthz, /readyz and /metrics answer, on 127.0.0.1.", min=0, max=65535)
    ] = 9400,
    endpoint_url: Annotated[
        str | None,
        typer.Option(envvar="AWS_ENDPOINT_URL", help="Send every call to this URL instead of to AWS."),
    ] = None,
    verbose: Verbose = 0,
) -> None:
    """Watch stacks: run passes on a schedule and on events, until stopped."""
    from reconciler.cli.extras import need
    from reconciler.logs import configure

    need("daemon", "the daemon")
    if (stack_dir is None) == (config is None):
        exit_with_errors(["name what to watch: a directory of desired state, or --config FILE"], INVALID)
    if config is not None and (env is not None or dry_run or prune_after is not None or hold is not None):
        said = "--env, --dry-run, --prune-after and --hold belong to a single directory"
        exit_with_errors([f"{said}; with --config, set them in the file"], INVALID)
    configure(verbose + 1)
    if stack_dir is not None:
        check_directory(stack_dir)
    given = _Given(stack_dir, env, config, every, port, prune_after, _seconds(hold), dry_run=dry_run)
    raise typer.Exit(_Running(given, endpoint_url).until_stopped())


def _seconds(hold: str | None) -> float:
    """The seconds of `--hold`; exits with an error for what is no time."""
    from reconciler.daemon.config import LONGEST_HOLD, seconds_of

    try:
        seconds = float(seconds_of(hold or 0))
    except ValueError as error:
        exit_with_errors([f"--hold {hold}: {error}"], INVALID)
    if seconds > LONGEST_HOLD:
        exit_with_errors([f"--hold {hold}: at most 31 days"], INVALID)
    return seconds


@dataclass(frozen=True)
class _Given:
    """The options of the command line."""

    stack_dir: Path | None
    env: str | None
    config: Path | None
    every: float
    port: int
    prune_after: float | None = None
    hold: float = 0.0
    dry_run: bool = False

    def read(self) -> "DaemonPart":
        """The daemon's settings, from the file or only from the command line.

        Raises:
            InvalidStack: the file has mistakes.
        """
        config = self._read()
        location = os.environ.get("RECONCILER_HISTORY")
        return config if config.history or not location else _with_history(config, location, os.environ)

    def _read(self) -> "DaemonPart":
        from reconciler.daemon.config import DaemonPart, HttpPart, WatchPart, read_config

        if self.config is not None:
            return read_config(self.config)
        directory = (self.stack_dir or Path()).resolve()
        name = re.sub(r"[^A-Za-z0-9._-]", "-", directory.name)[:64] or "stack"
        watch = WatchPart(
            stack=str(self.stack_dir or Path()),
            environment=self.env,
            every=self.every,
            correct=not self.dry_run,
            prune_after=self.prune_after,
            hold=self.hold,
        )
        return DaemonPart(watches={name: watch}, http=HttpPart(port=self.port))

    @property
    def base(self) -> Path:
        """The directory that other directories are relative to."""
        return self.config.parent if self.config is not None else Path()


def _with_history(config: "DaemonPart", location: str, environment: "Mapping[str, str]") -> "DaemonPart":
    """The settings with the history of the environment variable, if they name none; S3 is used as by `history`."""
    from reconciler.cli.history_store import check_location
    from reconciler.daemon.config import HistoryPart

    check_location(location)
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1"
    return config.model_copy(update={"history": HistoryPart(at=location, region=region)})


class _Running:
    """Runs one daemon after another: SIGHUP starts a new one with the present settings file."""

    def __init__(self, given: _Given, endpoint_url: str | None) -> None:
        self._given = given
        self._endpoint_url = endpoint_url

    def until_stopped(self) -> int:
        """Run until SIGTERM or Ctrl-C; returns the exit code."""
        from reconciler.daemon.wiring import CannotStart, WrongSettings
        from reconciler.desired import InvalidStack
        from reconciler.runtime.gc_tuning import collect_seldom
        from reconciler.runtime.shutdown import Signals

        try:
            running = self._assembled()
            with Signals({signal.SIGTERM, signal.SIGINT, signal.SIGHUP}) as signals:
                running.start()
                collect_seldom()
                while signals.wait() == signal.SIGHUP:
                    running = self._anew(running)
                _end_in_time()
                running.end()
        except InvalidStack as error:
            exit_with_errors(mistakes_of(error), INVALID)
        except WrongSettings as error:
            exit_with_errors([str(error)], INVALID)
        except CannotStart as error:
            exit_with_errors([str(error)], FAILED)
        return 0

    def _assembled(self) -> "_Assembled":
        """Build a daemon from the present settings.

        Raises:
            InvalidStack: the settings have mistakes.
            CannotStart: the settings cannot be used.
        """
        from reconciler.daemon.wiring import assemble

        config, around = self._given.read(), self._surroundings()
        return _Assembled(config, assemble(config, self._given.base, around))

    def _anew(self, running: "_Assembled") -> "_Assembled":
        """Replace this daemon by a new one; if the new settings cannot be used, this one stays.

        Raises:
            CannotStart: this one has stopped, and the new one's port is in use.
        """
        import structlog

        from reconciler.daemon.wiring import CannotStart
        from reconciler.desired import InvalidStack

        log = structlog.get_logger(__name__)
        try:
            following = self._assembled()
        except InvalidStack as error:
            for mistake in error.mistakes:
                log.error("settings invalid, old settings kept", mistake=str(mistake))
            return running
        except CannotStart as error:
            log.error("settings unusable, old settings kept", why=str(error))
            return running
        running.end()
        following.start()
        log.info("settings reloaded")
        return following

    def _surroundings(self) -> "HostEnvironment":
        import socket
        import uuid

        from reconciler.cli.history_store import current_user
        from reconciler.daemon.wiring import HostEnvironment
        from reconciler.kinds import known_kinds
        from reconciler.logs import crash_lines
        from reconciler.runtime.shutdown import Stop

        host = socket.gethostname()
        return HostEnvironment(
            kinds=known_kinds(),
            history_file=history_file(),
            who=current_user(),
            holder=f"{host} {os.getpid()} {uuid.uuid4()}",
            cache_folder=cache_folder(),
            environment=os.environ,
            stop=Stop(),
            endpoint_url=self._endpoint_url,
            crashed=lambda error: list(crash_lines(error)),
        )


class _Assembled:
    """A daemon with its HTTP server."""

    def __init__(self, config: "DaemonPart", daemon: "Daemon") -> None:
        self._http = config.http
        self._daemon = daemon
        self._server: Server | None = None
        self._thread = Thread(target=daemon.run, name="daemon", daemon=True)

    def start(self) -> None:
        """Start the daemon and the server.

        Raises:
            CannotStart: the port is in use.
        """
        from reconciler import console
        from reconciler.daemon.health import Server
        from reconciler.daemon.wiring import CannotStart

        answers = ""
        if self._http is not None:
            try:
                self._server = Server(self._daemon, self._http.host, self._http.port)
            except OSError as error:
                # Python adds to the text what the line already contains.
                why = os.strerror(error.errno or 0).lower()
                raise CannotStart(
                    f"{self._http.host}:{self._http.port}: {why}; choose another port"
                ) from None
            answers = f"; health and metrics at http://{self._http.host}:{self._server.port}"
        self._thread.start()
        names = ", ".join(watch.name for watch in self._daemon.watches)
        console.announce(f"watching {names}{answers}; Ctrl-C or SIGTERM ends it between two calls")

    def end(self) -> None:
        """Stop once the calls under way are finished."""
        self._daemon.stop.ask()
        self._thread.join()
        if self._server is not None:
            self._server.stop()


def _end_in_time() -> None:
    """Exit although a call hangs, as after a crash; the next pass continues."""
    import threading

    watchdog = threading.Timer(PATIENCE, os._exit, (0,))
    watchdog.daemon = True
    watchdog.start()
