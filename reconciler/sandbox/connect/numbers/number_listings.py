"""Lists of phone numbers: available ones and claimed ones."""

from collections.abc import Sequence
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Rows
from reconciler.sandbox.connect.core.plane import Instance, Plane
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.numbers.number_state import drop_failed, is_taken, status_of, target_of, view
from reconciler.sandbox.connect.numbers.number_stock import stock

operations = Operations()


@operations.pages("AvailableNumbersList", most=10, on_plane=True)
def search_available_phone_numbers(
    plane: Plane,
    *,
    PhoneNumberCountryCode: str,
    PhoneNumberType: str,
    PhoneNumberPrefix: str | None = None,
    **target: str,
) -> Rows:
    """List available numbers, ten a page."""
    target_of(plane, target)
    numbers = stock(PhoneNumberCountryCode, PhoneNumberType, PhoneNumberPrefix)
    free = [number for number in numbers if not is_taken(plane, number)]
    plane.offered_numbers.update(dict.fromkeys(free, (PhoneNumberCountryCode, PhoneNumberType)))
    kind = {"PhoneNumberCountryCode": PhoneNumberCountryCode, "PhoneNumberType": PhoneNumberType}
    return [{"PhoneNumber": number, **kind} for number in free]


def _listed(
    plane: Plane,
    target: str | None,
    PhoneNumberTypes: Sequence[str] = (),
    PhoneNumberCountryCodes: Sequence[str] = (),
    PhoneNumberPrefix: str = "",
) -> list[Record]:
    """Filter numbers; failed claims are not listed."""
    drop_failed(plane)
    return [
        record
        for record in plane.numbers
        if status_of(plane, record)["Status"] != "FAILED"
        and (not PhoneNumberTypes or record.settings["PhoneNumberType"] in PhoneNumberTypes)
        and (
            not PhoneNumberCountryCodes
            or record.settings["PhoneNumberCountryCode"] in PhoneNumberCountryCodes
        )
        and record.name.startswith(PhoneNumberPrefix)
        and target in {None, record.settings["TargetArn"]}
    ]


@operations.pages(
    "ListPhoneNumbersSummaryList", most=1000, view=lambda _plane, record: view(record), on_plane=True
)
def list_phone_numbers_v2(
    plane: Plane, InstanceId: str | None = None, TargetArn: str | None = None, **filters: Any
) -> Rows:
    """List the numbers of the account, or those claimed to one instance or group, without status and tags.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_ListPhoneNumbersV2.html
    """
    target = InstanceId or TargetArn
    arn = target_of(plane, {"TargetArn": target})[1] if target else None
    return _listed(plane, target=arn, **filters)


def _old_view(instance: Instance, record: Record) -> dict[str, str]:
    return {
        "Id": record.id,
        "Arn": f"{instance.arn}/phone-number/{record.id}",
        "PhoneNumber": record.name,
        "PhoneNumberType": record.settings["PhoneNumberType"],
        "PhoneNumberCountryCode": record.settings["PhoneNumberCountryCode"],
    }


@operations.pages("PhoneNumberSummaryList", most=1000, view=_old_view)
def list_phone_numbers(instance: Instance, **filters: Any) -> Rows:
    """List an instance's numbers with the older operation: their ARN is within the instance and cannot be tagged."""
    return _listed(instance.plane, target=instance.arn, **filters)
