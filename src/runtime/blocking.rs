//! Work that must not run on the event loop.

use tokio::sync::oneshot;

/// Runs work that blocks or computes for long on another thread. If the work panics, the panic continues in
/// the caller, which turns it into the effect's answer.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (tell, told) = oneshot::channel();
    // One boxed type for all work: otherwise the runtime's code is compiled again for each type.
    let work: Box<dyn FnOnce() + Send> = Box::new(|| drop(tell.send(work())));
    match tokio::task::spawn_blocking(work).await {
        Ok(()) => match told.await {
            Ok(done) => done,
            // Work that ran to its end has always sent its result.
            Err(_) => std::future::pending().await,
        },
        Err(broken) if broken.is_panic() => std::panic::resume_unwind(broken.into_panic()),
        // A blocking task is never cancelled once it runs. It is cancelled before that only when the runtime
        // shuts down.
        Err(_) => std::future::pending().await,
    }
}
