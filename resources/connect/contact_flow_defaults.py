"""The flows that Amazon Connect creates with an instance."""

DEFAULT_FLOWS = frozenset(
    {
        "Default agent hold",
        "Default agent transfer",
        "Default agent whisper",
        "Default customer hold",
        "Default customer queue",
        "Default customer whisper",
        "Default outbound",
        "Default queue transfer",
        "Sample AB test",
        "Sample customer queue priority",
        "Sample disconnect flow",
        "Sample inbound flow (first contact experience)",
        "Sample interruptible queue flow with callback",
        "Sample Lambda integration",
        "Sample note for screenpop",
        "Sample queue configurations",
        "Sample queue customer",
        "Sample queued callback",
        "Sample recording behavior",
        "Sample secure input with agent",
        "Sample secure input with no agent",
    }
)
"""The flows of a new instance (Amazon Connect Administrator Guide, "Default flows" and "Sample flows")."""
