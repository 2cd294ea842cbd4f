"""The model beside what is on record, and the page that says so."""
