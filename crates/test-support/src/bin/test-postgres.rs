//! A PostgreSQL server for a run of the tests. Says how it is reached, and ends with its standard input.

use std::io::{Read, Write};

use test_support::Postgres;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let server = Postgres::start().await?;
    writeln!(std::io::stdout(), "{}", server.server().words())?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
