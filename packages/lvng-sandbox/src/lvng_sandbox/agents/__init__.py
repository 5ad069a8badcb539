"""Agents: their answers, runs, tools and OODA loops."""
