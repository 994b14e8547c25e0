"""How fast it is, against the bare libraries, on this machine: `make bench`. Measures nothing that a test asserts."""
