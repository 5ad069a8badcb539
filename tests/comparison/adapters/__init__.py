"""One file for each SDK under trial."""
