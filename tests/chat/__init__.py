"""Chat, tuned by hand."""
