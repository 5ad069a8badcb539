"""Take the vendor's own document in place of the contract, and tell what cannot be kept."""
