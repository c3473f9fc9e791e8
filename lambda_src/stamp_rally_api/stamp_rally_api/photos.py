"""Pictures in the bucket: they are uploaded below `temp/`, and moved below `photos/` when they have been approved."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stamp_rally_api.collected import as_text
from stamp_rally_api.shapes import ContentType, SignedUpload

ENDINGS: dict[ContentType, str] = {"image/jpeg": "jpg", "image/png": "png"}
"""Those that Amazon Rekognition reads."""
KEY = re.compile(r"temp/(?P<user>[^/]+)/(?P<stamp>[^/]+)/(?P<photo>[0-9a-f]{32})\.(?P<ending>jpg|png)")
VALID = timedelta(minutes=5)
"""How long a signed form can be used."""
APPROVED_TAG = "moderation=approved"


@dataclass(frozen=True)
class Photo:
    """A picture that is uploaded."""

    user_id: str
    stamp_id: str
    photo_id: str
    ending: str

    @classmethod
    def at(cls, key: str) -> "Photo | None":
        """The picture with a key; None for a key that no form has."""
        found = KEY.fullmatch(key)
        return cls(found["user"], found["stamp"], found["photo"], found["ending"]) if found else None

    @property
    def name(self) -> str:
        """The key without its first folder."""
        return f"{self.user_id}/{self.stamp_id}/{self.photo_id}.{self.ending}"

    @property
    def uploaded(self) -> str:
        """The key before the check."""
        return f"temp/{self.name}"

    @property
    def approved(self) -> str:
        """The key after it."""
        return f"photos/{self.name}"

    @property
    def content_type(self) -> ContentType:
        """Its media type."""
        return next(each for each, ending in ENDINGS.items() if ending == self.ending)


@dataclass(frozen=True)
class Photos:
    """The bucket of pictures."""

    client: Any
    bucket: str

    def sign(self, photo: Photo, largest: int, now: datetime) -> SignedUpload:
        """A form that uploads this picture: no other key, no other type, and at most `largest` bytes.

        Source: "Creating an HTML form (using AWS Signature Version 4)" (Amazon S3 API Reference).
        """
        typed = {"Content-Type": photo.content_type}
        made = self.client.generate_presigned_post(
            Bucket=self.bucket,
            Key=photo.uploaded,
            Fields=typed,
            Conditions=[typed, ["content-length-range", 1, largest]],
            ExpiresIn=int(VALID.total_seconds()),
        )
        return {
            "url": made["url"],
            "fields": [{"name": name, "value": value} for name, value in made["fields"].items()],
            "largest_bytes": largest,
            "expires_at": as_text(now + VALID),
        }

    def approve(self, photo: Photo, version: str) -> None:
        """Copy the version of a picture that was checked, and no later one, to where approved ones are."""
        self.client.copy_object(
            Bucket=self.bucket,
            Key=photo.approved,
            CopySource={"Bucket": self.bucket, "Key": photo.uploaded, "VersionId": version},
            MetadataDirective="REPLACE",
            ContentType=photo.content_type,
            TaggingDirective="REPLACE",
            Tagging=APPROVED_TAG,
        )

    def remove(self, photo: Photo, version: str) -> None:
        """Delete a version of an uploaded picture for good; one that is gone is no error."""
        self.client.delete_object(Bucket=self.bucket, Key=photo.uploaded, VersionId=version)
