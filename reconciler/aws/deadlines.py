"""Sets a deadline for a whole call: connecting, sending, headers and body together.

botocore's own timeouts limit each wait for a byte, so an endpoint that sends one byte at a time never times out. This module
limits every wait on a thread's sockets to the time that is left until the thread's deadline (`within`). It needs no second
thread; the caller passes in the clock.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

from reconciler.runtime.clock import Clock

_THREAD = local()


@contextmanager
def within(clock: Clock, seconds: float) -> Iterator[None]:
    """End all work of this thread on the sockets of bounded clients within this many seconds of the clock."""
    former = getattr(_THREAD, "now", None), getattr(_THREAD, "end", None)
    _THREAD.now, _THREAD.end = clock.now, clock.now() + seconds
    try:
        yield
    finally:
        _THREAD.now, _THREAD.end = former  # a call may assume a role first


def bound(client: Any) -> None:
    """Make a boto3 client keep the deadlines of `within`."""
    session = client._endpoint.http_session  # noqa: SLF001 -- botocore lets nobody hand in an HTTP session
    session._pool_classes_by_scheme = session._manager.pool_classes_by_scheme = POOLS  # noqa: SLF001 -- likewise


def _left(most: float | None = None) -> float | None:
    """Seconds that the next wait may take, at most `most`.

    Raises:
        TimeoutError: the deadline has passed.
    """
    end = getattr(_THREAD, "end", None)
    if end is None:
        return most
    left: float = end - _THREAD.now()
    if left <= 0:
        raise TimeoutError("the deadline of the call has passed")
    return left if most is None else min(most, left)


class _Bounded(socket.socket):
    """A socket that waits no longer than the deadline allows."""

    def recv_into(self, *arguments: Any, **named: Any) -> int:
        self._wait_no_longer()
        return super().recv_into(*arguments, **named)

    def sendall(self, *arguments: Any, **named: Any) -> None:
        self._wait_no_longer()
        return super().sendall(*arguments, **named)

    def _wait_no_longer(self) -> None:
        left = _left()
        if left is not None:
            self.settimeout(left)


class _BoundedTls(_Bounded, ssl.SSLSocket):
    """The same over TLS."""


class _Connecting:
    """Makes connections with bounded sockets, and stops trying further addresses of a host in time."""

    def _new_conn(self: Any) -> socket.socket:
        try:
            host = self._dns_host.strip("[]")
            found = socket.getaddrinfo(host, self.port, allowed_gai_family(), socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        failure: OSError = OSError("the host has no address")
        for family, kind, protocol, _, address in found:
            try:
                return _connected(_Bounded(family, kind, protocol), address, self)
            except OSError as error:
                failure = error
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, "no connection in time") from failure
        raise NewConnectionError(self, f"{failure}") from failure


def _connected(made: _Bounded, address: Any, connection: Any) -> _Bounded:
    """Connect the socket; close it if that fails."""
    try:
        for option in connection.socket_options or ():
            made.setsockopt(*option)
        made.settimeout(_left(connection.timeout))
        made.connect(address)
    except BaseException:
        made.close()
        raise
    return made


class _Http(_Connecting, AWSHTTPConnection):  # type: ignore[misc] # botocore is not typed
    pass


class _Https(_Connecting, AWSHTTPSConnection):  # type: ignore[misc] # botocore is not typed
    def _new_conn(self) -> socket.socket:
        if self.ssl_context is not None:
            self.ssl_context.sslsocket_class = _BoundedTls
        return super()._new_conn()


class _HttpPool(AWSHTTPConnectionPool):  # type: ignore[misc] # botocore is not typed
    ConnectionCls = _Http


class _HttpsPool(AWSHTTPSConnectionPool):  # type: ignore[misc] # botocore is not typed
    ConnectionCls = _Https


POOLS = {"http": _HttpPool, "https": _HttpsPool}
"""Connections by scheme, with deadlines."""
