"""Changes YAML and JSON files as text: comments, order and quotes of everything else stay as they are."""
