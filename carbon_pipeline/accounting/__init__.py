"""From settled meter days to the energy, carbon and inventory of each enterprise and month."""
