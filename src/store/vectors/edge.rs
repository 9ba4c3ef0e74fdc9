//! Vectors inside this process: Qdrant's engine as a library. The only file that may name `qdrant_edge`.
//!
//! [`Shard`] is the engine with teller's types on its outside, blocking and with the engine's habits; [`EdgeStore`]
//! (in `edge/store.rs`) keeps the promises of the trait with it. Must not know who may call what when: that is
//! `edge/writer.rs`.

mod folder;
mod journal;
mod store;
mod writer;

pub use store::{EdgeOptions, EdgeStore};

use std::collections::HashMap;
use std::fmt::Display;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::{
    AnyVariants, CountRequest, CreateIndex, Distance, EdgeConfig, EdgeShard, EdgeSparseVectorParams, EdgeVectorParams,
    FieldCondition, FieldIndexOperations, Filter, Match, MatchAny, Modifier, NamedQuery, PayloadFieldSchema,
    PayloadSchemaType, PointId, PointInsertOperations, PointOperations, PointStructPersisted, QueryEnum, QueryRequest,
    Range, ScoringQuery, UpdateOperation, VectorInternal, VectorPersisted, VectorStructInternal, VectorStructPersisted,
    WalOptions, WithPayloadInterface, WithVector,
};

use super::{CollectionSpec, Condition, Hit, KeyKind, Needle, Point, VectorError, ids, payload};
use folder::disk;

const DENSE: &str = "dense";
const SPARSE: &str = "bm25";

/// Points handed to the engine in one operation; one record of its log each.
const CHUNK: usize = 512;

/// The open engine of one collection. Reads may run beside each other and beside a write; writes, `flush` and
/// `optimize` must not run beside one another (`flush` panics), and dropping it flushes. Any call may panic.
#[derive(Debug)]
struct Shard(EdgeShard);

impl Shard {
    /// Makes an empty shard in a folder that is not there yet.
    fn create(path: &Path, spec: &CollectionSpec, options: &EdgeOptions) -> Result<Self, VectorError> {
        fs::create_dir_all(path).map_err(|e| disk("create", path, &e))?;
        EdgeShard::new(path, config(spec, options)).map(Self).map_err(failure)
    }

    /// Opens the shard in a folder, first making room: the engine never shortens its log, nor reads it back.
    fn load(path: &Path, spec: &CollectionSpec, options: &EdgeOptions) -> Result<Self, VectorError> {
        for log in closed_logs(path)?.iter().rev().skip(1) {
            fs::remove_file(log).map_err(|e| disk("remove", log, &e))?;
        }
        let unfinished = path.join("temp_segments"); // an optimize that was cut off
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(|e| disk("remove", &unfinished, &e))?;
        }
        fs::create_dir_all(path).map_err(|e| disk("create", path, &e))?;
        EdgeShard::load(path, Some(config(spec, options))).map(Self).map_err(failure)
    }

    fn upsert(&self, points: Vec<Point>) -> Result<(), VectorError> {
        let mut points = points.into_iter().map(stored).peekable();
        while points.peek().is_some() {
            let chunk = points.by_ref().take(CHUNK).collect();
            self.update(PointOperations::UpsertPoints(PointInsertOperations::PointsList(chunk)))?;
        }
        Ok(())
    }

    fn delete(&self, ids: &[String]) -> Result<(), VectorError> {
        ids.chunks(CHUNK).try_for_each(|chunk| self.update(PointOperations::DeletePoints { ids: engine_ids(chunk) }))
    }

    fn update(&self, operation: PointOperations) -> Result<(), VectorError> {
        self.0.update(UpdateOperation::PointOperation(operation)).map_err(failure)
    }

    fn index_key(&self, key: &str, kind: KeyKind) -> Result<(), VectorError> {
        let field_name = key.parse().map_err(|()| VectorError::Engine(format!("{key:?} is not a payload key")))?;
        if self.0.info().payload_schema.contains_key(&field_name) {
            return Ok(());
        }
        let kind = match kind {
            KeyKind::Keyword => PayloadSchemaType::Keyword,
            KeyKind::Integer => PayloadSchemaType::Integer,
        };
        let create = CreateIndex { field_name, field_schema: Some(PayloadFieldSchema::FieldType(kind)) };
        let operation = UpdateOperation::FieldIndexOperation(FieldIndexOperations::CreateIndex(create));
        self.0.update(operation).map_err(failure)
    }

    /// The `limit` best; equal scores in no order.
    fn search(&self, needle: &Needle, filter: &[Condition], limit: usize) -> Result<Vec<Hit>, VectorError> {
        let (vector, using) = match needle {
            Needle::Dense(vector) => (VectorInternal::Dense(vector.clone()), DENSE),
            Needle::Sparse(vector) => (VectorInternal::Sparse(sparse(vector.clone())), SPARSE),
        };
        let request = QueryRequest {
            prefetches: Vec::new(),
            query: Some(ScoringQuery::Vector(QueryEnum::Nearest(NamedQuery::new(vector, using)))),
            filter: conditions(filter)?,
            score_threshold: None,
            limit,
            offset: 0,
            params: None,
            with_vector: WithVector::Bool(false),
            with_payload: WithPayloadInterface::Bool(true),
        };
        let found = self.0.query(request).map_err(failure)?;
        found
            .into_iter()
            .map(|point| {
                let (id, payload) = payload::from_json(point.payload.unwrap_or_default().0)?;
                Ok(Hit { id, score: point.score, payload })
            })
            .collect()
    }

    fn get(&self, ids: &[String]) -> Result<Vec<Option<Point>>, VectorError> {
        let engine_ids = engine_ids(ids);
        let vectors = WithVector::Selector(vec![DENSE.into()]);
        let records = self.0.retrieve(&engine_ids, Some(WithPayloadInterface::Bool(true)), Some(vectors));
        let mut found = HashMap::with_capacity(ids.len());
        for record in records.map_err(failure)? {
            let (id, payload) = payload::from_json(record.payload.unwrap_or_default().0)?;
            let Some(VectorStructInternal::Named(mut vectors)) = record.vector else {
                return Err(VectorError::Engine(format!("point {id} has no vectors")));
            };
            let Some(VectorInternal::Dense(dense)) = vectors.remove(DENSE) else {
                return Err(VectorError::Engine(format!("point {id} has no dense vector")));
            };
            found.insert(record.id, Point { id, dense, sparse: None, payload });
        }
        Ok(engine_ids.iter().map(|id| found.get(id).cloned()).collect())
    }

    fn count(&self) -> Result<u64, VectorError> {
        // Without a filter the engine's estimate is its exact number of live points, and costs nothing.
        let count = self.0.count(CountRequest { filter: None, exact: false }).map_err(failure)?;
        Ok(count as u64)
    }

    fn optimize(&self) -> Result<(), VectorError> {
        self.0.optimize().map(|_changed| ()).map_err(failure)
    }

    fn flush(&self) {
        self.0.flush();
    }

    /// Files of the engine's log that it will not write to again; they go when the shard is next loaded.
    fn closed_log_files(&self) -> Result<usize, VectorError> {
        closed_logs(self.0.path()).map(|files| files.len())
    }
}

/// Closed files of the log in `shard`, oldest first. The newest must stay: the engine numbers on from it, and drops
/// writes with a number it has seen.
fn closed_logs(shard: &Path) -> Result<Vec<std::path::PathBuf>, VectorError> {
    let folder = shard.join("wal");
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(disk("list", &folder, &e)),
    };
    let mut logs = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| disk("list", &folder, &e))?;
        let start = entry.file_name().to_str().and_then(|name| name.strip_prefix("closed-")?.parse::<u64>().ok());
        logs.extend(start.map(|start| (start, entry.path())));
    }
    logs.sort();
    Ok(logs.into_iter().map(|(_, path)| path).collect())
}

fn config(spec: &CollectionSpec, options: &EdgeOptions) -> EdgeConfig {
    let log =
        WalOptions { segment_capacity: options.log_file_bytes, segment_queue_len: 0, retain_closed: NonZeroUsize::MIN };
    EdgeConfig::builder()
        .vector(DENSE, EdgeVectorParams::builder(spec.dimension, Distance::Cosine).build())
        .sparse_vector(SPARSE, EdgeSparseVectorParams::builder().modifier(Modifier::Idf).build())
        .wal_options(log)
        .build()
}

fn stored(point: Point) -> PointStructPersisted {
    let mut vectors = HashMap::with_capacity(2);
    vectors.insert(DENSE.into(), VectorPersisted::Dense(point.dense));
    if let Some(vector) = point.sparse.filter(|vector| !vector.indices.is_empty()) {
        vectors.insert(SPARSE.into(), VectorPersisted::Sparse(sparse(vector)));
    }
    PointStructPersisted {
        id: PointId::Uuid(ids::engine_id(&point.id)),
        vector: VectorStructPersisted::Named(vectors),
        payload: Some(qdrant_edge::Payload(payload::to_json(point.id, point.payload))),
    }
}

fn sparse(vector: super::SparseVector) -> qdrant_edge::SparseVector {
    qdrant_edge::SparseVector { indices: vector.indices, values: vector.values }
}

fn engine_ids(ids: &[String]) -> Vec<PointId> {
    ids.iter().map(|id| PointId::Uuid(ids::engine_id(id))).collect()
}

fn conditions(filter: &[Condition]) -> Result<Option<Filter>, VectorError> {
    let must: Vec<_> = filter.iter().map(condition).collect::<Result<_, _>>()?;
    Ok((!must.is_empty()).then(|| Filter { must: Some(must), ..Filter::default() }))
}

#[expect(clippy::cast_precision_loss, reason = "check::query holds integers within ±2^53, where f64 is exact")]
fn condition(condition: &Condition) -> Result<qdrant_edge::Condition, VectorError> {
    let json_path = |key: &str| key.parse().map_err(|()| VectorError::Engine(format!("{key:?} is not a payload key")));
    let field = match condition {
        Condition::AnyOf { key, values } => {
            let any = AnyVariants::Strings(values.iter().cloned().collect());
            FieldCondition::new_match(json_path(key)?, Match::Any(MatchAny { any }))
        }
        Condition::AtLeast { key, value } => {
            let range = Range { gte: Some(OrderedFloat(*value as f64)), ..Range::default() };
            FieldCondition::new_range(json_path(key)?, range)
        }
        Condition::AtMost { key, value } => {
            let range = Range { lte: Some(OrderedFloat(*value as f64)), ..Range::default() };
            FieldCondition::new_range(json_path(key)?, range)
        }
    };
    Ok(qdrant_edge::Condition::Field(field))
}

fn failure(error: impl Display) -> VectorError {
    VectorError::Engine(error.to_string())
}
