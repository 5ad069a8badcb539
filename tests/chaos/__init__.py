"""Everything that servers and networks do on bad days, alone and mixed at random."""
