-- A course platform as a young framework makes it: quoted names, no foreign key anywhere, ids as text, join tables without a
-- key, a table of months. Links are in the values only.
create type "Role" as enum ('OWNER', 'TEACHER', 'STUDENT', 'GUEST');
create table "School" ("id" text primary key, "name" text not null, "subdomain" text not null unique);
create table "User" ("id" text primary key, "email" text not null unique, "passwordHash" text, "role" "Role" not null, "schoolId" text);
create table "Course" ("id" text primary key, "schoolId" text not null, "title" text not null, "publishedAt" timestamptz);
create table "Lesson" ("id" text primary key, "courseId" text not null, "position" int not null, "body" text);
create table "_CourseToUser" ("A" text not null, "B" text not null);
create table "Submission" ("id" text primary key, "lessonId" text not null, "authorId" text not null, "submittedAt" timestamptz, "grade" int);
create table "Comment" ("id" text primary key, "targetType" text not null, "targetId" text not null, "parentId" text, "body" text);
create table "Session" ("id" text primary key, "sessionToken" text unique, "userId" text not null, "expires" timestamptz);
create table "PageView" ("lessonId" text not null, "at" date not null) partition by range ("at");
create table "PageView_2024" partition of "PageView" for values from ('2024-01-01') to ('2025-01-01');
create table "Country" ("code" text primary key, "name" text not null);
create table "Setting" ("id" int primary key, "value" text);
create table "_prisma_migrations" (id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name text not null);
insert into "School" select 'sch_' || md5('s' || n), 'School ' || n, 'school' || n from generate_series(1, 8) n;
insert into "User" select 'usr_' || md5('u' || n), 'u' || n || '@example.com', 'x', 'STUDENT', case when n % 20 > 0 then 'sch_' || md5('s' || n % 8 + 1) end from generate_series(1, 400) n;
insert into "Course" select 'crs_' || md5('c' || n), 'sch_' || md5('s' || n % 8 + 1), 'Course ' || n, null from generate_series(1, 60) n;
insert into "Lesson" select 'les_' || md5('l' || n), 'crs_' || md5('c' || n % 60 + 1), n, 'text' from generate_series(1, 600) n;
insert into "_CourseToUser" select 'crs_' || md5('c' || n % 60 + 1), 'usr_' || md5('u' || n) from generate_series(1, 400) n;
insert into "Submission" select 'sub_' || md5('b' || n), 'les_' || md5('l' || n % 600 + 1), 'usr_' || md5('u' || n % 400 + 1), now(), 1 from generate_series(1, 900) n;
insert into "Comment" select 'com_' || md5('m' || n), case when n % 2 = 0 then 'Lesson' else 'Course' end,
    case when n % 2 = 0 then 'les_' || md5('l' || n) else 'crs_' || md5('c' || n % 60 + 1) end, case when n % 3 = 0 then 'com_' || md5('m' || n - 1) end, 'hm' from generate_series(1, 300) n;
insert into "Session" select md5('x' || n), md5('t' || n), 'usr_' || md5('u' || n), now() from generate_series(1, 90) n;
insert into "PageView" select 'les_' || md5('l' || n % 600 + 1), '2024-03-01' from generate_series(1, 2000) n;
insert into "Country" select chr(65 + n / 26) || chr(65 + n % 26), 'Country ' || n from generate_series(1, 240) n;
insert into "Setting" values (1, '{}');
