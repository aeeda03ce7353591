"""Random small districts, seeded and full of what goes wrong in real ones: their register, their exports, and what must come out."""
