"""What answers questions: extracts of stored texts, or a language model."""
