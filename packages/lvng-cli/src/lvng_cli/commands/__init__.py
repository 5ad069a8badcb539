"""The commands that are written by hand; each module is loaded when its command is used."""
