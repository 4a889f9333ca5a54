//! The HTTP server: limits that really fire, and an end without loss.

use std::{
    future::Future,
    io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use axum::Router;
use axum_server::{Handle, accept::NoDelayAcceptor, tls_rustls::RustlsConfig};

/// The certificate that the server shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// PEM file of the certificate chain.
    pub certificate: PathBuf,
    /// PEM file of its private key.
    pub key: PathBuf,
}

/// How patient the server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// A client that has not sent a whole request head by then is cut off; so is an idle connection.
    pub head: Duration,
    /// After the signal to stop, requests under way have this long.
    pub drain: Duration,
    /// TLS, when no proxy in front does it.
    pub tls: Option<Tls>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            drain: Duration::from_secs(20),
            tls: None,
        }
    }
}

/// Serves until `stop` is ready, then takes no new connection, lets requests under way finish, and returns.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    options: ServerOptions,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let handle = Handle::new();
    tokio::spawn({
        let handle = handle.clone();
        async move {
            stop.await;
            handle.graceful_shutdown(Some(options.drain));
        }
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(listener)?
        .handle(handle)
        .first_request_timeout(options.head)
        .acceptor(NoDelayAcceptor);
    let http = server.http_builder();
    http.http1()
        .header_read_timeout(options.head)
        .max_buf_size(64 * 1024);
    http.http2()
        .max_concurrent_streams(100)
        .max_header_list_size(64 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(options.head);
    match options.tls {
        None => server.serve(service).await,
        Some(tls) => {
            let config = RustlsConfig::from_pem_file(tls.certificate, tls.key).await?;
            let acceptor = axum_server::tls_rustls::RustlsAcceptor::new(config).acceptor(NoDelayAcceptor);
            server.map(|_| acceptor).serve(service).await
        }
    }
}

/// Ready when the process is asked to stop: SIGTERM, or Ctrl-C.
pub async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    interrupt.await;
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use axum::{body::Bytes, routing::get};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        sync::oneshot,
    };

    use super::*;

    fn start(options: ServerOptions) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route(
            "/",
            get(|| async { "here" }).post(|body: Bytes| async move { body }),
        );
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(async move {
            serve(listener, router, options, async { drop(stopped.await) })
                .await
                .unwrap();
        });
        (address, stop, server)
    }

    fn impatient() -> ServerOptions {
        ServerOptions {
            head: Duration::from_millis(200),
            ..ServerOptions::default()
        }
    }

    /// Reads until the server closes the connection.
    async fn read_all(socket: &mut TcpStream) -> String {
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.unwrap_or_default();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn a_head_that_never_ends_is_cut_off() {
        let (address, _stop, _server) = start(impatient());
        let begun = Instant::now();
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            .await
            .unwrap();
        let answer = read_all(&mut socket).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{answer}");
        assert!(!answer.contains("here"));
    }

    #[tokio::test]
    async fn a_connection_that_says_nothing_is_cut_off() {
        let (address, _stop, _server) = start(impatient());
        let begun = Instant::now();
        let mut socket = TcpStream::connect(address).await.unwrap();
        read_all(&mut socket).await;
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn an_idle_connection_is_closed_after_its_answer() {
        let (address, _stop, _server) = start(impatient());
        let begun = Instant::now();
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        let answer = read_all(&mut socket).await;
        assert!(answer.contains("here"));
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn a_request_under_way_finishes_after_the_signal_to_stop() {
        let (address, stop, server) = start(ServerOptions::default());
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket
            .write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwe")
            .await
            .unwrap();
        // The server has the head once it answers another connection's request.
        let mut other = TcpStream::connect(address).await.unwrap();
        other
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        read_all(&mut other).await;
        stop.send(()).unwrap();
        socket.write_all(b"ll").await.unwrap();
        assert!(read_all(&mut socket).await.ends_with("well"));
        server.await.unwrap();
    }
}
