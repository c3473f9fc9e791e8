"""Credentials of an IAM role: assumed with other credentials by AWS STS, and renewed before they expire."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from botocore.credentials import Credentials, ReadOnlyCredentials

from reconciler.aws.api import ServiceApi
from reconciler.aws.redaction import SECRETS
from reconciler.errors import ASSUME, CallError
from reconciler.runtime.clock import Clock
from reconciler.stack import Role

EARLY = 300.0
"""Seconds before the end of the credentials at which new ones are requested."""


class RoleCredentials(Credentials):  # type: ignore[misc] # botocore is not typed
    """Temporary credentials that every client of a session takes before each request."""

    def __init__(self, role: Role, sts: Callable[[], ServiceApi], clock: Clock) -> None:
        super().__init__("", "")
        self.role = role
        self._sts = sts
        self._clock = clock
        self._lock = Lock()
        self._held: ReadOnlyCredentials | None = None
        self._end = 0.0

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """The present credentials; the role is assumed if there are none, or if they end soon.

        Raises:
            CallError: AWS STS refused the role, or did not answer.
        """
        with self._lock:
            left = self._end - self._clock.wall()
            if self._held is None or left < EARLY:
                try:
                    self._held = self._assumed()
                except CallError:
                    if self._held is None or left <= 0:
                        raise
            return self._held

    def _assumed(self) -> ReadOnlyCredentials:
        """New credentials (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html)."""
        more = {"ExternalId": self.role.external_id} if self.role.external_id else {}
        reply = self._sts().call(
            ASSUME, RoleArn=self.role.arn, RoleSessionName=self.role.session_name, **more
        )["Credentials"]
        SECRETS.keep(str(reply["SecretAccessKey"]), str(reply["SessionToken"]))
        end: datetime = reply["Expiration"]
        self._end = end.timestamp()
        return ReadOnlyCredentials(reply["AccessKeyId"], reply["SecretAccessKey"], reply["SessionToken"])
