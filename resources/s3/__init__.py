"""Amazon S3: buckets and all that is configured on them."""
