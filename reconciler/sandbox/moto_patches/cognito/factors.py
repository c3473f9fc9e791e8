"""The authenticator apps of users: AssociateSoftwareToken and VerifySoftwareToken.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
"""

from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, cognitoidp_backends

from reconciler.sandbox.moto_patches.cognito.one_time_codes import is_right, new_secret
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.pools import Reply
from reconciler.sandbox.moto_patches.cognito.refusals import not_authorized
from reconciler.sandbox.moto_patches.cognito.sign_in_checks import ask
from reconciler.sandbox.moto_patches.cognito.signing_in import SigningIn
from reconciler.sandbox.moto_patches.cognito.users import by_token, user_of
from reconciler.sandbox.sandbox_error import SandboxError


class Factors(SigningIn):
    """The operations on authenticator apps."""

    def associate(self, AccessToken: str | None = None, Session: str | None = None) -> Reply:
        """AssociateSoftwareToken."""
        pool, user, session = _asking(AccessToken, Session)
        pool.apps[user.id] = new_secret()
        return {"SecretCode": pool.apps[user.id], **session}

    def verify_app(
        self, UserCode: str, AccessToken: str | None = None, Session: str | None = None, **_: Any
    ) -> Reply:
        """VerifySoftwareToken."""
        pool, user, session = _asking(AccessToken, Session)
        if not is_right(pool.apps.get(user.id), UserCode):
            raise SandboxError("EnableSoftwareTokenMFAException", "Code mismatch")
        user.token_verified = True
        if Session is not None:
            user.software_token_mfa_enabled = True
        return {"Status": "SUCCESS", **session}


def _asking(token: str | None, session: str | None) -> tuple[Pool, CognitoIdpUser, Reply]:
    """The pool, the user who asks, and the new session if there was one."""
    if token is not None:
        return *by_token(token)[:2], {}
    for regions in cognitoidp_backends.values():
        for backend in regions.values():
            for pool in backend.user_pools.values():
                if isinstance(pool, Pool) and session in pool.challenges:
                    challenge = pool.challenges.pop(session)
                    return pool, user_of(pool, None, challenge.username), {"Session": ask(pool, challenge)}
    raise not_authorized("Invalid session for the user.")
