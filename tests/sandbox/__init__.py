"""Tests of the sandbox as a server: plain HTTP, nothing of the SDK."""
