"""Tests of lvng-core."""
