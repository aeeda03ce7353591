"""The documentation as a tested artefact: texts by hand, tables from the code, transcripts from real runs."""
