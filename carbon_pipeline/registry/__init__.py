"""The register: which enterprises there are, which accounts 户号 and meters 电表 are theirs on which day, and what they report."""
