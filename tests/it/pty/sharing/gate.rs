//! A TCP relay between the program and the local server. After a test has closed the relay, new connections fail, but
//! open connections still work.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

pub(super) struct Gate {
    address: SocketAddr,
    is_closed: Arc<AtomicBool>,
    accepting: std::cell::RefCell<Option<JoinHandle<()>>>,
}

impl Gate {
    pub(super) fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let is_closed = Arc::new(AtomicBool::new(false));
        let closed = Arc::clone(&is_closed);
        let accepting = std::thread::spawn(move || {
            for client in listener.incoming() {
                if closed.load(Ordering::Acquire) {
                    return;
                }
                let (Ok(client), Ok(inside)) = (client, TcpStream::connect(server)) else { return };
                relay(client.try_clone().unwrap(), inside.try_clone().unwrap());
                relay(inside, client);
            }
        });
        Self { address, is_closed, accepting: Some(accepting).into() }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the relay, so that it refuses new connections.
    pub(super) fn close(&self) {
        if let Some(accepting) = self.accepting.take() {
            self.is_closed.store(true, Ordering::Release);
            // Wakes the accepting thread, which then drops the listener.
            drop(TcpStream::connect(self.address));
            accepting.join().unwrap();
        }
        assert!(TcpStream::connect(self.address).is_err());
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.close();
    }
}

fn relay(mut from: TcpStream, mut to: TcpStream) {
    to.set_nodelay(true).unwrap();
    std::thread::spawn(move || {
        drop(std::io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Write));
    });
}
