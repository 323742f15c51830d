//! Partitions and children that are reached by their own names. Rows 23 and 24.

use super::mutant::Mutant;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::setting(
        23,
        "a partition without row security, granted",
        "atrium.entries_2026_01",
        &["TN0712", "TN0703", "scan"],
        "alter table atrium.entries_2026_01 disable row level security; grant select, insert, update, delete on atrium.entries_2026_01 to {app}",
    ),
    Mutant::setting(
        23,
        "a new partition, granted with the schema's tables",
        "atrium.entries_2026_03",
        &["TN0712", "TN0703", "scan"],
        "create table atrium.entries_2026_03 partition of atrium.entries for values from ('2026-03-01') to ('2026-04-01'); \
         alter table atrium.entries_2026_03 owner to {owner}; grant select on atrium.entries_2026_03 to {app}",
    ),
    Mutant::setting(
        23,
        "a hash partition, granted",
        "atrium.readings_1",
        &["TN0712", "TN0703", "scan"],
        "alter table atrium.readings_1 disable row level security; grant select on atrium.readings_1 to {app}",
    ),
    Mutant::setting(
        23,
        "a list partition with an open policy, granted",
        "atrium.tickets_closed",
        &["TN0706", "TN0712", "scan"],
        "create policy everything on atrium.tickets_closed using (true); grant select on atrium.tickets_closed to {app}",
    ),
    Mutant::setting(
        23,
        "a partition of a partition, granted",
        "atrium.tickets_open_urgent",
        &["TN0712", "TN0703", "scan"],
        "create table atrium.tickets_other partition of atrium.tickets for values in ('urgent') partition by hash (id); \
         create table atrium.tickets_open_urgent partition of atrium.tickets_other for values with (modulus 1, remainder 0); \
         alter table atrium.tickets_other owner to {owner}; alter table atrium.tickets_open_urgent owner to {owner}; \
         grant select, insert on atrium.tickets_open_urgent to {app}",
    ),
    Mutant::setting(
        23,
        "a partition that can only be deleted from",
        "atrium.entries_later",
        &["TN0712", "TN0703", "delete"],
        "alter table atrium.entries_later disable row level security; grant delete on atrium.entries_later to {app}",
    ),
    Mutant::sealed(
        23,
        "a sealed table's new partition, granted",
        "app.events_2027",
        &["TN0712", "TN0703", "scan"],
        "create table app.events_2027 partition of app.events for values from ('2027-01-01') to ('2028-01-01'); \
         alter table app.events_2027 owner to tenantry_owner; grant select on app.events_2027 to {app}",
    ),
    Mutant::setting(
        24,
        "a table that inherits",
        "atrium.imports_old",
        &["TN0712", "TN0703", "scan"],
        "create table atrium.imports_old () inherits (atrium.imports); alter table atrium.imports_old owner to {owner}; grant select on atrium.imports_old to {app}",
    ),
];
