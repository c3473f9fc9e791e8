"""Writes a placed picture as SVG or as Mermaid."""
