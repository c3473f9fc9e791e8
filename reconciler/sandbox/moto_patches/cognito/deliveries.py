"""Where Amazon Cognito would send the code of a message."""

from collections.abc import Iterator

from moto.cognitoidp.models import CognitoIdpUser

from reconciler.sandbox.moto_patches.cognito.pool import Pool

MEDIA = {"email": "EMAIL", "phone_number": "SMS"}


def _verified_by_code(pool: Pool, user: CognitoIdpUser) -> Iterator[str]:
    for name in pool.extended_config.get("AutoVerifiedAttributes") or ():
        if name in user.attribute_lookup:
            yield name


def delivery_to(pool: Pool, user: CognitoIdpUser) -> dict[str, str] | None:
    """Where AWS would send a code; None if the pool verifies none of the user's attributes."""
    name = next(_verified_by_code(pool, user), None)
    return details_of(user, name) if name else None


def details_of(user: CognitoIdpUser, name: str) -> dict[str, str]:
    """CodeDeliveryDetails for an attribute of a user, which hide most of its value."""
    value = str(user.attribute_lookup[name])
    first, _, domain = value.partition("@")
    shown = f"{first[:1]}***@{domain[:1]}***" if name == "email" else f"+*******{value[-4:]}"
    return {"Destination": shown, "DeliveryMedium": MEDIA[name], "AttributeName": name}
