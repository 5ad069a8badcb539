"""Collect the warnings of deprecated operations, for instance in a nightly run."""

import warnings

from lvng import LvngClient

with warnings.catch_warnings(record=True) as found, LvngClient() as client:
    warnings.simplefilter("always", DeprecationWarning)
    client.workflows.list(limit=1)

for warning in found:
    print(f"{warning.filename}:{warning.lineno}: {warning.message}")
print("deprecated operations in use:", len(found))
