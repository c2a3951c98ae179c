"""The monthly report: its rules, sentences, charts, page, workbook and public edition."""
