"""The routes of visitors."""

import uuid
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from aws_lambda_powertools.metrics import MetricUnit

from stamp_rally_api.collected import check, shown
from stamp_rally_api.documented import answers
from stamp_rally_api.photos import ENDINGS, Photo
from stamp_rally_api.problems import ProblemError
from stamp_rally_api.rally import rally
from stamp_rally_api.reporting import metrics
from stamp_rally_api.shapes import (
    CollectedStamp,
    CollectedStampPage,
    Latitude,
    Limit,
    Longitude,
    Metres,
    NearbyStamps,
    NewProfile,
    NextOfMyStamps,
    NextStamps,
    PhotoRequest,
    Position,
    Profile,
    RallyId,
    SignedUpload,
    Stamp,
    StampId,
    StampPage,
)
from stamp_rally_api.visitor import Visitor

router = APIGatewayRouter()  # type: ignore[no-untyped-call]  # Powertools has no types here
PAGE, NEARBY = 50, 1000
"""Rows of a page; metres."""


def visitor() -> Visitor:
    """Who sends the request.

    Raises:
        ProblemError: nobody that the token names.
    """
    return Visitor.of(router.current_event.request_context.authorizer.claims)


@router.get(
    "/rallies/<rally_id>/stamps",
    summary="The stamps of a rally, place by place",
    operation_id="listStamps",
    tags=["stamps"],
    responses=answers("A page of stamps", HTTPStatus.NOT_FOUND),
)
def list_stamps(
    rally_id: Annotated[RallyId, Path()],
    limit: Annotated[Limit, Query()] = PAGE,
    next_token: Annotated[NextStamps, Query()] = None,
) -> StampPage:
    """Answer a page of the stamps of a rally."""
    return rally().stamps.page(rally_id, limit, next_token)


@router.get(
    "/rallies/<rally_id>/stamps/nearby",
    summary="The stamps of a rally near a position, the nearest first",
    operation_id="listNearbyStamps",
    tags=["stamps"],
    responses=answers("Stamps with their distances", HTTPStatus.NOT_FOUND),
)
def list_nearby_stamps(
    rally_id: Annotated[RallyId, Path()],
    latitude: Annotated[Latitude, Query()],
    longitude: Annotated[Longitude, Query()],
    radius_metres: Annotated[Metres, Query()] = NEARBY,
    limit: Annotated[Limit, Query()] = PAGE,
) -> NearbyStamps:
    """Answer the stamps near a position."""
    position: Position = {"latitude": latitude, "longitude": longitude}
    return {"stamps": rally().stamps.nearby(rally_id, position, radius_metres, limit)}


@router.get(
    "/stamps/<stamp_id>",
    summary="A stamp",
    operation_id="getStamp",
    tags=["stamps"],
    responses=answers("The stamp", HTTPStatus.NOT_FOUND),
)
def get_stamp(stamp_id: Annotated[StampId, Path()]) -> Stamp:
    """Answer a stamp."""
    return rally().stamps.find(stamp_id)


@router.put(
    "/me/stamps/<stamp_id>",
    summary="Collect a stamp; a second time changes nothing and has the same answer",
    operation_id="collectStamp",
    tags=["me"],
    responses=answers("The collected stamp", HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, body=True),
)
def collect_stamp(
    stamp_id: Annotated[StampId, Path()], position: Annotated[Position, Body()]
) -> CollectedStamp:
    """Collect a stamp. One that the visitor has is answered even if it could not be collected any more."""
    used, user_id = rally(), visitor().user_id
    now = used.now()
    try:
        stamp = used.stamps.find(stamp_id)
        check(stamp, position, now)
    except ProblemError:
        row = used.collected.find(user_id, stamp_id)
        if row is None:
            raise
        return shown(row)
    collected, new = used.collected.collect(user_id, stamp, now)
    metrics.add_metric("StampCollected" if new else "StampCollectedAgain", MetricUnit.Count, 1)
    return collected


@router.get(
    "/me/stamps",
    summary="The stamps that I have collected",
    operation_id="listMyStamps",
    tags=["me"],
    responses=answers("A page of collected stamps"),
)
def list_my_stamps(
    limit: Annotated[Limit, Query()] = PAGE, next_token: Annotated[NextOfMyStamps, Query()] = None
) -> CollectedStampPage:
    """Answer a page of the visitor's stamps."""
    return rally().collected.page(visitor().user_id, limit, next_token)


@router.post(
    "/me/stamps/<stamp_id>/photo",
    summary="A signed form that uploads a picture for a stamp that I have collected",
    operation_id="signPhotoUpload",
    tags=["me"],
    status_code=HTTPStatus.CREATED.value,
    responses=answers("The form", HTTPStatus.NOT_FOUND, success=HTTPStatus.CREATED, body=True),
)
def sign_photo_upload(
    stamp_id: Annotated[StampId, Path()], wanted: Annotated[PhotoRequest, Body()]
) -> SignedUpload:
    """Sign the upload of a picture. The newest picture of a stamp is the one that counts."""
    used, user_id = rally(), visitor().user_id
    photo = Photo(user_id, stamp_id, uuid.uuid4().hex, ENDINGS[wanted["content_type"]])
    if not used.collected.await_photo(user_id, stamp_id, photo.photo_id):
        raise ProblemError(HTTPStatus.NOT_FOUND, "not-collected", "You have not collected this stamp.")
    return used.photos.sign(photo, used.settings.largest_image, used.now())


@router.get(
    "/me/profile",
    summary="My profile",
    operation_id="getProfile",
    tags=["me"],
    responses=answers("The profile", HTTPStatus.NOT_FOUND),
)
def get_profile() -> Profile:
    """Answer the visitor's profile."""
    return rally().profiles.find(visitor().user_id)


@router.put(
    "/me/profile",
    summary="Write my profile",
    operation_id="putProfile",
    tags=["me"],
    responses=answers("The profile", body=True),
)
def put_profile(written: Annotated[NewProfile, Body()]) -> Profile:
    """Write the visitor's profile."""
    used = rally()
    return used.profiles.write(visitor(), written, used.now())
