"""Numbers → classes, colours and sizes of circles."""
