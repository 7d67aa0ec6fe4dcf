"""Floor 4, for people at a terminal: one file per noun. Exit status 0 done, 1 failed, 2 bad usage."""
