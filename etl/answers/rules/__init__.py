"""Every timescale as a page to be read and signed: its sentence, its clock, its boundary rows."""
