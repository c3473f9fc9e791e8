"""Functions of AWS Lambda for a stamp rally: its API, and the check of the pictures that visitors upload."""
