"""Amazon DynamoDB: tables and all that is configured on them."""
