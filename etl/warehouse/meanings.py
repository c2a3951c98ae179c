"""What columns mean that recur in ``report``, in its tables and views: each said once.

A column of a fact or dimension has its meaning in the contract; one of a single view in the head
of its file.
"""

from __future__ import annotations

KNOWN_KEY = "; 0: not known"
RECURRING = {
    "la_code": "the authority, three digits; empty in national lists",
    "child_key": f"the child{KNOWN_KEY}",
    "family_key": f"the child's family{KNOWN_KEY}",
    "team_key": "the team of the record itself, else the one that had the child on its day"
    f"{KNOWN_KEY}",
    "worker_key": "the worker of the record itself, else the one who had the child on its day"
    f"{KNOWN_KEY}",
    "allocated_team_key": "the team that has the child now, as at the last extract; 0: none, or "
    "not known",
    "allocated_worker_key": "the worker who has the child now, as at the last extract; 0: none, or "
    "not known",
    "timescale_key": "the rule that was in force when the clock started; 0: not known",
    "timescale_title": "what the rule is called",
    "known_since": "the first extract that held the row as it is; empty of whom nobody knows",
    "run_id": "the run that brought it; audit.load_run says more",
    "is_counted": "1: the measures count it; 0: they do not, and not_counted_reason says why",
    "not_counted_reason": "why the measures leave it out; empty where they count it",
    "status_date": "the day as at which the status is told: the last extract",
    "is_overdue": "1: not done, and its due date has passed",
    "is_awaiting_record": "1: overdue, and a meeting was booked for the time of which the record "
    "does not say whether it was held",
    "days_late": "calendar days from the due date to the day it was done, or to the last extract "
    "where it is overdue; empty where it is neither",
    "month": "first day of the month that the figure is of",
    "measure": "the measure; report.measure says what it means",
    "label": "latest: as known on the last extract; else the name of a freeze",
    "title": "what the measure counts, for people",
    "unit": "count, percent, per_10000 (children aged 0 to 17), or per_worker (children for each)",
    "better": "whether higher or lower is better, or neither",
    "numerator": "how many are counted",
    "denominator": "how many they are a share of, how many children live in the area, or how many "
    "workers have them; empty for a count, 0 where there is nothing to be a share of",
    "value": "the figure: the numerator, or its share of the denominator in percent, per 10,000 or "
    "for each worker; empty where the denominator is 0 or not known",
    "known_on": "the extract as known on which it was counted",
    "is_comparable": "1: the extracts reach back far enough to compare the month; 0: they do not",
    "comparable_from": "the first month that may be compared; empty where none may",
    "target": "the authority's target: of the month's financial year, else the latest before it",
    "target_year": "the financial year of which the target is",
    "software_version": "the version of the program that did it",
    "definitions_sha256": "the hash of what moves any measure",
    "rules_sha256": "the hash of the timescales' rules",
    "authority_sha256": "the hash of the authority's file",
    "subject_id": "what is counted or owed on, by the source's id",
}
COUNTED = {
    "child_key": f"the child that it is about, or stands for{KNOWN_KEY}",
    "team_key": f"the team that it is counted for{KNOWN_KEY}",
    "in_numerator": "1: it is counted; 0: it is not, and is only one of those it is a share of",
    "in_denominator": "1: it is one of those of which a share is counted; empty for counts",
}
CAUSES = {
    "recorded_late": "how many moved by what was recorded only after it was frozen",
    "corrected_date": "how many by a date that was corrected",
    "added": "how many by being there only now",
    "removed": "how many by being there no more",
    "merged_child": "how many by a child's record that was merged into another",
    "changed_status": "how many by another status, outcome or link",
    "changed_rule": "how many by a rule, a measure's SQL or the calendar",
}
