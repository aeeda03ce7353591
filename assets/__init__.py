"""Dagster assets and asset checks, thin: read from the lake, call the pipeline, write to the lake; no arithmetic here."""
