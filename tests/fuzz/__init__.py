"""What no input may bring about, for a fuzzer and for the tests."""
