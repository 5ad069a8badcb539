"""Tests of the sandbox's page in a real browser; `hatch run browser`, where Chromium is installed."""
