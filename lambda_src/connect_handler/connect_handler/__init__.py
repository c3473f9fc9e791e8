"""A Lambda function for flows of Amazon Connect: it looks the caller up in DynamoDB."""
