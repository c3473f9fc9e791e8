"""Action types that set a property of a contact or a flow and continue."""

from collections.abc import Mapping

from reconciler.flow_language.action import (
    ANYWHERE,
    CALLS,
    HOLDS,
    INBOUND,
    MODULE,
    NO_MATCH,
    OUTBOUND,
    TRANSFERS,
    Action,
)

SETTINGS: Mapping[str, Action] = {
    "UpdateContactAttributes": Action(
        "Set attributes",
        known="Attributes TargetContact",
        required="Attributes",
        values={"TargetContact": "Current|Related"},
        tells=("Attributes", "TargetContact=Of contact: {}"),
    ),
    "UpdateFlowAttributes": Action(
        "Set flow attributes", known="FlowAttributes", required="FlowAttributes", tells=("FlowAttributes",)
    ),
    "UpdateContactData": Action(
        "Set contact data",
        known="Name Description LanguageCode CustomerId References IsVoiceIdStreamingEnabled"
        " IsVoiceAuthenticationEnabled IsFraudDetectionEnabled VoiceAuthenticationThreshold"
        " VoiceAuthenticationResponseTime FraudDetectionThreshold WatchlistId WisdomSessionArn TargetContact",
        values={"TargetContact": "Current|Related"},
        tells=(
            "Name=Name: {}",
            "Description=Description: {}",
            "LanguageCode=Language: {}",
            "CustomerId=Customer: {}",
            "References=References: {}",
            "WisdomSessionArn=Amazon Q session: {}",
            "IsVoiceIdStreamingEnabled=Voice ID: {}",
            "IsVoiceAuthenticationEnabled=Voice authentication: {}",
            "VoiceAuthenticationThreshold=Authentication threshold: {}",
            "VoiceAuthenticationResponseTime=Authentication within {} s",
            "IsFraudDetectionEnabled=Fraud detection: {}",
            "FraudDetectionThreshold=Fraud threshold: {}",
            "WatchlistId=Watchlist: {}",
            "TargetContact=Of contact: {}",
        ),
    ),
    # Two sources contradict each other on EventHooksConfiguration; AWS itself deploys it.
    "UpdateContactEventHooks": Action(
        "Set event flow",
        known="EventHooks EventHooksConfiguration",
        required="EventHooks",
        tells=("EventHooks", "EventHooksConfiguration"),
    ),
    "UpdateContactRoutingBehavior": Action(
        "Change priority or age",
        known="QueuePriority QueueTimeAdjustmentSeconds RoutingProficiencies",
        exclusive="QueuePriority QueueTimeAdjustmentSeconds",
        values={"QueuePriority": "1..9223372036854775807"},
        errors=(),
        optional_errors=(NO_MATCH,),
        tells=(
            "QueuePriority=Priority {}",
            "QueueTimeAdjustmentSeconds=Age {} s",
            "RoutingProficiencies=Proficiencies: {}",
        ),
    ),
    "UpdateContactRoutingCriteria": Action(
        "Set routing criteria",
        known="RoutingCriteria",
        required="RoutingCriteria",
        tells=("RoutingCriteria.Steps",),
    ),
    "UpdateContactCallbackNumber": Action(
        "Set callback number",
        known="CallbackNumber",
        required="CallbackNumber",
        errors=("InvalidCallbackNumber", "CallbackNumberNotDialable"),
        flow_types=CALLS,
        tells=("CallbackNumber",),
    ),
    "UpdateContactRecordingBehavior": Action(
        "Set recording",
        known="RecordingBehavior AnalyticsBehavior",
        required="RecordingBehavior",
        errors=(),
        flow_types=CALLS | OUTBOUND,
        tells=(
            "RecordingBehavior.RecordedParticipants=Records {}",
            "RecordingBehavior.ScreenRecordedParticipants=Records the screen of {}",
            "RecordingBehavior.IVRRecordingBehavior=Automated part: {}",
            "AnalyticsBehavior.Enabled=Analytics: {}",
            "AnalyticsBehavior.AnalyticsLanguage=Language: {}",
            "AnalyticsBehavior.AnalyticsRedactionBehavior=Redaction: {}",
        ),
    ),
    "UpdateContactRecordingAndAnalyticsBehavior": Action(
        "Set recording and analytics",
        known="VoiceBehavior ChatBehavior ScreenRecordingBehavior",
        exactly_one=("VoiceBehavior ChatBehavior ScreenRecordingBehavior",),
        errors=(NO_MATCH, "ChannelMismatch"),
        optional_errors=("InFlightRedactionConfigurationFailed",),
        tells=(
            "VoiceBehavior.VoiceRecordingBehavior.RecordedParticipants=Records {}",
            "VoiceBehavior.VoiceRecordingBehavior.IVRRecordingBehavior=Automated part: {}",
            "VoiceBehavior.VoiceAnalyticsBehavior=Voice analytics: {}",
            "ChatBehavior=Chat: {}",
            "ScreenRecordingBehavior.ScreenRecordedParticipants=Records the screen of {}",
        ),
    ),
    "UpdateContactTextToSpeechVoice": Action(
        "Set voice",
        known="TextToSpeechVoice TextToSpeechEngine TextToSpeechStyle",
        required="TextToSpeechVoice",
        errors=(),
        optional_errors=(NO_MATCH,),
        tells=("TextToSpeechVoice", "TextToSpeechEngine=Engine: {}", "TextToSpeechStyle=Style: {}"),
    ),
    "UpdateFlowLoggingBehavior": Action(
        "Set logging",
        known="FlowLoggingBehavior",
        required="FlowLoggingBehavior",
        values={"FlowLoggingBehavior": "Enabled|Disabled"},
        errors=(),
        tells=("FlowLoggingBehavior",),
    ),
    "UpdateContactMediaStreamingBehavior": Action(
        "Set media streaming",
        known="MediaStreamingState Participants MediaStreamType",
        required="MediaStreamingState",
        values={"MediaStreamingState": "Enabled|Disabled", "MediaStreamType": "Audio"},
        flow_types=ANYWHERE - HOLDS,
        tells=("MediaStreamingState", "Participants"),
    ),
    "UpdatePreviousContactParticipantState": Action(
        "Hold or resume",
        known="PreviousContactParticipantState",
        required="PreviousContactParticipantState",
        values={"PreviousContactParticipantState": "AgentOnHold|CustomerOnHold|OffHold"},
        flow_types=INBOUND | TRANSFERS | OUTBOUND | MODULE,
        tells=("PreviousContactParticipantState",),
    ),
    "TagContact": Action("Tag contact", known="Tags", required="Tags", tells=("Tags",)),
    "UntagContact": Action("Untag contact", known="TagKeys", required="TagKeys", tells=("TagKeys",)),
    "CreateTask": Action(
        "Create task",
        known="ContactFlowId Name Attributes Description References DelaySeconds ScheduledTime"
        " TaskTemplateId",
        required="Name",
        exclusive="DelaySeconds ScheduledTime",
        values={"DelaySeconds": "$1..518400"},
        tells=(
            "Name",
            "ContactFlowId=Flow: {}",
            "TaskTemplateId=Template: {}",
            "DelaySeconds=After {} s",
            "ScheduledTime=At {}",
            "Description",
            "Attributes",
            "References",
        ),
    ),
}
