"""From power-meter exports to grades, budgets and tariff lists."""
