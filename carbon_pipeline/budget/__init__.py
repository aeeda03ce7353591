"""The energy-budget ledger 用能预算: what is used of the year's budget, and what is over it."""
