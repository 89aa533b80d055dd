"""Sheets to print: one page of paper about one thing, as HTML that WeasyPrint makes a PDF."""
