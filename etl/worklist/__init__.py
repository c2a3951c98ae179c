"""Work lists: what a team still owes to its children, for those who do the work.

They identify children: only who may read ``restricted`` makes them, into a folder of the owner's,
and the audit keeps who did.
"""
