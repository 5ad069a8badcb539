"""The async transport. The sync transport is generated from these modules."""
