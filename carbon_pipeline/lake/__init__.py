"""The lake: Delta tables under the home, and the only door to them."""
