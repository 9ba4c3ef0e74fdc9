//! The collections of the fake server: one shard of the embedded engine each, used by one call at a time.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::sync::{Mutex, MutexGuard};

use qdrant_client::qdrant as protocol;
use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_client::qdrant::query;
use qdrant_client::qdrant::with_vectors_selector::SelectorOptions;
use qdrant_edge::{
    CountRequest, CreateIndex, EdgeShard, FieldIndexOperations, NamedQuery, PayloadFieldSchema, PayloadSchemaType,
    PointInsertOperations, PointOperations, QueryEnum, QueryRequest, ScoringQuery, UpdateOperation,
    WithPayloadInterface, WithVector,
};
use tempfile::TempDir;
use tonic::Status;

use super::convert;

type Result<T> = std::result::Result<T, Status>;

struct Held {
    created: protocol::CreateCollection,
    shard: EdgeShard,
}

pub struct Engine {
    collections: Mutex<BTreeMap<String, Held>>,
    /// Dropped after the shards, which flush as they go.
    folder: TempDir,
}

/// What the engine refuses is what its caller sent.
fn failure(error: impl Display) -> Status {
    Status::invalid_argument(error.to_string())
}

impl Engine {
    pub fn new() -> Self {
        Self { collections: Mutex::default(), folder: tempfile::tempdir().unwrap() }
    }

    fn collections(&self) -> MutexGuard<'_, BTreeMap<String, Held>> {
        self.collections.lock().unwrap()
    }

    fn with<T>(&self, name: &str, job: impl FnOnce(&Held) -> Result<T>) -> Result<T> {
        let collections = self.collections();
        job(collections.get(name).ok_or_else(|| Status::not_found(format!("Collection `{name}` doesn't exist!")))?)
    }

    fn update(&self, name: &str, operation: UpdateOperation) -> Result<protocol::PointsOperationResponse> {
        self.with(name, |held| held.shard.update(operation).map_err(failure))?;
        let result = protocol::UpdateResult { operation_id: None, status: protocol::UpdateStatus::Completed.into() };
        Ok(protocol::PointsOperationResponse { result: Some(result), time: 0.0, usage: None })
    }

    pub fn create_collection(
        &self,
        request: protocol::CreateCollection,
    ) -> Result<protocol::CollectionOperationResponse> {
        let mut collections = self.collections();
        let name = request.collection_name.clone();
        if collections.contains_key(&name) {
            return Err(Status::already_exists(format!("Collection `{name}` already exists!")));
        }
        let path = self.folder.path().join(&name);
        fs::create_dir(&path).map_err(failure)?;
        let shard = EdgeShard::new(&path, convert::config(&request)?).map_err(failure)?;
        collections.insert(name, Held { created: request, shard });
        Ok(protocol::CollectionOperationResponse { result: true, time: 0.0 })
    }

    pub fn delete_collection(
        &self,
        request: protocol::DeleteCollection,
    ) -> Result<protocol::CollectionOperationResponse> {
        let name = &request.collection_name;
        let mut collections = self.collections();
        let result = collections.remove(name).is_some();
        if result {
            fs::remove_dir_all(self.folder.path().join(name)).map_err(failure)?;
        }
        Ok(protocol::CollectionOperationResponse { result, time: 0.0 })
    }

    #[expect(clippy::unnecessary_wraps, reason = "all calls are answered alike")]
    pub fn collection_exists(
        &self,
        request: protocol::CollectionExistsRequest,
    ) -> Result<protocol::CollectionExistsResponse> {
        let exists = self.collections().contains_key(&request.collection_name);
        Ok(protocol::CollectionExistsResponse { result: Some(protocol::CollectionExists { exists }), time: 0.0 })
    }

    pub fn collection_info(
        &self,
        request: protocol::GetCollectionInfoRequest,
    ) -> Result<protocol::GetCollectionInfoResponse> {
        self.with(&request.collection_name, |held| {
            let params = protocol::CollectionParams {
                shard_number: 1,
                vectors_config: held.created.vectors_config.clone(),
                sparse_vectors_config: held.created.sparse_vectors_config.clone(),
                ..protocol::CollectionParams::default()
            };
            let (params, metadata) = (Some(params), held.created.metadata.clone());
            let config = protocol::CollectionConfig { params, metadata, ..protocol::CollectionConfig::default() };
            let info = protocol::CollectionInfo { config: Some(config), ..protocol::CollectionInfo::default() };
            Ok(protocol::GetCollectionInfoResponse { result: Some(info), time: 0.0 })
        })
    }

    pub fn upsert(&self, request: protocol::UpsertPoints) -> Result<protocol::PointsOperationResponse> {
        let points = request.points.into_iter().map(convert::point).collect::<Result<_>>()?;
        let points = PointOperations::UpsertPoints(PointInsertOperations::PointsList(points));
        self.update(&request.collection_name, UpdateOperation::PointOperation(points))
    }

    pub fn delete(&self, request: protocol::DeletePoints) -> Result<protocol::PointsOperationResponse> {
        let Some(PointsSelectorOneOf::Points(points)) = request.points.and_then(|p| p.points_selector_one_of) else {
            return Err(Status::unimplemented("the fake server deletes by id"));
        };
        let ids = points.ids.iter().map(convert::id).collect::<Result<_>>()?;
        let delete = UpdateOperation::PointOperation(PointOperations::DeletePoints { ids });
        self.update(&request.collection_name, delete)
    }

    pub fn create_field_index(
        &self,
        request: protocol::CreateFieldIndexCollection,
    ) -> Result<protocol::PointsOperationResponse> {
        let kind = match request.field_type.and_then(|kind| protocol::FieldType::try_from(kind).ok()) {
            Some(protocol::FieldType::Keyword) => PayloadSchemaType::Keyword,
            Some(protocol::FieldType::Integer) => PayloadSchemaType::Integer,
            _ => return Err(Status::unimplemented("the fake server indexes keywords and integers")),
        };
        let field_name = request.field_name.parse().map_err(|()| failure(&request.field_name))?;
        let create = CreateIndex { field_name, field_schema: Some(PayloadFieldSchema::FieldType(kind)) };
        let create = UpdateOperation::FieldIndexOperation(FieldIndexOperations::CreateIndex(create));
        self.update(&request.collection_name, create)
    }

    pub fn get(&self, request: protocol::GetPoints) -> Result<protocol::GetResponse> {
        let ids: Vec<_> = request.ids.iter().map(convert::id).collect::<Result<_>>()?;
        let (payload, vectors) = (WithPayloadInterface::Bool(true), WithVector::Bool(true));
        let read = |held: &Held| held.shard.retrieve(&ids, Some(payload), Some(vectors)).map_err(failure);
        let found = self.with(&request.collection_name, read)?;
        let wanted = request.with_vectors.and_then(|wanted| wanted.selector_options);
        let wants = |name: &str| match &wanted {
            Some(SelectorOptions::Include(wanted)) => wanted.names.iter().any(|wanted| wanted == name),
            Some(SelectorOptions::Enable(all)) => *all,
            None => false,
        };
        let point = |record: qdrant_edge::Record| {
            Ok(protocol::RetrievedPoint {
                id: Some(convert::their_id(&record.id)),
                payload: convert::their_payload(record.payload),
                vectors: Some(convert::their_vectors(record.vector, wants)?),
                ..protocol::RetrievedPoint::default()
            })
        };
        let result = found.into_iter().map(point).collect::<Result<_>>()?;
        Ok(protocol::GetResponse { result, time: 0.0, usage: None })
    }

    pub fn count(&self, request: protocol::CountPoints) -> Result<protocol::CountResponse> {
        let filter = request.filter.map(convert::filter).transpose()?;
        let asked = CountRequest { filter, exact: request.exact.unwrap_or(true) };
        let count = self.with(&request.collection_name, |held| held.shard.count(asked).map_err(failure))?;
        let result = Some(protocol::CountResult { count: count as u64 });
        Ok(protocol::CountResponse { result, time: 0.0, usage: None })
    }

    pub fn query(&self, request: protocol::QueryPoints) -> Result<protocol::QueryResponse> {
        let Some(query::Variant::Nearest(needle)) = request.query.and_then(|query| query.variant) else {
            return Err(Status::unimplemented("the fake server looks for what is nearest"));
        };
        let named = NamedQuery::new(convert::needle(needle)?, request.using.unwrap_or_default());
        let query = QueryRequest {
            prefetches: Vec::new(),
            query: Some(ScoringQuery::Vector(QueryEnum::Nearest(named))),
            filter: request.filter.map(convert::filter).transpose()?,
            score_threshold: None,
            limit: usize::try_from(request.limit.unwrap_or(10)).map_err(failure)?,
            offset: 0,
            params: None,
            with_vector: WithVector::Bool(false),
            with_payload: WithPayloadInterface::Bool(request.with_payload.is_some()),
        };
        let found = self.with(&request.collection_name, |held| held.shard.query(query).map_err(failure))?;
        let point = |point: qdrant_edge::ScoredPoint| protocol::ScoredPoint {
            id: Some(convert::their_id(&point.id)),
            payload: convert::their_payload(point.payload),
            score: point.score,
            version: point.version,
            ..protocol::ScoredPoint::default()
        };
        Ok(protocol::QueryResponse { result: found.into_iter().map(point).collect(), time: 0.0, usage: None })
    }
}
