"""What the API keeps between invocations."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from stamp_rally_api import clients
from stamp_rally_api.collected import CollectedStamps
from stamp_rally_api.photos import Photos
from stamp_rally_api.profiles import Profiles
from stamp_rally_api.settings import Settings
from stamp_rally_api.stamps import Stamps


def utc_now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Rally:
    """The tables and the bucket of a rally."""

    settings: Settings
    stamps: Stamps
    collected: CollectedStamps
    profiles: Profiles
    photos: Photos
    now: Callable[[], datetime]


@cache
def rally() -> Rally:
    """Build what is kept between invocations. A failure is not kept.

    Raises:
        MissingSettingError: a variable is missing.
        ValueError: a variable is no number.
    """
    settings, dynamodb = Settings.read(os.environ), clients.dynamodb()
    return Rally(
        settings,
        Stamps(dynamodb, settings.stamps_table),
        CollectedStamps(dynamodb, settings.user_stamps_table),
        Profiles(dynamodb, settings.users_table),
        Photos(clients.s3(), settings.images_bucket),
        utc_now,
    )
