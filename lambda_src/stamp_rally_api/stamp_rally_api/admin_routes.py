"""The routes of administrators: visitors who belong to the group of `ADMIN_GROUP` in the user pool."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from stamp_rally_api.documented import answers
from stamp_rally_api.problems import ProblemError
from stamp_rally_api.rally import Rally, rally
from stamp_rally_api.shapes import CollectionPage, Limit, NewStamp, NextCollections, Stamp, StampId
from stamp_rally_api.visitor import Visitor
from stamp_rally_api.visitor_routes import PAGE

router = APIGatewayRouter()  # type: ignore[no-untyped-call]  # Powertools has no types here


def for_administrators() -> Rally:
    """The rally, for administrators alone.

    Raises:
        ProblemError: the visitor is none.
    """
    used = rally()
    Visitor.of(router.current_event.request_context.authorizer.claims).must_be_in(used.settings.admin_group)
    return used


@router.put(
    "/admin/stamps/<stamp_id>",
    summary="Make a stamp, or write it anew",
    operation_id="putStamp",
    tags=["admin"],
    responses=answers("The stamp", HTTPStatus.NOT_FOUND, body=True),
)
def put_stamp(stamp_id: Annotated[StampId, Path()], written: Annotated[NewStamp, Body()]) -> Stamp:
    """Write a stamp."""
    used = for_administrators()
    if written.get("opens_at", "") >= written.get("closes_at", "9"):
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "never-open", "`closes_at` must be after `opens_at`."
        )
    return used.stamps.put(stamp_id, written)


@router.delete(
    "/admin/stamps/<stamp_id>",
    summary="Delete a stamp; what visitors have collected stays theirs",
    operation_id="deleteStamp",
    tags=["admin"],
    status_code=HTTPStatus.NO_CONTENT.value,
    responses=answers("It is gone", HTTPStatus.NOT_FOUND, success=HTTPStatus.NO_CONTENT),
)
def delete_stamp(stamp_id: Annotated[StampId, Path()]) -> Response[None]:
    """Delete a stamp; one that is gone already is no error."""
    for_administrators().stamps.delete(stamp_id)
    return Response(HTTPStatus.NO_CONTENT.value)


@router.get(
    "/admin/stamps/<stamp_id>/collections",
    summary="Who has collected a stamp, in order of time",
    operation_id="listCollections",
    tags=["admin"],
    responses=answers("A page of collections", HTTPStatus.NOT_FOUND),
)
def list_collections(
    stamp_id: Annotated[StampId, Path()],
    limit: Annotated[Limit, Query()] = PAGE,
    next_token: Annotated[NextCollections, Query()] = None,
) -> CollectionPage:
    """Answer a page of the collectors of a stamp."""
    return for_administrators().collected.collectors(stamp_id, limit, next_token)
