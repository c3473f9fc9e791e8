"""Draws a contact centre and its flows as SVG and as Mermaid, and describes what changed in a flow."""

from reconciler.pictures.output import FlowSection, ReportPictures, report_pictures

__all__ = ["FlowSection", "ReportPictures", "report_pictures"]
