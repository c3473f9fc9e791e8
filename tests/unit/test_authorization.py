"""Actions that IAM checks against `*` only: they have a reason, and agree with the Service Authorization Reference."""

import pytest

from reconciler.permissions import Grant
from reconciler.service import Service
from reconciler.testing.authorization import arns_of, knows, misfits


def test_a_star_without_a_reason_is_an_error_of_the_declaration() -> None:
    with pytest.raises(ValueError, match="belongs in unscoped, with the reason"):
        Service(name="toy", scopes={"toy:ListToys": "*"})


@pytest.mark.parametrize(
    ("action", "reason"),
    [("toy:ListToys", ""), ("toy:ListToys", "list"), ("ListToys", "lists all toys")],
)
def test_a_reason_is_a_reason(action: str, reason: str) -> None:
    with pytest.raises(ValueError, match="says why IAM names no resource of it"):
        Service(name="toy", unscoped={action: reason})


def test_what_has_a_pattern_is_not_unscoped() -> None:
    with pytest.raises(ValueError, match="has a pattern of ARNs too"):
        Service(
            name="toy", scopes={"toy:ListToys": "arn:aws:toy"}, unscoped={"toy:ListToys": "lists all toys"}
        )


def test_the_reference_tells_what_an_action_is_checked_against() -> None:
    assert arns_of("kms:ListKeys") == []
    assert arns_of("kms:DescribeKey") == ["arn:*:kms:*:*:key/*"]
    assert (knows("kms:GenerateDataKey*"), knows("kms:DescribeLock")) == (True, False)


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        (
            Grant("kms:ListKeys", "arn:aws:kms:eu-west-2:123456789012:key/*"),
            "IAM checks it against * only; declare it in Service.unscoped",
        ),
        (
            Grant("kms:DescribeKey", "*", reason="looks at all keys"),
            "it is allowed on *, and IAM checks it against arn:",
        ),
        (
            Grant("kms:DescribeKey", "arn:aws:s3:::a"),
            "it is allowed on arn:aws:s3:::a, and IAM checks it against arn:",
        ),
    ],
)
def test_what_is_allowed_elsewhere_is_told(grant: Grant, said: str) -> None:
    (found,) = misfits([grant])
    assert said in found


@pytest.mark.parametrize(
    "grant",
    [
        Grant("kms:ListKeys", "*", reason="lists all keys"),
        Grant("kms:DescribeKey", "arn:aws:kms:eu-west-2:123456789012:key/1234"),
        Grant("kms:DescribeLock", "arn:aws:kms:eu-west-2:123456789012:lock/1234"),
    ],
)
def test_what_fits_and_what_nobody_knows_is_passed_over(grant: Grant) -> None:
    assert list(misfits([grant])) == []
