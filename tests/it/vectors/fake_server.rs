//! A Qdrant server for tests: the real protocol on a loopback port, through the service traits that the client
//! crate ships, over the embedded engine. It knows the calls teller makes and answers UNIMPLEMENTED to others.
//!
//! What it cannot show is how a real server of some version behaves; for that the same suite runs against one.

mod convert;
mod engine;
mod services;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use qdrant_client::qdrant::collections_server::CollectionsServer;
use qdrant_client::qdrant::points_server::PointsServer;
use qdrant_client::qdrant::qdrant_server::QdrantServer;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tonic::service::InterceptorLayer;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Status};

use engine::Engine;
use services::Services;

/// A server as new as the one teller is accepted on.
pub const VERSION: &str = "1.19.0";

/// The running server. It stops when dropped, with every connection; its points go with it.
pub struct FakeServer {
    address: SocketAddr,
    engine: Arc<Engine>,
    key: Option<&'static str>,
    version: &'static str,
    /// `None` while the server is down.
    runtime: Option<Runtime>,
}

impl FakeServer {
    pub fn start() -> Self {
        Self::start_as(VERSION, None)
    }

    /// A server that says it is of this version, and takes only calls that carry `key`.
    pub fn start_as(version: &'static str, key: Option<&'static str>) -> Self {
        let address = (Ipv4Addr::LOCALHOST, 0).into();
        let mut server = Self { address, engine: Arc::new(Engine::new()), key, version, runtime: None };
        server.go_up();
        server
    }

    /// Serves again, on the address it had, with the points it had.
    pub fn go_up(&mut self) {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        // Bound by the runtime, but not waited for: the caller may be in a runtime of its own.
        let listener = std::net::TcpListener::bind(self.address).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.address = listener.local_addr().unwrap();
        let services = Services::new(Arc::clone(&self.engine), self.version);
        let key = self.key;
        let has_key = move |request: Request<()>| match key {
            Some(key) if request.metadata().get("api-key").is_none_or(|sent| sent != key) => {
                Err(Status::unauthenticated("Must provide an API key or an Authorization bearer token"))
            }
            _ => Ok(request),
        };
        runtime.spawn(async move {
            Server::builder()
                .layer(InterceptorLayer::new(has_key))
                .add_service(QdrantServer::new(services.clone()))
                .add_service(CollectionsServer::new(services.clone()))
                .add_service(PointsServer::new(services))
                .serve_with_incoming(TcpIncoming::from(TcpListener::from_std(listener).unwrap()))
                .await
                .unwrap();
        });
        self.runtime = Some(runtime);
    }

    /// Ends the server and its connections, as a kill would.
    pub fn go_down(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.go_down();
    }
}
