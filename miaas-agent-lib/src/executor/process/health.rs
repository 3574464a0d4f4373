//! Asks running services for their health, as their health check says.

use std::{sync::Weak, time::Duration};

use miaas_core::model::{HealthTest, Healthcheck};

use super::{Inner, command::CommandLine, layout::ServiceFiles};
use crate::executor::probe::{Rounds, get};

/// Checks until the executor or the run is gone.
pub(super) async fn watch(
    inner: Weak<Inner>,
    files: ServiceFiles,
    mark: String,
    line: CommandLine,
    check: Healthcheck,
) {
    let mut rounds = Rounds::new(&check);
    loop {
        let answer = match &check.test {
            HealthTest::Http(http) => get("127.0.0.1", http, check.timeout.duration()).await,
            HealthTest::Exec(words) => run(&line, &files, &check, words).await,
            HealthTest::Shell(text) => {
                let words = ["/bin/sh".to_owned(), "-c".to_owned(), text.clone()];
                run(&line, &files, &check, &words).await
            }
        };
        let (health, pause) = rounds.next(answer.is_ok());
        if !inner.upgrade().is_some_and(|inner| inner.set_health(&files, &mark, health)) {
            return;
        }
        tokio::time::sleep(pause).await;
    }
}

/// One check by a command.
async fn run(line: &CommandLine, files: &ServiceFiles, check: &Healthcheck, words: &[String]) -> Result<(), String> {
    let mut command = line.check(files, words).ok_or("it names no program")?;
    // Dropping the future kills the command.
    let limit = check.timeout.duration().max(Duration::from_millis(10));
    match tokio::time::timeout(limit, command.status()).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(status.to_string()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it took longer than {} ms", limit.as_millis())),
    }
}
