//! Loads a sample database from `examples/*/before`, as the login of an address: its tables, then its rows.

#[path = "../tests/it/samples/scripts.rs"]
mod scripts;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use scripts::{Sample, Size};
use tokio_postgres::NoTls;

const USAGE: &str = "load_sample insaight|teamos|aicos|voiceforge --database URL \
                     [--rows N | --crawls N --contents N --chunks N]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Err(problem) = run(std::env::args().skip(1)).await else { return ExitCode::SUCCESS };
    // What PostgreSQL says is behind what tokio-postgres says of it.
    let cause = problem.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    let told = writeln!(std::io::stderr(), "{problem}{cause}");
    if told.is_ok() { ExitCode::FAILURE } else { ExitCode::from(2) }
}

async fn run(mut words: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    let name = words.next().ok_or(USAGE)?;
    let sample = Sample::ALL.into_iter().find(|sample| sample.name() == name).ok_or(USAGE)?;
    let (mut database, mut size) = (None, Size::of(1_000));
    while let Some(option) = words.next() {
        let value = words.next().ok_or(USAGE)?;
        match option.as_str() {
            "--database" => database = Some(value),
            "--rows" => size = Size::of(value.parse()?),
            "--crawls" => size.crawls = value.parse()?,
            "--contents" => size.contents = value.parse()?,
            "--chunks" => size.chunks = value.parse()?,
            _ => return Err(USAGE.into()),
        }
    }
    load(sample, size, &database.ok_or(USAGE)?).await
}

/// In one transaction: everything or nothing.
async fn load(sample: Sample, size: Size, database: &str) -> Result<(), Box<dyn Error>> {
    let (mut client, connection) = tokio_postgres::connect(database, NoTls).await?;
    let work = async {
        let transaction = client.transaction().await?;
        transaction.batch_execute(sample.schema()).await?;
        transaction.batch_execute(&sample.rows(size)).await?;
        transaction.commit().await?;
        drop(client);
        Ok::<_, tokio_postgres::Error>(())
    };
    let (worked, connected) = tokio::join!(work, connection);
    worked?;
    connected?;
    writeln!(std::io::stdout(), "{} is loaded.", sample.name())?;
    Ok(())
}
