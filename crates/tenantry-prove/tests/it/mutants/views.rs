//! Views, materialized views and rules, which read tables with other rights. Rows 4, 5, 26, 49.

use super::mutant::Mutant;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::setting(
        4,
        "a view of an administrator",
        "atrium.all_rooms",
        &["TN0713", "scan"],
        "create view atrium.all_rooms as select * from atrium.rooms; grant select on atrium.all_rooms to {app}",
    ),
    Mutant::setting(
        4,
        "a view of an administrator with a barrier",
        "atrium.all_rooms",
        &["TN0713", "scan"],
        "create view atrium.all_rooms with (security_barrier = true) as select organization_id, number from atrium.rooms; grant select on atrium.all_rooms to {app}",
    ),
    Mutant::setting(
        4,
        "an invoker's view over an administrator's",
        "atrium.front",
        &["TN0713", "scan"],
        "create view atrium.back as select * from atrium.members; grant select on atrium.back to {app}; \
         create view atrium.front with (security_invoker = true) as select organization_id, email from atrium.back; \
         alter view atrium.front owner to {owner}; grant select on atrium.front to {app}",
    ),
    Mutant::setting(
        4,
        "a view that changed hands",
        "atrium.room_calendar",
        &["TN0713", "scan"],
        "alter view atrium.room_calendar reset (security_invoker); do $$ begin execute format('alter view atrium.room_calendar owner to %I', current_user); end $$",
    ),
    Mutant::setting(
        4,
        "a view of an owner that is not forced",
        "atrium.team_names",
        &["TN0713", "TN0704", "scan"],
        "alter table atrium.teams no force row level security; \
         create view atrium.team_names as select organization_id, name from atrium.teams; alter view atrium.team_names owner to {owner}; grant select on atrium.team_names to {app}",
    ),
    Mutant::setting(
        4,
        "a view without the organization's column",
        "atrium.emails",
        &["TN0713", "scan"],
        "create view atrium.emails as select email, role from atrium.members; grant select on atrium.emails to {app}",
    ),
    Mutant::setting(
        4,
        "a view that is written through",
        "atrium.entry_desk",
        &["TN0713", "insert", "delete", "update"],
        "create view atrium.entry_desk as select organization_id, line, text from atrium.imports; grant select, insert, update, delete on atrium.entry_desk to {app}",
    ),
    Mutant::sealed(
        4,
        "an administrator's view past the seal",
        "app.all_tasks",
        &["TN0713", "scan"],
        "create view app.all_tasks as select * from app.tasks; grant select on app.all_tasks to {app}",
    ),
    Mutant::setting(
        5,
        "a materialized view",
        "atrium.room_sums",
        &["TN0714", "scan"],
        "create materialized view atrium.room_sums as select organization_id, count(*) as rooms from atrium.rooms group by 1; grant select on atrium.room_sums to {app}",
    ),
    Mutant::sealed(
        5,
        "a materialized view past the seal",
        "app.task_sums",
        &["TN0714", "scan"],
        "create materialized view app.task_sums as select organization_id, count(*) as tasks from app.tasks group by 1; grant select on app.task_sums to {app}",
    ),
    Mutant::setting(
        26,
        "a view that filters for itself, without a barrier",
        "atrium.my_rooms",
        &["TN0713"],
        "create view atrium.my_rooms as select * from atrium.rooms where organization_id = atrium.organization(); grant select on atrium.my_rooms to {app}",
    ),
    Mutant::setting(
        49,
        "a rule that copies",
        "atrium.imports",
        &["TN0716"],
        "create table atrium.imports_seen (organization_id uuid, line integer); alter table atrium.imports_seen owner to {owner}; \
         create rule copied as on insert to atrium.imports do also insert into atrium.imports_seen select organization_id, seats from atrium.rooms",
    ),
];
