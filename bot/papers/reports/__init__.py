"""Reports as Word files and workbooks, made from templates the Audit Team owns."""
