-- Two organizations whose documents are written in turn, so that the newest twenty of one are never the newest twenty
-- of the table, and a hundred and twenty members each, so that a list of a hundred has to stop.
-- The first byte of an identifier says the organization; the owner is member number zero.
insert into peer.users
select (letter || lpad(to_hex(number), 7, '0') || '-0000-4000-8000-000000000000')::uuid,
       letter || number || '@example.com', 'Person ' || letter || number
from unnest(array['a', 'b']) letter, generate_series(0, 119) number;

insert into peer.members
select (repeat(letter, 8) || '-0000-4000-8000-000000000000')::uuid,
       (letter || lpad(to_hex(number), 7, '0') || '-0000-4000-8000-000000000000')::uuid,
       case when number = 0 then 'owner' else 'member' end
from unnest(array['a', 'b']) letter, generate_series(0, 119) number;

insert into peer.documents
select (repeat(letter, 8) || '-0000-4000-8000-000000000000')::uuid,
       (letter || lpad(to_hex(number), 7, 'd') || '-0000-4000-8000-000000000000')::uuid,
       letter || ' document ' || number, repeat(letter, 100),
       '2026-01-01'::timestamptz + number * interval '2 minutes' + (letter = 'b')::int * interval '1 minute'
from unnest(array['a', 'b']) letter, generate_series(0, 49) number;
