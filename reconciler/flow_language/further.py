"""Action types whose error answers in AWS are not known: only the graph around them is checked."""

from collections.abc import Mapping

from reconciler.flow_language.action import NO_MATCH, OUTBOUND, Action

LINKED = ("ContactNotLinked",)
NOT_FOUND = ("MultipleFoundError", "NoneFoundError")
PROFILE_DATA = "ProfileRequestData ProfileResponseData"
PROFILE = ("ProfileRequestData", "ProfileResponseData=Reads: {}")

FURTHER: Mapping[str, Action] = {
    "AssociateContactToCustomerProfile": Action(
        "Associate customer profile",
        known=PROFILE_DATA,
        tells=PROFILE,
        charted=False,
    ),
    "AuthenticateParticipant": Action(
        "Authenticate customer", errors=(NO_MATCH, "TimeLimitExceeded"), charted=False
    ),
    "CheckOutboundCallStatus": Action(
        "Check call progress",
        conditions="CallAnswered VoicemailBeep VoicemailNoBeep NotDetected",
        way_on="branches",
        charted=False,
    ),
    "CheckSegmentMembership": Action("Check segment", conditions="any", charted=False, refused=True),
    # Amazon Connect Voice ID ended on 20 May 2026.
    "CheckVoiceId": Action(
        "Check Voice ID",
        known="CheckVoiceIdOption",
        conditions="any",
        way_on="branches",
        tells=("CheckVoiceIdOption",),
        charted=False,
    ),
    "CompleteOutboundCall": Action(
        "Complete outbound call",
        known="CallerId",
        errors=(),
        flow_types=OUTBOUND,
        tells=("CallerId.Number=Caller id: {}",),
        charted=False,
    ),
    "CreateCase": Action(
        "Create case",
        known="LinkContactToCase CaseTemplateId CaseRequestFields",
        optional_errors=LINKED,
        tells=(
            "CaseTemplateId=Template: {}",
            "CaseRequestFields=Fields: {}",
            "LinkContactToCase=Linked to contact: {}",
        ),
        charted=False,
    ),
    "CreateContact": Action("Create contact", tells=("ContactFlowId=Flow: {}",), charted=False),
    "CreateCustomerProfile": Action(
        "Create customer profile",
        known=PROFILE_DATA,
        tells=PROFILE,
        charted=False,
    ),
    "CreatePersistentContactAssociation": Action("Persist chat", charted=False),
    "CreateWisdomSession": Action(
        "Start Amazon Q session",
        known="WisdomAssistantArn",
        tells=("WisdomAssistantArn=Assistant: {}",),
        charted=False,
    ),
    "EvaluateDataTableValues": Action("Look up data table", charted=False),
    "GetCalculatedAttributesForCustomerProfile": Action(
        "Get calculated attributes",
        known=PROFILE_DATA,
        errors=("NoneFoundError", NO_MATCH),
        tells=PROFILE,
        charted=False,
    ),
    "GetCase": Action(
        "Get case",
        known="LinkContactToCase GetLastUpdatedCase CustomerId CaseResponseFields",
        optional_errors=(*NOT_FOUND, *LINKED),
        tells=(
            "CustomerId=Customer: {}",
            "GetLastUpdatedCase=Only the last one: {}",
            "CaseResponseFields=Reads: {}",
            "LinkContactToCase=Linked to contact: {}",
        ),
        charted=False,
    ),
    "GetCustomerProfile": Action(
        "Get customer profile",
        known=PROFILE_DATA,
        errors=(*NOT_FOUND, NO_MATCH),
        tells=PROFILE,
        charted=False,
    ),
    "GetCustomerProfileObject": Action(
        "Get customer profile object",
        known=PROFILE_DATA,
        errors=("NoneFoundError", NO_MATCH),
        tells=PROFILE,
        charted=False,
    ),
    "LoadContactContent": Action("Load contact content", charted=False),
    "ResumeContact": Action("Resume contact", charted=False),
    "RouteContactToAgent": Action("Route to agent", charted=False, refused=True),
    "StartOutboundChatContact": Action(
        "Send message",
        known="SourceEndpoint DestinationEndpoint ContactFlowArn ContactSubtype InitialSystemMessage RelatedContact",
        tells=(
            "DestinationEndpoint.Address=To {}",
            "SourceEndpoint.Address=From {}",
            "InitialSystemMessage",
            "ContactFlowArn=Flow: {}",
        ),
        charted=False,
    ),
    "StartOutboundEmailContact": Action(
        "Send email",
        tells=("DestinationEndpoint.Address=To {}", "ContactFlowArn=Flow: {}"),
        charted=False,
    ),
    "StartVoiceIdStream": Action("Start Voice ID stream", charted=False),
    "UpdateCase": Action(
        "Update case",
        known="LinkContactToCase CaseId CaseRequestFields",
        optional_errors=LINKED,
        tells=(
            "CaseId=Case: {}",
            "CaseRequestFields=Fields: {}",
            "LinkContactToCase=Linked to contact: {}",
        ),
        charted=False,
    ),
    "UpdateContactMediaProcessing": Action(
        "Set message processing",
        known="ChatProcessor",
        tells=(
            "ChatProcessor.LambdaProcessorARN=Function: {}",
            "ChatProcessor.ProcessingEnabled=Processing: {}",
            "ChatProcessor.ChatProcessorSettings.DeliverUnprocessedMessages=Delivers unprocessed messages: {}",
        ),
        charted=False,
    ),
    "UpdateCustomerProfile": Action(
        "Update customer profile",
        known=PROFILE_DATA,
        tells=PROFILE,
        charted=False,
    ),
}
