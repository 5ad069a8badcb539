"""Hand-tuned async code, and the source of its blocking twin."""
