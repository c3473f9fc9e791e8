"""Amazon S3: buckets and their configurations."""
