"""Accounting: requests, the audit log, tokens and credits, and reports made from them."""
