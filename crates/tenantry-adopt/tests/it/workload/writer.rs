//! What one connection does: the operations of the application on its own rows, each checked against what it knows. The model
//! changes only after the database said that it is done.

use tokio_postgres::Error;

use super::application::{Application, Loose};
use super::model::{Known, Model};
use super::session::Session;
use super::table::Table;

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The database says no.
    #[error("{}", .0.as_db_error().map_or_else(|| .0.to_string(), |refusal| format!("{}: {}", refusal.code().code(), refusal)))]
    Database(#[from] Error),
    /// It did something else than it was asked.
    #[error("{0}")]
    Wrong(String),
}

/// The rows of one connection.
#[derive(Debug)]
pub(super) struct Writer {
    application: &'static Application,
    /// Each key begins so.
    pub(super) prefix: String,
    pub(super) model: Model,
    number: u32,
    keys: usize,
    chance: u64,
}

/// A count that is not the one that was expected is a failure.
fn expect(what: &str, found: u64, wanted: u64) -> Result<(), Failure> {
    let wrong = || Failure::Wrong(format!("{what}: {found} rows instead of {wanted}"));
    (found == wanted).then_some(()).ok_or_else(wrong)
}

impl Writer {
    pub(super) fn new(application: &'static Application, number: u32) -> Self {
        let chance = u64::from(number) * 0x9e37_79b9 + 1;
        let (prefix, model) = (format!("work{number}-"), Model::default());
        Self { application, prefix, model, number, keys: 0, chance }
    }

    /// One read: of its own rows where it has some, else of everybody's.
    pub(super) async fn read(&mut self, session: &mut Session, tick: usize) -> Result<(), Failure> {
        let reads = self.application.reads;
        match (tick % 2, self.any_parent()) {
            (0, Some(key)) => self.read_row(session, &key).await,
            (_, Some(key)) if tick.is_multiple_of(5) => self.read_join(session, &key).await,
            _ => {
                session.query(reads[tick % reads.len()], &[]).await?;
                Ok(())
            }
        }
    }

    /// One write.
    pub(super) async fn write(
        &mut self,
        session: &mut Session,
        tick: usize,
    ) -> Result<(), Failure> {
        let Some(parent) = self.any_parent() else { return self.insert_parents(session).await };
        let writes = self.application.writes;
        match self.chance(16) {
            0 | 1 => self.insert_parents(session).await,
            2 | 3 => self.insert_returning(session, &parent).await,
            4 | 5 => self.insert_children(session, &parent).await,
            6 => self.upsert(session, parent).await,
            7 => self.insert_once(session, &parent).await,
            8 => self.copy_children(session, &parent).await,
            9 | 10 => self.update_parent(session, parent).await,
            11 => self.update_child(session).await,
            12 => self.delete_parent(session, &parent).await,
            13 => self.transaction(session).await,
            14 if self.application.loose.is_some() => self.loose(session).await,
            _ if self.number == 0 => {
                session.query(writes[tick % writes.len()], &[]).await?;
                Ok(())
            }
            _ => self.insert_returning(session, &parent).await,
        }
    }

    async fn read_row(&self, session: &mut Session, key: &str) -> Result<(), Failure> {
        let table = &self.application.parent;
        let rows = session.query(&table.star(), &[key]).await?;
        expect("select by key", rows.len() as u64, 1)?;
        let found: String = rows[0].try_get(table.text_position)?;
        let wanted = &self.model.parents[key].0;
        let wrong = || Failure::Wrong(format!("{key} reads {found}, not {wanted}"));
        (found == *wanted).then_some(()).ok_or_else(wrong)
    }

    async fn read_join(&self, session: &mut Session, key: &str) -> Result<(), Failure> {
        let row = session.query(self.application.join, &[key]).await?;
        let found: i64 = row[0].try_get(0)?;
        expect("join", found.unsigned_abs(), self.model.children_of(key).len() as u64)
    }

    /// One row, then three in one statement.
    async fn insert_parents(&mut self, session: &mut Session) -> Result<(), Failure> {
        let (table, parent) = (&self.application.parent, None);
        let [key, text] = self.fresh();
        // The parent's values name no third parameter, so it is not given.
        expect("insert", session.execute(&table.insert(), &[&key, &text]).await?, 1)?;
        self.model.parents.insert(key, (text, parent));
        let rows = [self.fresh(), self.fresh(), self.fresh()];
        let values: Vec<&str> = rows.iter().flatten().map(String::as_str).collect();
        expect("insert", session.execute(&table.insert_rows(3), &values).await?, 3)?;
        let known = rows.map(|[key, text]| (key, (text, None)));
        self.model.parents.extend(known);
        Ok(())
    }

    /// One child, read back by position.
    async fn insert_returning(
        &mut self,
        session: &mut Session,
        parent: &str,
    ) -> Result<(), Failure> {
        let table = &self.application.child;
        let [key, text] = self.fresh();
        let sql = format!("{} returning *", table.insert());
        let rows = session.query(&sql, &[&key, &text, parent]).await?;
        expect("insert returning", rows.len() as u64, 1)?;
        // It is there, whatever the answer can be read as.
        self.model.children.insert(key, (text.clone(), Some(parent.to_owned())));
        let found: String = rows[0].try_get(table.text_position)?;
        let wrong = || Failure::Wrong(format!("returning * has {found} at the place of {text}"));
        (found == text).then_some(()).ok_or_else(wrong)
    }

    /// Four children in one statement.
    async fn insert_children(
        &mut self,
        session: &mut Session,
        parent: &str,
    ) -> Result<(), Failure> {
        let rows = [self.fresh(), self.fresh(), self.fresh(), self.fresh()];
        let values: Vec<&str> = rows.iter().flatten().map(String::as_str).chain([parent]).collect();
        let sql = self.application.child.insert_rows(4);
        expect("insert", session.execute(&sql, &values).await?, 4)?;
        let known = rows.map(|[key, text]| (key, (text, Some(parent.to_owned()))));
        self.model.children.extend(known);
        Ok(())
    }

    async fn upsert(&mut self, session: &mut Session, parent: String) -> Result<(), Failure> {
        let [fresh, text] = self.fresh();
        let key = if self.chance(3) == 0 { fresh } else { parent };
        let sql = self.application.parent.upsert();
        expect("upsert", session.execute(&sql, &[&key, &text]).await?, 1)?;
        self.model.parents.insert(key, (text, None));
        Ok(())
    }

    async fn insert_once(&mut self, session: &mut Session, parent: &str) -> Result<(), Failure> {
        let sql = self.application.parent.insert_once();
        expect("insert once", session.execute(&sql, &[parent, "not this"]).await?, 0)
    }

    async fn copy_children(&mut self, session: &mut Session, from: &str) -> Result<(), Failure> {
        let Some(to) = self.any_parent() else { return Ok(()) };
        let [suffix, _] = self.fresh();
        let originals = self.model.children_of(from);
        // Copies of copies would make keys longer and longer.
        if originals.iter().any(|key| key.len() > 60) || originals.len() > 40 {
            return Ok(());
        }
        let sql = self.application.child.copy();
        let copied = session.execute(&sql, &[&suffix, &to, from]).await?;
        expect("insert select", copied, originals.len() as u64)?;
        for key in originals {
            let (text, _) = self.model.children[&key].clone();
            self.model.children.insert(key + &suffix, (text, Some(to.clone())));
        }
        Ok(())
    }

    async fn update_parent(&mut self, session: &mut Session, key: String) -> Result<(), Failure> {
        let [_, text] = self.fresh();
        let sql = self.application.parent.update();
        expect("update", session.execute(&sql, &[&key, &text]).await?, 1)?;
        self.model.parents.insert(key, (text, None));
        Ok(())
    }

    async fn update_child(&mut self, session: &mut Session) -> Result<(), Failure> {
        let Some((key, parent)) = self.any_child() else { return Ok(()) };
        let [_, text] = self.fresh();
        let sql = self.application.child.update();
        expect("update", session.execute(&sql, &[&key, &text, &parent]).await?, 1)?;
        self.model.children.insert(key, (text, Some(parent)));
        Ok(())
    }

    async fn delete_parent(&mut self, session: &mut Session, key: &str) -> Result<(), Failure> {
        let sql = self.application.parent.delete();
        expect("delete", session.execute(&sql, &[key]).await?, 1)?;
        self.model.delete_parent(key);
        Ok(())
    }

    /// Several statements, of which one transaction in four thinks better of it.
    async fn transaction(&mut self, session: &mut Session) -> Result<(), Failure> {
        let rows = [self.fresh(), self.fresh()];
        let is_kept = self.chance(4) != 0;
        session.client.batch_execute("begin").await?;
        let done = self.statements(session, &rows).await;
        let end = if is_kept && done.is_ok() { "commit" } else { "rollback" };
        session.client.batch_execute(end).await?;
        done?;
        if is_kept {
            let [[parent, _], [child, text]] = rows;
            let owner = Some(parent.clone());
            self.model.parents.insert(parent, (text.clone(), None));
            self.model.children.insert(child, (text, owner));
        }
        Ok(())
    }

    async fn statements(
        &self,
        session: &mut Session,
        [[parent, first], [child, text]]: &[[String; 2]; 2],
    ) -> Result<(), Failure> {
        let Application { parent: parents, child: children, .. } = self.application;
        expect("insert", session.execute(&parents.insert(), &[parent, first]).await?, 1)?;
        let inserted = session.execute(&children.insert(), &[child, text, parent]).await?;
        expect("insert", inserted, 1)?;
        expect("update", session.execute(&parents.update(), &[parent, text]).await?, 1)?;
        let rows = session.query(&parents.star(), &[parent]).await?;
        expect("select by key", rows.len() as u64, 1)
    }

    /// A root with two members, or the end of a root.
    async fn loose(&mut self, session: &mut Session) -> Result<(), Failure> {
        let Some(Loose { root, member }) = &self.application.loose else { return Ok(()) };
        let oldest = self.model.roots.keys().next().cloned();
        if let Some(key) = oldest.filter(|_| self.model.roots.len() > 4) {
            expect("delete", session.execute(&root.delete(), &[&key]).await?, 1)?;
            self.model.delete_root(&key);
            return Ok(());
        }
        let [key, text] = self.fresh();
        expect("insert", session.execute(&root.insert(), &[&key, &text]).await?, 1)?;
        self.model.roots.insert(key.clone(), (text, None));
        for _ in 0..2 {
            self.join(session, member, &key).await?;
        }
        Ok(())
    }

    async fn join(
        &mut self,
        session: &mut Session,
        member: &Table,
        root: &str,
    ) -> Result<(), Failure> {
        let [key, text] = self.fresh();
        let sql = if member.conflict.is_empty() { member.insert() } else { member.upsert() };
        expect("insert", session.execute(&sql, &[&key, &text, root]).await?, 1)?;
        let known: Known = (text, Some(root.to_owned()));
        self.model.members.insert(key, known);
        Ok(())
    }

    /// A key that nobody has, and a text of some length.
    fn fresh(&mut self) -> [String; 2] {
        self.keys += 1;
        let text = format!("{} {}", self.keys, "written by the application ".repeat(self.keys % 4));
        [format!("{}{}", self.prefix, self.keys), text]
    }

    fn any_parent(&mut self) -> Option<String> {
        let count = self.model.parents.len().max(1) as u64;
        let chosen = self.chance(count);
        self.model.parents.keys().nth(usize::try_from(chosen).ok()?).cloned()
    }

    fn any_child(&mut self) -> Option<(String, String)> {
        let count = self.model.children.len().max(1) as u64;
        let chosen = usize::try_from(self.chance(count)).ok()?;
        let (key, (_, parent)) = self.model.children.iter().nth(chosen)?;
        Some((key.clone(), parent.clone()?))
    }

    /// A number below another, the same ones in each run.
    fn chance(&mut self, below: u64) -> u64 {
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % below
    }
}
