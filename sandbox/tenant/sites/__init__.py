"""SharePoint as Graph shows it: sites, lists, columns, rows, and the document library."""
