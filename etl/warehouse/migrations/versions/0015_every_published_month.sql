comment on table report.latest_subject is 'What each latest figure of every published month counts, one by one.';
