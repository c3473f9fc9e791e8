"""Sessions of staff in the two systems.

A member of staff has one session for both systems: a new sign-in ends the earlier one, and signing out ends it in both. The systems keep
the refresh token, and use it with a token of their own; the database has its SHA-256 only.
"""

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from staff_integration.access import caller_of
from staff_integration.database import in_transaction
from staff_integration.rollout import reach
from staff_integration.sign_in import attempts, keys
from staff_integration.sign_in.checking import Checker
from staff_integration.sign_in.shapes import Attempt, RefusedError, SignInTools, Tokens
from staff_integration.sign_in.tokens import Signer
from staff_integration.sign_in_tables import Credential, HandOver
from staff_integration.tables import OTHER, Account, Staff, System

SESSION = timedelta(hours=12)
"""How long a refresh token is valid: a shift."""
CODE = timedelta(seconds=60)
"""How long the code of a hand-over is valid."""


class SignIn:
    """Lets staff in, and the two systems.

    Args:
        tools: what it works with.
    """

    def __init__(self, tools: SignInTools) -> None:
        self._tools = tools
        self._checker = Checker(tools)

    def sign_in(self, system: System, attempt: Attempt) -> Tokens:
        """Begin a session by user name and password; an earlier one ends.

        Raises:
            RefusedError: the password is wrong, or there is no such account in this system.
            SlowedError: there were too many attempts.
        """
        staff_id = self._checker.staff_id_of(system, attempt)

        def begin(session: Session) -> Tokens | None:
            attempts.succeeded(session, attempts.account(attempt.username))
            account = _account(session, staff_id)
            tokens = self._begin(session, account, system)
            self._checker.audit(
                session, "signed_in" if tokens else "refused", staff_id, system, attempt.address
            )
            return tokens

        return _or_refused(in_transaction(self._tools.sessions, begin))

    def change_password(self, system: System, attempt: Attempt, new: str) -> None:
        """Change a password; every session of the member of staff ends.

        Raises:
            RefusedError: the old password is wrong, or there is no such account in this system.
            SlowedError: there were too many attempts.
        """
        staff_id, hashed = self._checker.staff_id_of(system, attempt), self._tools.passwords.hashed(new)

        def change(session: Session) -> None:
            now = self._tools.clock.now()
            attempts.succeeded(session, attempts.account(attempt.username))
            credential = session.get_one(Credential, staff_id)
            credential.password_hash, credential.must_change, credential.changed_at = hashed, False, now
            _end(_account(session, staff_id))
            self._checker.audit(session, "password_changed", staff_id, system, attempt.address)

        in_transaction(self._tools.sessions, change)

    def reset_password(self, staff_id: str, new: str) -> None:
        """Set a password that was drawn by chance and has to be changed, for somebody who has none; the session ends."""
        hashed, now = self._tools.passwords.hashed_generated(new), self._tools.clock.now()

        def reset(session: Session) -> None:
            session.merge(
                Credential(staff_id=staff_id, password_hash=hashed, must_change=True, changed_at=now)
            )
            end_sessions(session, staff_id)
            self._checker.audit(session, "password_changed", staff_id, "medical")

        in_transaction(self._tools.sessions, reset)

    def refresh(self, system: System, refresh_token: str) -> Tokens:
        """A new access token for a session that goes on.

        Raises:
            RefusedError: there is no such session, or the member of staff has left.
        """

        def renew(session: Session) -> Tokens | None:
            account = self._session(session, refresh_token)
            tokens = account and self._renewed(session, account, system, refresh_token)
            self._checker.audit(session, "refreshed" if tokens else "refused", _id_of(account), system)
            return tokens or None

        return _or_refused(in_transaction(self._tools.sessions, renew))

    def hand_over(self, system: System, refresh_token: str) -> str:
        """A code with which the other system takes the session over, once, within a minute.

        Raises:
            RefusedError: there is no such session.
        """
        code, now = self._tools.new_secret(), self._tools.clock.now()

        def keep(session: Session) -> bool:
            account = self._session(session, refresh_token)
            if account is not None and not reach.is_reached(session, account.staff_id):
                account = None
            self._checker.audit(session, "handed_over" if account else "refused", _id_of(account), system)
            session.execute(delete(HandOver).where(HandOver.expires_at <= now))
            if account is not None:
                session.add(
                    HandOver(
                        code=_digest(code),
                        target_system=OTHER[system],
                        refresh_token=self._tools.vault.encrypt(refresh_token),
                        expires_at=now + CODE,
                    )
                )
            return account is not None

        if not in_transaction(self._tools.sessions, keep):
            raise RefusedError("there is no such session")
        return code

    def redeem(self, system: System, code: str) -> Tokens:
        """Take a session over by a code.

        Raises:
            RefusedError: the code is unknown, used, too old, or for the other system; or the session has ended.
        """

        def take(session: Session) -> Tokens | None:
            kept = session.scalar(select(HandOver).where(HandOver.code == _digest(code)).with_for_update())
            account = tokens = None
            if kept is not None and kept.target_system == system:
                session.delete(kept)
                if kept.expires_at > self._tools.clock.now():
                    refresh_token = self._tools.vault.decrypt(kept.refresh_token)
                    account = self._session(session, refresh_token)
                    tokens = account and self._renewed(session, account, system, refresh_token)
            self._checker.audit(session, "redeemed" if tokens else "refused", _id_of(account), system)
            return tokens or None

        return _or_refused(in_transaction(self._tools.sessions, take))

    def sign_out(self, system: System, refresh_token: str) -> None:
        """End a session in both systems; one that has ended already is no mistake."""

        def end(session: Session) -> None:
            account = self._session(session, refresh_token)
            if account is not None:
                _end(account)
                self._checker.audit(session, "signed_out", account.staff_id, system)

        in_transaction(self._tools.sessions, end)

    def service_token(self, system: System, secret: str, address: str) -> str:
        """A token for one of the systems itself, by its secret.

        Raises:
            RefusedError: the secret is wrong.
            SlowedError: there were too many attempts.
        """
        fits = self._checker.secret_fits(system, secret, address)

        def sign(session: Session) -> str | None:
            self._checker.audit(
                session, "service_signed_in" if fits else "service_refused", None, system, address
            )
            if not fits:
                return None
            attempts.succeeded(session, attempts.address(address))
            return self._signer(session).for_system(system)

        token = in_transaction(self._tools.sessions, sign)
        if token is None:
            raise RefusedError("the secret is wrong")
        return token

    def _begin(self, session: Session, account: Account, system: System) -> Tokens | None:
        refresh_token = f"{account.integration_id}.{self._tools.new_secret()}"
        account.sso_token = _digest(refresh_token)
        account.token_expires_at = self._tools.clock.now() + SESSION
        tokens = self._renewed(session, account, system, refresh_token)
        if tokens is None:
            _end(account)
        return tokens

    def _session(self, session: Session, refresh_token: str) -> Account | None:
        number = refresh_token.partition(".")[0]
        if not (number.isascii() and number.isdigit() and len(number) < 11):
            return None
        account = session.scalar(
            select(Account).where(Account.integration_id == int(number)).with_for_update()
        )
        if account is None or account.sso_token is None or account.token_expires_at is None:
            return None
        right = hmac.compare_digest(account.sso_token, _digest(refresh_token))
        return account if right and account.token_expires_at > self._tools.clock.now() else None

    def _renewed(
        self, session: Session, account: Account, system: System, refresh_token: str
    ) -> Tokens | None:
        staff = session.get(Staff, account.staff_id)
        if staff is None or staff.left_at is not None or account.token_expires_at is None:
            return None
        if system == "voicedrive" and staff.voicedrive_id is None:
            return None
        if not reach.is_reached(session, staff.staff_id):
            return None
        credential = session.get(Credential, staff.staff_id)
        return Tokens(
            self._signer(session).for_staff(staff, caller_of(session, staff), system),
            refresh_token,
            account.token_expires_at,
            credential is not None and credential.must_change,
        )

    def _signer(self, session: Session) -> Signer:
        now = self._tools.clock.now()
        return Signer(*keys.signing(session, self._tools.vault, now), now)


def end_sessions(session: Session, staff_id: str) -> None:
    """End the session of a member of staff in both systems."""
    account = session.scalar(select(Account).where(Account.staff_id == staff_id).with_for_update())
    if account is not None:
        _end(account)


def _end(account: Account) -> None:
    account.sso_token = account.token_expires_at = None


def _account(session: Session, staff_id: str) -> Account:
    return session.scalars(select(Account).where(Account.staff_id == staff_id).with_for_update()).one()


def _id_of(account: Account | None) -> str | None:
    return account.staff_id if account else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _or_refused(tokens: Tokens | None) -> Tokens:
    if tokens is None:
        raise RefusedError("there is no such session")
    return tokens
