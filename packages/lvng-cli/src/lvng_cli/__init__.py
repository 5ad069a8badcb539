"""The command line of the LVNG API: the command `lvng`, also available as `python -m lvng`."""

__version__ = "1.0.0"

__all__ = ["__version__"]
