"""A fictional district made from one real series of readings, to try everything on."""
