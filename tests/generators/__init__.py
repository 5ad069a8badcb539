"""What three generators make of the same public documents: `hatch run generators:table` writes it into docs/codegen.md."""
