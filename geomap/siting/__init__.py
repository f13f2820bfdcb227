"""Studies of where the next site should stand: inputs read, the question put, the answer told."""
