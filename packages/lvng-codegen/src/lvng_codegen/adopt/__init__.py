"""Replace the contract by the vendor's own document, and report what cannot be kept."""
