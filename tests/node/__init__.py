"""Tests with tools of others that run in Node.js; `hatch run node:test` brings them along."""
