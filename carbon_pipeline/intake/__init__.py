"""Intake: files and folders in, readings, register and receipts out; every row is accounted for."""
