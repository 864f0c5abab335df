"""Searches answered by Meilisearch."""
