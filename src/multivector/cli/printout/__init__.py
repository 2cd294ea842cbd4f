"""What commands print, a file for each kind of answer: pages of lines from facts that others have found."""
