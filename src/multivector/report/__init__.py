"""What people look at: pages and charts of results, and documents written from a scenario.

`multivector.report.odd` has the description by the ODD protocol, `charts` the charts (for notebooks as well), `page`
and `several` the pages, `record` what a page carries so that it can be verified. Nothing is imported here: each of
them loads libraries that the others do without.
"""
