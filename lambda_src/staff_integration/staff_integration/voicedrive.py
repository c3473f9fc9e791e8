"""The API of VoiceDrive, as far as it is needed here.

What has to hold there: user names are unique; a user keeps `externalId` and `requestId` of the call that made it; of updates with `revision`
the highest counts. So a call that is repeated, or arrives late, does no harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from staff_integration.remote import ConflictError, PermanentError, Remote, TemporaryError


@dataclass(frozen=True)
class Person:
    """A member of staff as VoiceDrive learns of it; `revision` grows with each change."""

    staff_id: str
    employee_number: str
    full_name: str
    email: str | None
    facility: Mapping[str, str] | None
    department: Mapping[str, str] | None
    position: Mapping[str, str | int] | None
    role: str
    active: bool
    revision: int

    def body(self) -> dict[str, Any]:
        """As the API takes it."""
        return {
            "externalId": self.staff_id,
            "employeeNumber": self.employee_number,
            "fullName": self.full_name,
            "email": self.email,
            "facility": self.facility,
            "department": self.department,
            "position": self.position,
            "role": self.role,
            "active": self.active,
            "revision": self.revision,
        }


@dataclass(frozen=True)
class Login:
    """What a new user needs. Its `repr` leaves out the password, so that no log shows it."""

    username: str
    password: str
    request_id: str

    def __repr__(self) -> str:
        return f"Login({self.username!r})"


@dataclass(frozen=True)
class User:
    """A user of VoiceDrive; `made_by_us` says that the call with our request id has made it."""

    user_id: str
    username: str
    login_url: str
    made_by_us: bool


class VoiceDrive:
    """Makes and changes users.

    Args:
        remote: the API.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def make(self, person: Person, login: Login) -> User:
        """Make a user, or find the one that an earlier call has made.

        Raises:
            TemporaryError: nothing is known; the same call may be repeated.
            PermanentError: the request is refused, or somebody else has the user name.
        """
        body = person.body() | {
            "username": login.username,
            "initialPassword": login.password,
            "requestId": login.request_id,
        }
        try:
            made = self._remote.call("POST", "/api/v1/users", body)
        except ConflictError:
            found = self.find(person.staff_id, login)
            if found is None:
                raise TemporaryError(
                    f"{self._remote.name} says that the user is there, and then that it is not"
                ) from None
            self.change(found.user_id, person)
            return found
        return self._user(made, login)

    def find(self, staff_id: str, login: Login) -> User | None:
        """The user of a member of staff; None if there is none.

        Raises:
            TemporaryError: nothing is known.
            PermanentError: somebody else has the user name.
        """
        answer = self._remote.call("GET", f"/api/v1/users?username={quote(login.username, safe='')}")
        users = answer.get("users")
        if not isinstance(users, list):
            raise TemporaryError(f"{self._remote.name} has answered no list of users")
        if not users:
            return None
        user = users[0] if isinstance(users[0], dict) else {}
        if user.get("externalId") != staff_id:
            raise PermanentError(f"{self._remote.name} has a user {login.username} of somebody else")
        return self._user(user, login)

    def change(self, user_id: str, person: Person) -> None:
        """Make a user equal to a member of staff; a call with an older revision changes nothing.

        Raises:
            TemporaryError: nothing is known; the same call may be repeated.
            PermanentError: the request is refused.
        """
        self._remote.call("PUT", f"/api/v1/users/{quote(user_id, safe='')}", person.body())

    def _user(self, answer: Mapping[str, Any], login: Login) -> User:
        user_id, url = answer.get("userId"), answer.get("loginUrl")
        if not (
            isinstance(user_id, str) and 0 < len(user_id) <= 50 and isinstance(url, str) and len(url) <= 200
        ):
            raise TemporaryError(f"{self._remote.name} has answered no user")
        return User(user_id, login.username, url, answer.get("requestId") == login.request_id)
