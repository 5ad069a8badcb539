"""Workflows: definitions from plain text, runs and their steps, schedules."""
