-- The organization is entered with a seal that only the server can make (`tenantry migrate` put its contract into this
-- database), and a guard on every table believes nothing else. The application opens its transactions through Tenantry.
-- context: sealed
-- locks: each table exclusively for an instant; nothing is rewritten, the tables already have the right shape.

drop policy entered on tidebook.organizations;
drop policy entered on tidebook.practitioners;
drop policy entered on tidebook.patients;
drop policy entered on tidebook.bookings;
select tenantry.protect('tidebook.organizations', 'select, update');
select tenantry.protect('tidebook.practitioners');
select tenantry.protect('tidebook.patients');
select tenantry.protect('tidebook.bookings');
