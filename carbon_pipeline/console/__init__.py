"""What the commands share: language, one-line errors, progress, and how tables are picked and written out."""
