"""Amazon DynamoDB: tables and their settings."""
