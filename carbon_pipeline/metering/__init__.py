"""From rows as they came to settled meter days: which reading stands, what is measured, what is estimated."""
