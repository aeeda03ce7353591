"""The benchmark: this project against the bare limit and against pandas and DuckDB, on data made here."""
