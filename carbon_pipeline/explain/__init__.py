"""The whole reckoning of one published number, taken apart from the same books that made it."""
