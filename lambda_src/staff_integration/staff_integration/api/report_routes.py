"""The routes of reports. Staff with `can_access_reports` see the figures of the staff within their scope."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse

from staff_integration.access import Caller
from staff_integration.activity import BYS, By, Report, as_csv, report_of
from staff_integration.api.problems import answers
from staff_integration.api.report_shapes import (
    ActivityReport,
    ActivityRow,
    KpiList,
    KpiView,
    SyncFigures,
    SyncFiguresList,
)
from staff_integration.api.services import Service, Services, Used, permitted, scope_of
from staff_integration.kpis import plan_kpis
from staff_integration.report_page import page
from staff_integration.sync_report import reports

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
Reader = Annotated[Caller | Service, Depends(permitted("can_access_reports"))]
Days = Annotated[int, Query(ge=1, le=366)]
PERMITTED = answers(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
SCOPES = {"department": "one department", "team": "one team", "own": "one member of staff"}


def _as(media_type: str) -> dict[int | str, dict[str, Any]]:
    ok = {"description": "Successful Response", "content": {media_type: {"schema": {"type": "string"}}}}
    return {HTTPStatus.OK.value: ok, **PERMITTED}


@router.get(
    "/synchronisation",
    summary="How many records were carried, how many failed, and how late they were",
    operation_id="getSyncReport",
    responses=PERMITTED,
)
def get_sync_report(
    used: Used, _: Reader, hours: Annotated[int, Query(ge=1, le=24 * 366)] = 24
) -> SyncFiguresList:
    """Answer the figures of the last hours."""
    with used.sessions() as session:
        found = reports(session, used.clock.now() - timedelta(hours=hours))
        return SyncFiguresList(reports=[SyncFigures(**each.as_dict()) for each in found])


@router.get(
    "/activity",
    summary="Accounts, sign-ins, interviews and evaluations by facility, department, team or role",
    operation_id="getActivity",
    responses=PERMITTED,
)
def get_activity(used: Used, caller: Reader, by: By = "facility", days: Days = 30) -> ActivityReport:
    """Answer the figures of the last days."""
    found = _report(used, caller, days, by)
    return ActivityReport(
        since=found.since,
        until=found.until,
        by=by,
        rows=[ActivityRow(**each.as_dict()) for each in found.groups[by]],
        total=ActivityRow(**found.total.as_dict()),
    )


@router.get(
    "/activity.csv",
    summary="The same as CSV",
    operation_id="getActivityAsCsv",
    response_class=Response,
    responses=_as("text/csv"),
)
def get_activity_as_csv(used: Used, caller: Reader, by: By = "facility", days: Days = 30) -> Response:
    """Answer the figures of the last days, for a spreadsheet."""
    found = _report(used, caller, days, by)
    name = f"activity-by-{by}-{found.until:%Y%m%d}.csv"
    return Response(
        as_csv(found.groups[by]),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get(
    "/kpis", summary="The nine figures of the master plan", operation_id="getKpis", responses=PERMITTED
)
def get_kpis(used: Used, _: Reader, days: Days = 30) -> KpiList:
    """Answer the figures of the last days."""
    with used.sessions() as session:
        found = plan_kpis(session, used.clock.now(), timedelta(days=days))
    return KpiList(kpis=[KpiView(**vars(each)) for each in found])


@router.get(
    "/page",
    summary="All of it as one page",
    operation_id="getReportPage",
    response_class=HTMLResponse,
    responses=_as("text/html"),
)
def get_page(used: Used, caller: Reader, days: Days = 30) -> HTMLResponse:
    """Answer a page that needs nothing else."""
    found = _report(used, caller, days)
    with used.sessions() as session:
        kpis = plan_kpis(session, found.until, timedelta(days=days))
    scope = SCOPES.get(caller.scope, "all staff") if isinstance(caller, Caller) else "all staff"
    return HTMLResponse(
        page(found, kpis, found.until, scope),
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


def _report(used: Services, caller: Caller | Service, days: int, *bys: By) -> Report:
    until = used.clock.now()
    with used.sessions() as session:
        return report_of(session, until - timedelta(days=days), until, scope_of(caller), bys or BYS)
