"""The pages in a real browser: on telephones, screens and paper, by keyboard and read aloud."""
