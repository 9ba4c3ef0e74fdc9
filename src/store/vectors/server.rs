//! Vectors in a Qdrant server or cluster, over gRPC. The only file that may name `qdrant_client`.
//!
//! The server flushes, optimises and orders concurrent writes by itself; every write waits until it is applied.
//! Encoder and revision are kept in the collection's own metadata, so a stranger's collection is never taken for
//! ours. Must not know where the URL came from.

mod opened;

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use qdrant_client::config::QdrantConfig;
use qdrant_client::qdrant::{
    CountPoints, CreateCollectionBuilder, CreateFieldIndexCollectionBuilder, DeletePointsBuilder, Distance, FieldType,
    Filter, GetPointsBuilder, Modifier, NamedVectors, PointId, PointStruct, PointsOperationResponse,
    QueryPointsBuilder, Range, SparseVectorParamsBuilder, SparseVectorsConfigBuilder, UpdateStatus,
    UpsertPointsBuilder, Value, Vector, VectorInput, VectorParamsBuilder, VectorsConfigBuilder, VectorsSelector,
    vector_output, vectors_config,
};
use qdrant_client::{Qdrant, QdrantError};

use opened::Opened;

use super::{
    Collection, CollectionSpec, Condition, Hit, KeyKind, Needle, Point, Query, VectorError, VectorStore, check, ids,
    payload, rank,
};

const DENSE: &str = "dense";
const SPARSE: &str = "bm25";
/// Metadata key of the encoder id.
const ENCODER: &str = "teller_encoder";
/// First server version that keeps a collection's metadata.
const OLDEST_VERSION: (u32, u32) = (1, 16);
/// Points, or ids, in one call: about 0.5 MB of vectors, far inside every timeout.
const CHUNK: usize = 256;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const CALL_TIMEOUT: Duration = Duration::from_secs(15);
/// `/readyz` has to answer sooner than its caller gives up.
const PING_TIMEOUT: Duration = Duration::from_secs(3);

/// A Qdrant server, known to have answered once.
pub struct ServerStore {
    client: Qdrant,
    url: String,
    prefix: String,
    opened: Opened,
}

impl ServerStore {
    /// Connects to the gRPC port (6334 by default) and checks that the server answers and is new enough.
    /// Collections are named `teller_products` and so on.
    ///
    /// # Errors
    /// [`VectorError::Unavailable`] when it does not answer, refuses the key or is too old.
    pub async fn connect(url: &str, api_key: Option<String>) -> Result<Self, VectorError> {
        Self::connect_with_prefix(url, api_key, "teller_").await
    }

    /// [`ServerStore::connect`] with another prefix of the collection names, so that several banks share a server.
    ///
    /// # Errors
    /// As [`ServerStore::connect`].
    pub async fn connect_with_prefix(url: &str, api_key: Option<String>, prefix: &str) -> Result<Self, VectorError> {
        // The client repeats such a key in its error message, and errors are logged.
        if api_key.as_ref().is_some_and(|key| !key.bytes().all(|byte| matches!(byte, b' '..=b'~'))) {
            let reason = "the API key holds characters that a header cannot carry: use printable ASCII";
            return Err(VectorError::Unavailable(format!("{url}: {reason}")));
        }
        let mut config = QdrantConfig::from_url(url).skip_compatibility_check(); // it prints; ours returns an error
        config.set_timeout(CALL_TIMEOUT);
        config.set_connect_timeout(CONNECT_TIMEOUT);
        config.api_key = api_key;
        let client = config.build().map_err(|e| VectorError::Unavailable(format!("{url}: {e}")))?;
        let (url, prefix) = (url.to_owned(), prefix.to_owned());
        let store = Self { client, url, prefix, opened: Opened::default() };
        store.ping().await?;
        Ok(store)
    }

    fn name(&self, collection: Collection) -> String {
        format!("{}{}", self.prefix, collection.name())
    }

    fn failure(&self, error: QdrantError) -> VectorError {
        let (code, message) = match error {
            QdrantError::ResponseError { status } | QdrantError::ResourceExhaustedError { status, .. } => {
                (status.code() as i32, status.message().to_owned())
            }
            other => return VectorError::Engine(format!("{}: {other}", self.url)),
        };
        // gRPC's numbers: cancelled, unknown (a broken connection), deadline, denied, exhausted, unavailable,
        // unauthenticated. The client reports a connection it cannot make as internal (13).
        let away = matches!(code, 1 | 2 | 4 | 7 | 8 | 14 | 16)
            || code == 13 && (message.starts_with("Failed to connect") || message.contains("h2 protocol error"));
        let said = format!("{}: {message}", self.url);
        if away { VectorError::Unavailable(said) } else { VectorError::Engine(said) }
    }

    /// Waits for an answer of the server.
    async fn ask<T>(&self, call: impl Future<Output = Result<T, QdrantError>>) -> Result<T, VectorError> {
        call.await.map_err(|error| self.failure(error))
    }

    /// Waits for a write. One that the server took but has not applied is not one a reader would see.
    async fn applied(
        &self,
        call: impl Future<Output = Result<PointsOperationResponse, QdrantError>>,
    ) -> Result<(), VectorError> {
        let status = self.ask(call).await?.result.unwrap_or_default().status;
        if status == i32::from(UpdateStatus::Completed) {
            return Ok(());
        }
        Err(VectorError::Unavailable(format!("{}: the write was not applied in time: send it again", self.url)))
    }

    /// What the collection on the server was made for; `None` if there is none.
    async fn found(&self, collection: Collection) -> Result<Option<CollectionSpec>, VectorError> {
        let name = self.name(collection);
        if !self.ask(self.client.collection_exists(&name)).await? {
            return Ok(None);
        }
        let info = self.ask(self.client.collection_info(&name)).await?;
        let config = info.result.and_then(|info| info.config).unwrap_or_default();
        let encoder = config.metadata.get(ENCODER).and_then(Value::as_str).map_or("none of teller's", String::as_str);
        let params = config.params.and_then(|params| params.vectors_config).and_then(|vectors| vectors.config);
        let dimension = match params {
            Some(vectors_config::Config::ParamsMap(vectors)) => vectors.map.get(DENSE).map(|dense| dense.size),
            _ => None,
        };
        let dimension = usize::try_from(dimension.unwrap_or(0)).unwrap_or(usize::MAX);
        Ok(Some(CollectionSpec { dimension, encoder: encoder.to_owned() }))
    }

    async fn create(&self, collection: Collection, spec: &CollectionSpec) -> Result<(), QdrantError> {
        let mut dense = VectorsConfigBuilder::default();
        dense.add_named_vector_params(DENSE, VectorParamsBuilder::new(spec.dimension as u64, Distance::Cosine));
        let mut sparse = SparseVectorsConfigBuilder::default();
        sparse.add_named_vector_params(SPARSE, SparseVectorParamsBuilder::default().modifier(Modifier::Idf));
        let request = CreateCollectionBuilder::new(self.name(collection))
            .vectors_config(dense)
            .sparse_vectors_config(sparse)
            .metadata(HashMap::from([(ENCODER.to_owned(), spec.encoder.clone().into())]));
        self.client.create_collection(request).await.map(|_created| ())
    }

    /// The `limit` best; equal scores in no order.
    async fn fetch(&self, collection: Collection, query: &Query, limit: usize) -> Result<Vec<Hit>, VectorError> {
        let (vector, using) = match &query.needle {
            Needle::Dense(vector) => (VectorInput::new_dense(vector.clone()), DENSE),
            Needle::Sparse(vector) => (VectorInput::new_sparse(vector.indices.clone(), vector.values.clone()), SPARSE),
        };
        let mut request = QueryPointsBuilder::new(self.name(collection))
            .query(qdrant_client::qdrant::Query::new_nearest(vector))
            .using(using)
            .limit(limit as u64)
            .with_payload(true);
        if !query.filter.is_empty() {
            request = request.filter(Filter::must(query.filter.iter().map(condition)));
        }
        let answer = self.ask(self.client.query(request)).await?;
        let hit = |point: qdrant_client::qdrant::ScoredPoint| {
            let (id, payload) = unpacked(point.payload)?;
            Ok(Hit { id, score: point.score, payload })
        };
        answer.result.into_iter().map(hit).collect()
    }
}

#[async_trait]
impl VectorStore for ServerStore {
    async fn open_collection(&self, collection: Collection, spec: &CollectionSpec) -> Result<(), VectorError> {
        self.opened.refuse_if_closed()?;
        check::dimension(collection, spec)?;
        let mut found = self.found(collection).await?;
        if found.is_none()
            && let Err(error) = self.create(collection, spec).await
        {
            // Another replica of teller may have created it in between.
            found = self.found(collection).await?;
            if found.is_none() {
                return Err(self.failure(error));
            }
        }
        if let Some(found) = found {
            check::spec(collection, &found, spec)?;
        }
        self.opened.set(collection, Some(spec.clone()));
        Ok(())
    }

    async fn drop_collection(&self, collection: Collection) -> Result<(), VectorError> {
        self.opened.refuse_if_closed()?;
        self.opened.set(collection, None);
        if self.found(collection).await?.is_some() {
            self.ask(self.client.delete_collection(self.name(collection))).await?;
        }
        Ok(())
    }

    async fn index_key(&self, collection: Collection, key: &str, kind: KeyKind) -> Result<(), VectorError> {
        self.opened.spec(collection)?;
        check::index_key(collection, key)?;
        let kind = match kind {
            KeyKind::Keyword => FieldType::Keyword,
            KeyKind::Integer => FieldType::Integer,
        };
        let request = CreateFieldIndexCollectionBuilder::new(self.name(collection), key, kind).wait(true);
        self.applied(self.client.create_field_index(request)).await
    }

    async fn upsert(&self, collection: Collection, points: Vec<Point>) -> Result<(), VectorError> {
        check::batch(collection, &self.opened.spec(collection)?, &points)?;
        let mut points = points.into_iter().map(stored).peekable();
        while points.peek().is_some() {
            let chunk: Vec<_> = points.by_ref().take(CHUNK).collect();
            let request = UpsertPointsBuilder::new(self.name(collection), chunk).wait(true);
            self.applied(self.client.upsert_points(request)).await?;
        }
        Ok(())
    }

    async fn delete(&self, collection: Collection, ids: &[String]) -> Result<(), VectorError> {
        self.opened.spec(collection)?;
        for chunk in ids.chunks(CHUNK) {
            let request = DeletePointsBuilder::new(self.name(collection)).points(engine_ids(chunk)).wait(true);
            self.applied(self.client.delete_points(request)).await?;
        }
        Ok(())
    }

    async fn search(&self, collection: Collection, query: Query) -> Result<Vec<Hit>, VectorError> {
        check::query(collection, &self.opened.spec(collection)?, &query)?;
        if rank::finds_nothing(&query) {
            return Ok(Vec::new());
        }
        let mut fetch = rank::first_fetch(&query);
        loop {
            let hits = self.fetch(collection, &query, fetch).await?;
            match rank::cut(hits, &query, fetch) {
                rank::Cut::Settled(hits) => return Ok(hits),
                rank::Cut::Wider(more) => fetch = more,
            }
        }
    }

    async fn get(&self, collection: Collection, ids: &[String]) -> Result<Vec<Option<Point>>, VectorError> {
        self.opened.spec(collection)?;
        let mut found = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let request = GetPointsBuilder::new(self.name(collection), engine_ids(chunk))
                .with_payload(true)
                .with_vectors(VectorsSelector { names: vec![DENSE.to_owned()] });
            for point in self.ask(self.client.get_points(request)).await?.result {
                let (id, payload) = unpacked(point.payload)?;
                let vector = point.vectors.and_then(|vectors| vectors.get_vector_by_name(DENSE));
                let Some(vector_output::Vector::Dense(dense)) = vector else {
                    return Err(VectorError::Engine(format!("point {id} has no dense vector")));
                };
                found.insert(id.clone(), Point { id, dense: dense.data, sparse: None, payload });
            }
        }
        Ok(ids.iter().map(|id| found.get(id).cloned()).collect())
    }

    async fn count(&self, collection: Collection) -> Result<u64, VectorError> {
        self.opened.spec(collection)?;
        let request =
            CountPoints { collection_name: self.name(collection), exact: Some(true), ..CountPoints::default() };
        let answer = self.ask(self.client.count(request)).await?;
        Ok(answer.result.unwrap_or_default().count)
    }

    /// The server optimises by itself.
    async fn optimize(&self, collection: Collection) -> Result<(), VectorError> {
        self.opened.spec(collection).map(|_open| ())
    }

    /// The server's log has every write it acknowledged.
    async fn flush(&self) -> Result<(), VectorError> {
        self.opened.refuse_if_closed()
    }

    async fn ping(&self) -> Result<(), VectorError> {
        self.opened.refuse_if_closed()?;
        let answer = tokio::time::timeout(PING_TIMEOUT, self.client.health_check()).await;
        let silent = |_| VectorError::Unavailable(format!("{}: no answer in {PING_TIMEOUT:?}", self.url));
        let version = answer.map_err(silent)?.map_err(|e| self.failure(e))?.version;
        let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if found < OLDEST_VERSION || found.0 != OLDEST_VERSION.0 {
            let (url, (major, minor)) = (&self.url, OLDEST_VERSION);
            let wanted = format!("teller needs {major}.{minor} or a later {major}.x");
            return Err(VectorError::Unavailable(format!("{url}: Qdrant {version}, {wanted}")));
        }
        Ok(())
    }

    async fn close(&self) -> Result<(), VectorError> {
        self.opened.close();
        Ok(())
    }
}

fn stored(point: Point) -> PointStruct {
    let mut vectors = NamedVectors::default().add_vector(DENSE, Vector::new_dense(point.dense));
    if let Some(sparse) = point.sparse.filter(|sparse| !sparse.indices.is_empty()) {
        vectors = vectors.add_vector(SPARSE, Vector::new_sparse(sparse.indices, sparse.values));
    }
    let id = ids::engine_id(&point.id).to_string();
    PointStruct::new(id, vectors, qdrant_client::Payload::from(payload::to_json(point.id, point.payload)))
}

fn unpacked(stored: HashMap<String, Value>) -> Result<(String, super::Payload), VectorError> {
    payload::from_json(qdrant_client::Payload::from(stored).into())
}

fn engine_ids(ids: &[String]) -> Vec<PointId> {
    ids.iter().map(|id| PointId::from(ids::engine_id(id).to_string())).collect()
}

#[expect(clippy::cast_precision_loss, reason = "check::query holds integers within ±2^53, where f64 is exact")]
fn condition(condition: &Condition) -> qdrant_client::qdrant::Condition {
    use qdrant_client::qdrant::Condition as Their;
    match condition {
        Condition::AnyOf { key, values } => Their::matches(key, values.clone()),
        Condition::AtLeast { key, value } => Their::range(key, Range { gte: Some(*value as f64), ..Range::default() }),
        Condition::AtMost { key, value } => Their::range(key, Range { lte: Some(*value as f64), ..Range::default() }),
    }
}
