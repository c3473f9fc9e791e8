"""Rules: automatic actions if a contact, a case or a metric meets a condition."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.connect.core.criteria import compared
from reconciler.sandbox.connect.core.operations import Operations, Reply, created, lacking
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import not_allowed, quota_reached
from reconciler.sandbox.connect.core.resource_types import RULE
from reconciler.sandbox.connect.core.stored_records import Record, moment

MOST_PER_SOURCE = 500

CALLS = {"OnPostCallAnalysisAvailable", "OnRealTimeCallAnalysisAvailable"}
CHATS = {"OnRealTimeChatAnalysisAvailable", "OnPostChatAnalysisAvailable"}
TICKETS = {"OnZendeskTicketCreate", "OnZendeskTicketStatusUpdate", "OnSalesforceCaseCreate"}
JUDGED = {"OnContactEvaluationSubmit", "OnMetricDataUpdate"}
CASES = {"OnCaseCreate", "OnCaseUpdate"}
ANYWHERE: frozenset[str] = frozenset()

# By type of action: its member, and the event sources that its documentation names, if any.
ACTIONS: Mapping[str, tuple[str, frozenset[str]]] = {
    "CREATE_TASK": ("TaskAction", ANYWHERE),
    "ASSIGN_CONTACT_CATEGORY": ("AssignContactCategoryAction", frozenset(CALLS | CHATS | TICKETS)),
    "GENERATE_EVENTBRIDGE_EVENT": ("EventBridgeAction", frozenset(CALLS | CHATS | JUDGED)),
    "SEND_NOTIFICATION": ("SendNotificationAction", frozenset(CALLS | CHATS | JUDGED)),
    "CREATE_CASE": (
        "CreateCaseAction",
        frozenset({"OnPostCallAnalysisAvailable", "OnPostChatAnalysisAvailable"}),
    ),
    "UPDATE_CASE": ("UpdateCaseAction", frozenset(CASES)),
    "ASSIGN_SLA": ("AssignSlaAction", ANYWHERE),
    "END_ASSOCIATED_TASKS": ("EndAssociatedTasksAction", frozenset({"OnCaseUpdate"})),
    "END_ASSOCIATED_EMAILS": ("EndAssociatedEmailsAction", frozenset({"OnCaseUpdate"})),
    "SUBMIT_AUTO_EVALUATION": ("SubmitAutoEvaluationAction", ANYWHERE),
    "EXTRACT_INFORMATION": ("ExtractInformationAction", ANYWHERE),
    "SEND_IN_APP_NOTIFICATION": ("SendInAppNotificationAction", ANYWHERE),
}

operations = Operations()


def _source(record: Record) -> str:
    return str(record.settings["TriggerEventSource"]["EventSourceName"])


def as_searched(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe a rule, with only the types of its actions."""
    settings = lacking(dict(record.settings), ("Function", "Actions"))
    actions = [{"ActionType": action["ActionType"]} for action in record.settings["Actions"]]
    return {
        "Name": record.name,
        "RuleId": record.id,
        "RuleArn": record.arn,
        **settings,
        "ActionSummaries": actions,
        "CreatedTime": moment(record.created),
        "LastUpdatedTime": moment(record.modified),
        "LastUpdatedBy": instance.plane.caller,
        "Tags": dict(record.tags),
    }


def as_described(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe a rule in full."""
    return {**lacking(as_searched(instance, record), ("ActionSummaries",)), **record.settings}


def as_listed(instance: Instance, record: Record) -> dict[str, Any]:
    """Summarize a rule."""
    unlisted = ("TriggerEventSource", "PreEvaluationFilters", "LastUpdatedBy", "Tags")
    return {**lacking(as_searched(instance, record), unlisted), "EventSourceName": _source(record)}


def _named(_instance: Instance, record: Record, condition: Mapping[str, str]) -> bool:
    settings = record.settings
    texts = {
        "name": [record.name],
        "ruleid": [record.id],
        "publishstatus": [settings["PublishStatus"]],
        "eventsourcename": [_source(record)],
        "integrationassociationid": [settings["TriggerEventSource"].get("IntegrationAssociationId", "")],
        "actionsummaries": [action["ActionType"] for action in settings["Actions"]],
        "rulecapabilitytiers": [],
    }
    field = condition.get("FieldName", "")
    if field.lower() not in texts:
        raise not_allowed(f"FieldName {field} is not supported.")
    return any(compared(condition, text) for text in texts[field.lower()])


operations.describe("DescribeRule", RULE, "Rule", as_described)
operations.list_all(
    "ListRules",
    RULE,
    "RuleSummaryList",
    view=as_listed,
    most=200,
    keep={
        "PublishStatus": lambda record, wanted: bool(record.settings["PublishStatus"] == wanted),
        "EventSourceName": lambda record, wanted: _source(record) == wanted,
    },
)
operations.search(
    "SearchRules", RULE, "Rules", view=as_searched, most=200, conditions={"StringCondition": _named}
)
operations.delete("DeleteRule", RULE)


@operations.on_instance
def create_rule(
    instance: Instance, Name: str, Tags: Mapping[str, str] | None = None, **settings: Any
) -> Reply:
    """Create a rule; its trigger cannot be changed later."""
    source = settings["TriggerEventSource"]
    if source["EventSourceName"] in TICKETS and "IntegrationAssociationId" not in source:
        raise not_allowed(f"IntegrationAssociationId is required for {source['EventSourceName']}.")
    _require_fitting(source["EventSourceName"], settings["Function"], settings["Actions"])
    most = instance.plane.quotas.get(RULE.noun, MOST_PER_SOURCE)
    if sum(_source(rule) == source["EventSourceName"] for rule in instance.store(RULE)) >= most:
        raise quota_reached(f"rules for {source['EventSourceName']}", most)
    return created(instance.add(RULE, Name, settings, tags=Tags))


@operations.on_instance
def update_rule(
    instance: Instance,
    RuleId: str,
    Name: str,
    PreEvaluationFilters: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Reply:
    """Replace a rule; filters that the request leaves out are removed."""
    record = instance.get(RULE, RuleId)
    _require_fitting(_source(record), changes["Function"], changes["Actions"])
    instance.change(record, {**changes, "PreEvaluationFilters": PreEvaluationFilters}, Name)
    return None


def _require_fitting(source: str, function: str, actions: Sequence[Mapping[str, Any]]) -> None:
    try:
        parsed = json.loads(function)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise not_allowed("Function is not a JSON object.")
    for action in actions:
        kind = action["ActionType"]
        member, sources = ACTIONS[kind]
        if set(action) != {"ActionType", member}:
            raise not_allowed(f"An action of type {kind} needs {member} and nothing else.")
        if sources and source not in sources:
            raise not_allowed(f"An action of type {kind} is not supported for {source}.")
