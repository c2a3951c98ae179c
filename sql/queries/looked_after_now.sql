-- title: Where children looked after live now, and under which legal status
-- grain: a type of placement and a legal status of children looked after at the last extract
with episodes as (
    select
        episode.la_code,
        episode.looked_after_id,
        episode.legal_status,
        row_number() over (
            partition by episode.la_code, episode.looked_after_id
            order by
                episode.started_date desc, length(episode.episode_id) desc, episode.episode_id desc
        ) as place
    from report.care_episode as episode
    join report.last_extract as last_extract
        on last_extract.la_code = episode.la_code
        and last_extract.extract_date >= episode.started_date
),

placements as (
    select
        placement.la_code,
        placement.looked_after_id,
        placement.placement_type,
        row_number() over (
            partition by placement.la_code, placement.looked_after_id
            order by
                placement.started_date desc,
                length(placement.placement_id) desc,
                placement.placement_id desc
        ) as place
    from report.placement as placement
    join report.last_extract as last_extract
        on last_extract.la_code = placement.la_code
        and last_extract.extract_date >= placement.started_date
        and (
            placement.ended_date is null or placement.ended_date > last_extract.extract_date
        )
)

select
    period.la_code,
    coalesce(placements.placement_type, 'no placement in force') as placement_type,
    coalesce(episodes.legal_status, 'not recorded') as legal_status,
    count(*) as children
from report.looked_after_period as period
join report.last_extract as last_extract
    on last_extract.la_code = period.la_code
    and last_extract.extract_date >= period.started_date
    and (period.ended_date is null or period.ended_date > last_extract.extract_date)
join report.child as child
    on child.child_key = period.child_key
    and child.died_date is null
left join episodes
    on episodes.la_code = period.la_code
    and episodes.looked_after_id = period.looked_after_id
    and episodes.place = 1
left join placements
    on placements.la_code = period.la_code
    and placements.looked_after_id = period.looked_after_id
    and placements.place = 1
where period.is_counted <> 0
group by
    period.la_code,
    coalesce(placements.placement_type, 'no placement in force'),
    coalesce(episodes.legal_status, 'not recorded')
order by period.la_code, count(*) desc, placement_type, legal_status
