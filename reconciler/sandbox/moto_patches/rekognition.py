"""Amazon Rekognition: finds labels for moderation; moto does not have this operation.

Known-lossy: nothing looks at pictures. A picture has the labels that its bytes name, as in a comment of a JPEG file:
`moderation-label:Graphic Violence=96.9`, with the confidence in percent.
"""

import re
from collections.abc import Mapping
from typing import Any

from moto.rekognition.models import RekognitionBackend
from moto.rekognition.responses import RekognitionResponse
from moto.s3.models import s3_backends

from reconciler.sandbox import extension
from reconciler.sandbox.sandbox_error import SandboxError

MIB = 2**20
# Source: "Guidelines and quotas in Amazon Rekognition" (Amazon Rekognition Developer Guide).
LARGEST = 15 * MIB
"""Of a picture in a bucket; one in a request is limited by the model."""
FORMATS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""The first bytes of JPEG and PNG files."""
LABEL = re.compile(rb"moderation-label:([A-Za-z -]+)=(\d{1,3}(?:\.\d+)?)")
LEAST_CONFIDENCE = 50.0


def install() -> None:
    """Answer requests before moto does."""
    extension.extend("rekognition", Pictures, "moto.rekognition", RekognitionResponse.dispatch)


class Pictures(RekognitionBackend):
    """Looks at pictures."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, extension.Operation] = {"DetectModerationLabels": self.moderate}

    def moderate(
        self, Image: Mapping[str, Any], MinConfidence: float = LEAST_CONFIDENCE, **_: Any
    ) -> Mapping[str, Any]:
        """DetectModerationLabels.

        Source: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectModerationLabels.html
        """
        picture = self._picture(Image)
        if not picture.startswith(FORMATS):
            raise SandboxError("InvalidImageFormatException", "Request has invalid image format")
        found = [(name.decode().strip(), float(percent)) for name, percent in LABEL.findall(picture)]
        labels = [
            {"Name": name, "Confidence": percent, "ParentName": "", "TaxonomyLevel": 1}
            for name, percent in found
            if percent >= MinConfidence
        ]
        return {"ModerationLabels": labels, "ModerationModelVersion": "7.0", "ContentTypes": []}

    def _picture(self, image: Mapping[str, Any]) -> bytes:
        given, place = image.get("Bytes"), image.get("S3Object")
        if (given is None) == (place is None):
            raise SandboxError("InvalidParameterException", "Request has invalid parameters")
        picture = bytes(given) if given is not None else self._stored(place or {})
        if len(picture) > LARGEST:
            raise SandboxError("ImageTooLargeException", "Image size is too large.")
        return picture

    def _stored(self, place: Mapping[str, Any]) -> bytes:
        buckets = s3_backends[self.account_id][self.partition].buckets
        bucket = buckets.get(str(place.get("Bucket")))
        version = place.get("Version")
        key = None
        if bucket is not None and bucket.region_name == self.region_name:
            versions = bucket.keys.getlist(str(place.get("Name")), default=[])
            key = next((each for each in versions if each.version_id == version), None) if version else None
            key = key or (versions[-1] if versions and not version else None)
        value = getattr(key, "value", None)
        if value is None:
            text = (
                "Unable to get object metadata from S3. Check object key, region and/or access permissions."
            )
            raise SandboxError("InvalidS3ObjectException", text)
        return bytes(value)
