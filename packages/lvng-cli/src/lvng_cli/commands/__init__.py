"""The hand-written commands; each module is loaded when its command is used."""
