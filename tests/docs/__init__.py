"""The documentation held against the code: complete, current, and its examples true."""
