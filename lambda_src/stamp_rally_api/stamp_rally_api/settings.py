"""The settings of both functions, from their environment variables; lambda_src/README.md explains each."""

from collections.abc import Mapping
from dataclasses import dataclass

MIB = 2**20
LARGEST_IMAGE = 5 * MIB
"""Bytes. Amazon Rekognition takes pictures of up to 15 MiB from a bucket."""
CONFIDENCE = 80.0
"""Percent: with this confidence a label of Amazon Rekognition rejects a picture."""


class MissingSettingError(Exception):
    """Raised where a variable that a function needs is missing; the argument is its name."""


@dataclass(frozen=True)
class Settings:
    """The settings of the API."""

    stamps_table: str
    user_stamps_table: str
    users_table: str
    images_bucket: str
    admin_group: str
    largest_image: int

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings.

        Raises:
            MissingSettingError: the name of a table or of the bucket is missing.
            ValueError: `LARGEST_IMAGE_BYTES` is no number.
        """
        return cls(
            stamps_table=required(environment, "STAMPS_TABLE"),
            user_stamps_table=required(environment, "USER_STAMPS_TABLE"),
            users_table=required(environment, "USERS_TABLE"),
            images_bucket=required(environment, "IMAGES_BUCKET"),
            admin_group=environment.get("ADMIN_GROUP") or "admins",
            largest_image=int(environment.get("LARGEST_IMAGE_BYTES") or LARGEST_IMAGE),
        )


def required(environment: Mapping[str, str], name: str) -> str:
    """A variable that has to be there.

    Raises:
        MissingSettingError: it is missing or empty.
    """
    value = environment.get(name, "").strip()
    if not value:
        raise MissingSettingError(name)
    return value


def liff_origin(environment: Mapping[str, str]) -> str:
    """The origin of the LIFF app, which browsers may call the API from; without it no origin may."""
    return environment.get("LIFF_ORIGIN", "").strip().rstrip("/")


def confidence(environment: Mapping[str, str]) -> float:
    """The least confidence, in percent, with which a label rejects a picture.

    Raises:
        ValueError: `MIN_CONFIDENCE` is no number.
    """
    return float(environment.get("MIN_CONFIDENCE") or CONFIDENCE)
