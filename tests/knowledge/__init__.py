"""Knowledge, tuned by hand."""
