"""What a DuckDB and a pandas expert would write for the same reckoning, clean-room: nothing of this project's code."""
