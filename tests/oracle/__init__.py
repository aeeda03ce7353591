"""A slow, plain reckoning of a whole district from its files, independent of the package, to hold the package against."""
