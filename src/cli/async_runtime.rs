//! Runs the asynchronous code of a command on a new tokio runtime.

use super::CliError;
use std::pin::Pin;
use std::time::Duration;

/// Time after which an idle thread for blocking work exits. A short time saves memory: the allocator releases memory
/// that a thread has freed, for example after processing a large mail, only when the thread exits.
const IDLE_THREAD: Duration = Duration::from_millis(50);

/// Runs a future on a new tokio runtime until it completes, and returns its output.
pub(super) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, CliError> {
    // The future is boxed, so the code of the runtime is compiled only once.
    block_on_boxed(2, Box::pin(work))
}

/// Like [`block_on`], but uses a runtime with a single worker thread. This suits a program that is mostly idle, because
/// a second worker thread would also wake up on every event. The screen and blocking work have threads of their own.
pub(super) fn block_on_idle<T>(work: impl Future<Output = T>) -> Result<T, CliError> {
    block_on_boxed(1, Box::pin(work))
}

fn block_on_boxed<T>(threads: usize, work: Pin<Box<dyn Future<Output = T> + '_>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_keep_alive(IDLE_THREAD)
        .enable_all()
        .build()
        .map_err(|why| CliError::failed(format!("the program's threads could not be started: {why}")))?;
    let output = runtime.block_on(work);
    // Blocking work that hangs, for example on the clipboard or the disk, must not prevent the program from exiting.
    runtime.shutdown_background();
    Ok(output)
}
