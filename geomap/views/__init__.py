"""What a reader sees, as plain data: maps, evidence, plans."""
