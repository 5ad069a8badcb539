"""Engines that answer questions: extraction from stored texts, or a language model."""
