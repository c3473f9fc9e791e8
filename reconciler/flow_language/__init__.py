"""Amazon Connect's Flow language as data: each action type with its parameters, its branches and what people call it."""
