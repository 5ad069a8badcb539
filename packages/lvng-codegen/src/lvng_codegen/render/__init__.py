"""Write the API as text: Python modules, docstrings, the manifest, the coverage table."""
