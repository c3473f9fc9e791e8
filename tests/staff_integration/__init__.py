"""Tests of the application `lambda_src/staff_integration`."""
