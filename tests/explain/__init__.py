"""Explanations of published numbers."""
