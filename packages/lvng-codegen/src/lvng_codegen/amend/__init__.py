"""Make the contract agree with observations of a live service, by an overlay."""
