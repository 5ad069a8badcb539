"""Credits, purchases and invoices."""
