"""Documents of others, read a second time without the generator, and every call of their packages compared with that."""
