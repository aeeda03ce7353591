"""The sentences of the reason codes, by where the reason arises."""
