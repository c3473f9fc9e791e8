"""Users with their hierarchy, proficiencies, security profiles and agent statuses."""
