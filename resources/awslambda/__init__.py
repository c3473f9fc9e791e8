"""AWS Lambda. The package is not named `lambda`, because that is a keyword of Python."""
