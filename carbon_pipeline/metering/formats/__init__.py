"""Readers of meter exports: bytes in, readings out; what one source writes is said by a profile, not by code."""
