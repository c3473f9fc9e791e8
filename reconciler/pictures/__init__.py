"""Draws a contact centre and its flows, as SVG and as Mermaid, and tells what changed in a flow."""

from reconciler.pictures.sections import FlowSection, Sections, sections

__all__ = ["FlowSection", "Sections", "sections"]
