"""One offline page on which an official sees the district at a glance."""
