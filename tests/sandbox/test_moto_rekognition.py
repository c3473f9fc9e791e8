"""Labels for moderation: of pictures in a request and in a bucket."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reconciler.sandbox import Sandbox

REGION = "ap-northeast-1"
JPEG, PNG = b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"
MIB = 2**20
BAD = JPEG + b"moderation-label:Graphic Violence=96.9 moderation-label:Weapons=60"


@pytest.fixture(scope="module")
def aws() -> Iterator[Any]:
    with Sandbox() as box:
        session = box.session(REGION)
        s3 = session.client("s3")
        here = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket="pictures", CreateBucketConfiguration=here)
        s3.put_bucket_versioning(Bucket="pictures", VersioningConfiguration={"Status": "Enabled"})
        versions = [s3.put_object(Bucket="pictures", Key="a", Body=body)["VersionId"] for body in (BAD, PNG)]
        s3.put_object(Bucket="pictures", Key="large", Body=PNG.ljust(15 * MIB + 1))
        elsewhere = box.session("us-east-1").client("s3")
        elsewhere.create_bucket(Bucket="elsewhere")
        elsewhere.put_object(Bucket="elsewhere", Key="a", Body=PNG)
        yield SimpleNamespace(rekognition=session.client("rekognition"), s3=s3, versions=versions)


def labels(aws: Any, image: dict[str, Any], **more: Any) -> list[tuple[str, float]]:
    found = aws.rekognition.detect_moderation_labels(Image=image, **more)["ModerationLabels"]
    return [(each["Name"], each["Confidence"]) for each in found]


def test_a_picture_has_the_labels_that_it_names(aws: Any) -> None:
    both = [("Graphic Violence", pytest.approx(96.9)), ("Weapons", 60.0)]
    assert labels(aws, {"Bytes": BAD}) == both
    assert labels(aws, {"Bytes": BAD}, MinConfidence=80) == both[:1]
    place = {"Bucket": "pictures", "Name": "a"}
    assert labels(aws, {"S3Object": place}) == []
    assert labels(aws, {"S3Object": {**place, "Version": aws.versions[0]}}) == both


@pytest.mark.parametrize(
    ("image", "code"),
    [
        ({"Bytes": b"GIF89a"}, "InvalidImageFormatException"),
        ({"S3Object": {"Bucket": "pictures", "Name": "large"}}, "ImageTooLargeException"),
        ({}, "InvalidParameterException"),
        ({"S3Object": {"Bucket": "pictures", "Name": "b"}}, "InvalidS3ObjectException"),
        ({"S3Object": {"Bucket": "pictures", "Name": "a", "Version": "x"}}, "InvalidS3ObjectException"),
        ({"S3Object": {"Bucket": "nowhere", "Name": "a"}}, "InvalidS3ObjectException"),
        ({"S3Object": {"Bucket": "elsewhere", "Name": "a"}}, "InvalidS3ObjectException"),
    ],
)
def test_what_is_no_picture_is_refused(aws: Any, image: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        labels(aws, image)


def test_what_moto_has_is_still_there(aws: Any) -> None:
    assert aws.rekognition.detect_labels(Image={"Bytes": PNG})["Labels"]
