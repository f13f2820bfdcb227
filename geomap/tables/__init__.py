"""What people send → checked frames: each cell as it is seen, every finding at once."""
