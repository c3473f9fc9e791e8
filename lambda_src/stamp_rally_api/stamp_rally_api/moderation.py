"""Checks pictures as they arrive in the bucket: `stamp_rally_api.moderation.handler`.

A picture that nothing is found in is moved from `temp/` to `photos/`, with a tag; any other is deleted for good. The row of the
collected stamp tells which. An event that comes a second time, or late, changes nothing.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import ClientError

from stamp_rally_api import clients
from stamp_rally_api.collected import AWAITED, CollectedStamps
from stamp_rally_api.photos import Photo, Photos
from stamp_rally_api.reporting import logger, metrics
from stamp_rally_api.settings import confidence, required

NO_PICTURE = frozenset({"ImageTooLargeException", "InvalidImageFormatException"})
"""Codes of Amazon Rekognition for an object that is no picture, or too large a one."""
APPROVED, REJECTED, OUTDATED, STRANGE = "approved", "rejected", "outdated", "not_ours"
METRICS = {APPROVED: "PhotoApproved", REJECTED: "PhotoRejected"}


def handler(event: dict[str, Any], context: Any) -> None:
    """Check the pictures that an event of Amazon S3 names. AWS Lambda repeats an event whose check has failed.

    Source: "Event message structure" (Amazon S3 User Guide).

    Raises:
        ClientError, BotoCoreError: a service refuses a call, or does not answer in time.
        MissingSettingError: a variable is missing.
    """
    for record in event.get("Records", ()):
        logger.append_keys(request_id=context.aws_request_id)
        check = _check_of(record["s3"]["bucket"]["name"])
        stored = record["s3"]["object"]
        result, labels = check.settle(unquote_plus(stored["key"]), stored["versionId"])
        logger.info("photo_checked", result=result, labels=labels, key=stored["key"])
        if result in METRICS:
            metrics.add_metric(METRICS[result], MetricUnit.Count, 1)
            metrics.flush_metrics()


@dataclass(frozen=True)
class Check:
    """Checks the pictures of a bucket; labels of `confidence` percent or more reject one."""

    rekognition: Any
    photos: Photos
    collected: CollectedStamps
    confidence: float

    def settle(self, key: str, version: str) -> tuple[str, Sequence[str]]:
        """Approve or reject a picture; return the result, and the labels that were found.

        Raises:
            ClientError, BotoCoreError: a service refuses a call, or does not answer in time.
        """
        photo = Photo.at(key)
        if photo is None:
            return STRANGE, ()
        row = self.collected.find(photo.user_id, photo.stamp_id) or {}
        if (row.get("photo_id"), row.get("photo")) != (photo.photo_id, AWAITED):
            self.photos.remove(photo, version)
            return OUTDATED, ()
        labels = self._labels(photo, version)
        if not labels:
            self.photos.approve(photo, version)
        self._note(photo, approved=not labels)
        self.photos.remove(photo, version)
        return (REJECTED if labels else APPROVED), labels

    def _note(self, photo: Photo, *, approved: bool) -> None:
        self.collected.settle_photo(
            photo.user_id, photo.stamp_id, photo.photo_id, photo.approved if approved else None
        )

    def _labels(self, photo: Photo, version: str) -> Sequence[str]:
        """What Amazon Rekognition finds in a picture; its error code, if it is no picture."""
        stored = {"Bucket": self.photos.bucket, "Name": photo.uploaded, "Version": version}
        try:
            found = self.rekognition.detect_moderation_labels(
                Image={"S3Object": stored}, MinConfidence=self.confidence
            )
        except ClientError as error:
            code = str(error.response["Error"]["Code"])
            if code not in NO_PICTURE:
                raise
            return (code,)
        return sorted({each["Name"] for each in found["ModerationLabels"]})


def _check_of(bucket: str) -> Check:
    return Check(
        clients.rekognition(),
        Photos(clients.s3(), bucket),
        CollectedStamps(clients.dynamodb(), required(os.environ, "USER_STAMPS_TABLE")),
        confidence(os.environ),
    )
