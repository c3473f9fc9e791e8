"""The API of the medical system, as far as it is needed here."""

from dataclasses import dataclass

from staff_integration.remote import Remote


@dataclass(frozen=True)
class Delivery:
    """A new account as the medical system learns of it."""

    staff_id: str
    integration_id: int
    user_id: str
    username: str
    password: str
    login_url: str

    def __repr__(self) -> str:
        return f"Delivery({self.staff_id!r})"


class Medical:
    """Tells the medical system of accounts.

    Args:
        remote: the API.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def deliver(self, delivery: Delivery) -> None:
        """Deliver an account; an answer of success acknowledges the password. A repeat does no harm.

        Raises:
            TemporaryError: nothing is known; the same call may be repeated.
            PermanentError: the request is refused.
        """
        self._remote.call(
            "POST",
            "/api/v1/voicedrive-accounts",
            {
                "staffId": delivery.staff_id,
                "integrationId": str(delivery.integration_id),
                "voicedriveAccount": {
                    "userId": delivery.user_id,
                    "username": delivery.username,
                    "initialPassword": delivery.password,
                    "loginUrl": delivery.login_url,
                },
            },
        )
