"""Amazon Connect's Flow language as data: each action type with its title, parameters and branches."""
