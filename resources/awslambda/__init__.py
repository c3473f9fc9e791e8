"""AWS Lambda. The package is not called `lambda`: that is a word of Python."""
