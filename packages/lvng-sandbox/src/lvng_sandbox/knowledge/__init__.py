"""Ingestion of documents, source code and recordings, and their retrieval."""
