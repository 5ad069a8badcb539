"""Account, tuned by hand."""
